"""The segment language (``where``): conditions on properties.

    property["plan"] == "gold"
    (property["age"] >= 18 and property["city"] contain "berlin")

A condition is ``property["name"] OPERATOR value``. Several are joined by only ``and`` or only
``or``, so parentheses never change the meaning; they must balance. Strings stand in double or
single quotes, with a backslash before a quote or a backslash. An expression is data: it is never
evaluated as code nor pasted into a query. Reading takes time linear in its length.

`parse` reads the shape, `check` holds it against the declared properties. On a set, ``==``,
``contain`` and the comparisons of numbers hold when they hold for any member.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from tellback.core.calendar import parse_local
from tellback.core.errors import Fault
from tellback.core.instants import format_seconds, parse_instant
from tellback.core.properties import PropertyType
from tellback.core.segment_tokens import Kind, SegmentError, Token, number, scan, unquoted

__all__ = [
    "OPERATORS",
    "CheckedComparison",
    "Comparison",
    "Conjunction",
    "Disjunction",
    "Expression",
    "Operator",
    "Segment",
    "SegmentError",
    "check",
    "parse",
]
MAX_TERMS = 100

#: A date without quotes is one without a zone: a day or a moment on the project's own clock.
Literal = str | float | int | bool | date


class Operator(StrEnum):
    """What can be asked of a property. ``contain`` ignores case and looks for a substring."""

    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    EQUAL = "=="
    CONTAIN = "contain"
    IS = "is"
    IS_SET = "isset"
    IS_NOT_SET = "isnotset"


_PRESENCE = frozenset({Operator.IS_SET, Operator.IS_NOT_SET})
_ORDERED = _PRESENCE | {
    Operator.LESS,
    Operator.LESS_OR_EQUAL,
    Operator.GREATER,
    Operator.GREATER_OR_EQUAL,
    Operator.EQUAL,
}
_TEXTUAL = _PRESENCE | {Operator.CONTAIN, Operator.EQUAL}

#: The operators that each type of property understands.
OPERATORS: Mapping[PropertyType, frozenset[Operator]] = {
    PropertyType.STRING: _TEXTUAL,
    PropertyType.STRING_SET: _TEXTUAL,
    PropertyType.NUMBER: _ORDERED,
    PropertyType.NUMBER_SET: _ORDERED,
    PropertyType.DATE: _ORDERED,
    PropertyType.BOOLEAN: _PRESENCE | {Operator.IS},
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parts of a condition stand in the text, as 0-based offsets."""

    property: int = 0
    operator: int = 0
    value: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition as written. ``value`` is None for the operators that take none."""

    property: str
    operator: Operator
    value: Literal | None = None
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class CheckedComparison:
    """One condition whose property exists and has this type, and whose value fits it.

    The value of a date is text, ``YYYY-MM-DDTHH:MM:SSZ``, whose order is the order of time; or a
    `date` or `datetime` where it was written without a zone.
    """

    property: str
    type: PropertyType
    operator: Operator
    value: Literal | None


Term = TypeVar("Term", Comparison, CheckedComparison)


@dataclass(frozen=True, slots=True)
class Conjunction(Generic[Term]):
    """All of at least two conditions."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(Generic[Term]):
    """Any of at least two conditions."""

    parts: tuple[Term, ...]


Expression = Comparison | Conjunction[Comparison] | Disjunction[Comparison]
Segment = CheckedComparison | Conjunction[CheckedComparison] | Disjunction[CheckedComparison]


def parse(text: str) -> Expression:
    """Read an expression; `SegmentError` with the place of the first mistake."""
    return _Parser(text).expression()


def check(expression: Expression, types: Mapping[str, PropertyType]) -> Segment:
    """Hold an expression against the declared properties.

    `SegmentError` for an unknown property, an operator that its type does not have, or a value of
    another type. Dates may be written in any form of `parse_instant`.
    """
    match expression:
        case Conjunction(parts):
            return Conjunction(tuple(_checked(part, types) for part in parts))
        case Disjunction(parts):
            return Disjunction(tuple(_checked(part, types) for part in parts))
        case Comparison():
            return _checked(expression, types)


def _checked(term: Comparison, types: Mapping[str, PropertyType]) -> CheckedComparison:
    kind = types.get(term.property)
    if kind is None:
        raise SegmentError(
            f'there is no property "{term.property}"', term.place.property, Fault.VALUE
        )
    if term.operator not in OPERATORS[kind]:
        known = ", ".join(operator for operator in Operator if operator in OPERATORS[kind])
        raise SegmentError(
            f'"{term.property}" is a {_words(kind)}, which knows {known}, not {term.operator}',
            term.place.operator,
            Fault.VALUE,
        )
    return CheckedComparison(term.property, kind, term.operator, _fitting(term, kind))


