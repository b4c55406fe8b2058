"""Types of properties that nobody has declared: that of what they are compared with."""

from collections.abc import Mapping, Sequence
from datetime import date

from tellback.core.errors import Fault
from tellback.core.instants import parse_instant
from tellback.core.properties import PropertyType
from tellback.core.segment import Comparison, Expression, Operator, SegmentError

#: What no engine finds its way by.
_UNSPEAKABLE = frozenset('"\\')


def terms_of(expression: Expression) -> Sequence[Comparison]:
    """All conditions of an expression."""
    return (expression,) if isinstance(expression, Comparison) else expression.parts


def infer_types(
    expression: Expression, declared: Mapping[str, PropertyType]
) -> dict[str, PropertyType]:
    """The declared types, and one for each other name by its first comparison.

    `SegmentError` for a name that nothing could be found by.
    """
    types = dict(declared)
    for term in terms_of(expression):
        if term.property not in types:
            if not term.property or not _UNSPEAKABLE.isdisjoint(term.property):
                rule = "a property's name has neither quotes nor backslashes"
                raise SegmentError(rule, term.place.property, Fault.VALUE)
            types[term.property] = _type_of(term)
    return types


def _type_of(term: Comparison) -> PropertyType:
    match term.value:
        case bool():
            return PropertyType.BOOLEAN
        case int() | float():
            return PropertyType.NUMBER
        case date():
            return PropertyType.DATE
        case str() if term.operator not in _OF_TEXTS and parse_instant(term.value) is not None:
            return PropertyType.DATE
    return PropertyType.STRING


_OF_TEXTS = (Operator.EQUAL, Operator.CONTAIN)
