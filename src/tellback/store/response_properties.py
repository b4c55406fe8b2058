"""Segments of responses: a condition holds where it does of the answer, its author or its ask.

Only those of the invitations have declared types. What else came along may be of any kind, and is
compared only where it is of the kind that it is compared with.
"""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, false, or_, select

from tellback.core.properties import PropertyType
from tellback.core.segment import (
    CheckedComparison,
    Conjunction,
    Disjunction,
    Operator,
    Segment,
)
from tellback.store.engines import ways
from tellback.store.segments import compile_term
from tellback.store.tables import contacts, invitations, responses

Condition = ColumnElement[bool]


def compile_for_responses(
    segment: Segment, project_id: str, engine: str, zone: ZoneInfo
) -> Condition:
    """A checked expression as a condition on responses; ``zone`` is that of days without one."""

    def condition(term: CheckedComparison) -> Condition:
        return _anywhere(term, project_id, lambda column, of: _guarded(of, column, engine, zone))

    match segment:
        case Conjunction(parts):
            return and_(*(condition(part) for part in parts))
        case Disjunction(parts):
            return or_(*(condition(part) for part in parts))
        case CheckedComparison():
            return condition(segment)


def _anywhere(
    term: CheckedComparison,
    project_id: str,
    holds_of: Callable[[ColumnElement[Any], CheckedComparison], Condition],
) -> Condition:
    """Of the answer itself first, which costs least."""
    if term.operator is Operator.IS_NOT_SET:
        there = CheckedComparison(term.property, term.type, Operator.IS_SET, None)
        return ~_anywhere(there, project_id, holds_of)
    asked, person = invitations.c, contacts.c
    of_ask = select(1).where(
        asked.project_id == project_id,
        asked.id == responses.c.invitation_id,
        holds_of(asked.properties, term),
    )
    if term.type is PropertyType.NUMBER_SET:
        # Nobody has seen to it that other lists are of numbers.
        return of_ask.exists()
    of_person = select(1).where(
        person.project_id == project_id,
        person.id == responses.c.contact_id,
        holds_of(person.properties, term),
    )
    return or_(holds_of(responses.c.traits, term), of_ask.exists(), of_person.exists())


def _guarded(
    term: CheckedComparison, column: ColumnElement[Any], engine: str, zone: ZoneInfo
) -> Condition:
    """Whether it holds of a column's value; false where that is of another kind, or not there."""
    kinds = _KINDS[term.type] if term.operator is not Operator.IS_SET else _ANY
    is_comparable = ways(engine).json_kind(column, term.property).in_(kinds)
    # Engines may work out both sides of an AND, and some fail at a number that is a text.
    return case((is_comparable, compile_term(term, column, engine, zone)), else_=false())


_KINDS: dict[PropertyType, tuple[str, ...]] = {
    PropertyType.STRING: ("string", "text", "array"),
    PropertyType.DATE: ("string", "text"),
    PropertyType.NUMBER: ("number", "integer", "real"),
    PropertyType.BOOLEAN: ("boolean", "true", "false"),
    PropertyType.STRING_SET: ("array",),
    PropertyType.NUMBER_SET: ("array",),
}
_ANY = tuple(kind for kinds in _KINDS.values() for kind in kinds)
