"""The language of segments in a form: what is wrong with an expression and where, how to go on."""

from collections.abc import Mapping
from dataclasses import dataclass

from tellback.core.properties import PropertyType
from tellback.core.segment import Expression, Segment, SegmentError, check, parse
from tellback.core.segment_types import infer_types, terms_of

#: How a condition on a property of each type begins.
_BEGINNINGS = {
    PropertyType.STRING: '== ""',
    PropertyType.STRING_SET: 'contain ""',
    PropertyType.NUMBER: ">= 0",
    PropertyType.NUMBER_SET: "== 0",
    PropertyType.DATE: ">= 2026-01-31",
    PropertyType.BOOLEAN: "is true",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, with the expression up to the place where it is, and from there on."""

    message: str
    before: str
    behind: str


@dataclass(frozen=True, slots=True)
class SegmentField:
    """An expression as it was written, and what it means or what is wrong with it.

    ``unseen`` are the properties in it that nobody was lately told to have; ``beginnings`` are
    conditions to begin with, one for each property.
    """

    written: str
    segment: Segment | None
    mistake: Mistake | None
    unseen: list[str]
    beginnings: list[str]


def read_field(
    written: str, declared: Mapping[str, PropertyType], known: Mapping[str, PropertyType]
) -> SegmentField:
    """Read what stands in the form; ``known`` are declared properties and those lately seen."""
    segment, mistake, unseen = None, None, list[str]()
    if written:
        try:
            expression = parse(written)
            segment = check(expression, infer_types(expression, declared))
            unseen = [name for name in _names(expression) if name not in known]
        except SegmentError as error:
            at = error.position
            message = str(error).rpartition(" (at offset")[0] or str(error)
            mistake = Mistake(message, written[:at], written[at:])
    return SegmentField(written, segment, mistake, unseen, beginnings(known))


def beginnings(known: Mapping[str, PropertyType]) -> list[str]:
    """A condition on each property, to be gone on with."""
    usable = sorted(name for name in known if not {'"', "\\"} & set(name))
    return [f'property["{name}"] {_BEGINNINGS[known[name]]}' for name in usable]


def _names(expression: Expression) -> list[str]:
    return list(dict.fromkeys(term.property for term in terms_of(expression)))
