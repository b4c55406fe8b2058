"""Segment expressions as conditions on the invitations' properties. Every value is bound."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from operator import eq, ge, gt, le, lt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    TableValuedAlias,
    and_,
    cast,
    exists,
    false,
    func,
    or_,
    select,
)

from tellback.core.calendar import local_ms, local_range
from tellback.core.instants import format_seconds
from tellback.core.model import Project
from tellback.core.properties import PropertyType
from tellback.core.segment import (
    CheckedComparison,
    Conjunction,
    Disjunction,
    Operator,
    Segment,
    check,
    parse,
)
from tellback.store.engines import ways
from tellback.store.properties import property_types
from tellback.store.tables import invitations

Condition = ColumnElement[bool]
_COMPARED: Mapping[Operator, Callable[[Any, Any], Condition]] = {
    Operator.LESS: lt,
    Operator.LESS_OR_EQUAL: le,
    Operator.GREATER: gt,
    Operator.GREATER_OR_EQUAL: ge,
    Operator.EQUAL: eq,
}


def read_segment(connection: Connection, project: Project, where: str) -> Segment:
    """An expression held against the project's properties; `SegmentError` where it is wrong."""
    return check(parse(where), property_types(connection, project.id))


def compile_segment(segment: Segment, engine: str, zone: ZoneInfo) -> Condition:
    """A checked expression as one condition; ``zone`` is that of days without one."""
    match segment:
        case Conjunction(parts):
            return and_(*(_condition(part, engine, zone) for part in parts))
        case Disjunction(parts):
            return or_(*(_condition(part, engine, zone) for part in parts))
        case CheckedComparison():
            return _condition(segment, engine, zone)


def _condition(term: CheckedComparison, engine: str, zone: ZoneInfo) -> Condition:
    return compile_term(term, invitations.c.properties, engine, zone)


def compile_term(
    term: CheckedComparison, properties: ColumnElement[Any], engine: str, zone: ZoneInfo
) -> Condition:
    """One comparison as a condition on a column that keeps properties by name."""
    stored: Any = properties[term.property]
    text: ColumnElement[str] = stored.as_string()
    if term.operator is Operator.IS_SET:
        return text.is_not(None)
    if term.operator is Operator.IS_NOT_SET:
        return text.is_(None)
    match term.type:
        case PropertyType.STRING_SET:
            members = _members(stored, engine)
            return _any(members, holds(members.c.value, term, zone))
        case PropertyType.NUMBER_SET:
            members = _members(stored, engine)
            return _any(members, holds(cast(members.c.value, Float), term, zone))
        case PropertyType.BOOLEAN:
            truth: ColumnElement[bool] = stored.as_boolean()
            return truth == term.value
        case PropertyType.NUMBER:
            return holds(stored.as_float(), term, zone)
        case _:
            return holds(text, term, zone)


def _any(members: TableValuedAlias, condition: Condition) -> Condition:
    return exists(select(1).select_from(members).where(condition))


def holds(value: Any, term: CheckedComparison, zone: ZoneInfo) -> Condition:
    """Whether a comparison, other than one with true or false, holds of a single value."""
    if term.operator is Operator.CONTAIN:
        return func.lower(value).contains(str(term.value).lower(), autoescape=True)
    if isinstance(term.value, datetime):
        moment = format_seconds(local_ms(term.value, zone))
        return _compare(value, term.operator, moment)
    if isinstance(term.value, date):
        return _compare_day(value, term.operator, term.value, zone)
    if isinstance(term.value, int | float):
        # As a float: a whole number would be bound as an integer, and can be too large for one.
        return _compare(value, term.operator, float(term.value))
    return _compare(value, term.operator, term.value)


def _compare(value: Any, operator: Operator, wanted: Any) -> Condition:
    return _COMPARED[operator](value, wanted)


def _compare_day(value: Any, operator: Operator, day: date, zone: ZoneInfo) -> Condition:
    """A moment lies before, within or after a day."""
    start, end = (format_seconds(at) for at in local_range(day, day, zone))
    match operator:
        case Operator.EQUAL:
            return and_(value >= start, value < end)
        case Operator.LESS | Operator.GREATER_OR_EQUAL:
            return _compare(value, operator, start)
        case Operator.LESS_OR_EQUAL:
            return _compare(value, Operator.LESS, end)
        case Operator.GREATER:
            return _compare(value, Operator.GREATER_OR_EQUAL, end)
    return false()


def _members(value: Any, engine: str) -> TableValuedAlias:
    return ways(engine).members(value)