def _fitting(term: Comparison, kind: PropertyType) -> Literal | None:
    """The value in its stored form; `SegmentError` if it is not one of the property's type."""
    value = term.value
    if term.operator in _PRESENCE:
        return None
    if kind is PropertyType.DATE:
        value = _fitting_date(value)
    elif type(value) not in _VALUE_CLASSES[kind]:
        value = None
    if value is None:
        raise SegmentError(f"expected {_EXPECTED[kind]}", term.place.value, Fault.VALUE)
    return value


def _fitting_date(value: Literal | None) -> str | date | None:
    if isinstance(value, date):
        return value
    at = parse_instant(value)
    return None if at is None else format_seconds(at)


_VALUE_CLASSES: Mapping[PropertyType, tuple[type, ...]] = {
    PropertyType.STRING: (str,),
    PropertyType.STRING_SET: (str,),
    PropertyType.NUMBER: (int, float),
    PropertyType.NUMBER_SET: (int, float),
    PropertyType.BOOLEAN: (bool,),
}
_EXPECTED: Mapping[PropertyType, str] = {
    PropertyType.STRING: "a quoted text",
    PropertyType.STRING_SET: "a quoted text",
    PropertyType.NUMBER: "a number without quotes",
    PropertyType.NUMBER_SET: "a number without quotes",
    PropertyType.DATE: 'a date such as 2026-01-31 or "2026-01-31T08:00:00Z", or epoch seconds',
    PropertyType.BOOLEAN: "true or false",
}


def _words(kind: PropertyType) -> str:
    return kind.replace("_", " ")


class _Parser:
    """Reads token by token, one ahead; no recursion, so nesting cannot exhaust the stack."""

    def __init__(self, text: str) -> None:
        self._tokens = scan(text)
        self._ahead = next(self._tokens)

    def expression(self) -> Expression:
        """The whole text: conditions, the one word that joins them, balanced parentheses."""
        parts: list[Comparison] = []
        opened: list[int] = []
        joint: str | None = None
        while True:
            self._open(opened)
            if len(parts) == MAX_TERMS:
                raise SegmentError(f"at most {MAX_TERMS} conditions", self._ahead.position)
            parts.append(self._comparison())
            self._close(opened)
            if self._ahead.kind is Kind.END:
                break
            joint = self._joint(joint)
        if opened:
            raise SegmentError('this "(" is never closed', opened[-1])
        if joint is None:
            return parts[0]
        return Conjunction(tuple(parts)) if joint == "and" else Disjunction(tuple(parts))

    def _open(self, opened: list[int]) -> None:
        while self._ahead.text == "(":
            opened.append(self._take().position)

    def _close(self, opened: list[int]) -> None:
        while self._ahead.text == ")":
            if not opened:
                raise SegmentError('this ")" closes nothing', self._ahead.position)
            self._take()
            opened.pop()

    def _joint(self, earlier: str | None) -> str:
        if self._ahead.text not in ("and", "or"):
            raise self._expected("and, or, or the end")
        token = self._take()
        if earlier not in (None, token.text):
            raise SegmentError("and and or cannot be mixed in one expression", token.position)
        return token.text

    def _comparison(self) -> Comparison:
        start = self._expect("property", 'property["name"]').position
        self._expect("[", '"["')
        if self._ahead.kind is not Kind.STRING:
            raise self._expected("the property's name in quotes")
        name = unquoted(self._take())
        self._expect("]", '"]"')
        operator_at = self._ahead.position
        operator = self._operator()
        value_at = self._ahead.position
        value = None if operator in _PRESENCE else self._value()
        return Comparison(name, operator, value, Place(start, operator_at, value_at))

    def _operator(self) -> Operator:
        if self._ahead.text not in tuple(Operator):
            raise self._expected(f"one of {' '.join(Operator)}")
        return Operator(self._take().text)

    def _value(self) -> Literal:
        if self._ahead.kind is Kind.STRING:
            return unquoted(self._take())
        if self._ahead.kind is Kind.DATE:
            return self._date()
        if self._ahead.kind is Kind.NUMBER:
            return number(self._take())
        if self._ahead.text in ("true", "false"):
            return self._take().text == "true"
        raise self._expected("a quoted text, a number, a date, true or false")

    def _date(self) -> date:
        token = self._take()
        local = parse_local(token.text)
        if local is None:
            raise SegmentError(f"there is no date {token.text}", token.position)
        return local

    def _expect(self, text: str, shown: str) -> Token:
        if self._ahead.text != text:
            raise self._expected(shown)
        return self._take()

    def _expected(self, what: str) -> SegmentError:
        return SegmentError(f"expected {what}, not {self._ahead}", self._ahead.position)

    def _take(self) -> Token:
        token, self._ahead = self._ahead, next(self._tokens, self._ahead)
        return token
