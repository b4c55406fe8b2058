"""The counts of a time, from the rows: what a day's cells hold, and what they are checked against.

The engines count; only days are told apart here, by slots, so that engines need not know a zone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, case, func, literal, select

from tellback.core.properties import PropertyType
from tellback.core.rollup import (
    ALL,
    COMMENTS,
    MANY,
    RESPONSES,
    SLOT,
    STATE,
    Key,
    Range,
    RatingFact,
    Source,
    at_offset,
    day_of,
    on_day,
    others,
    present,
)
from tellback.core.words import words_of
from tellback.store.engines import ways
from tellback.store.events import is_counted, split_name
from tellback.store.invitation_events import ASK, EVENTS, FUNNEL, REQUEST
from tellback.store.tables import events, responses, signals

#: How many values of a property are told apart on a day; those that are rarer count as others.
MOST_VALUES = 100
#: How many moments are kept of a word on a day; one that is written more often is found by reading.
MOST_MOMENTS = 200
#: The types of properties whose values can be told apart.
ROLLED_TYPES = frozenset({PropertyType.STRING, PropertyType.BOOLEAN})
Cells = dict[Key, Counter[str]]
_VALUE = "the_value"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is counted: a project's rows that came about in a range, and by which properties."""

    project_id: str
    zone: ZoneInfo
    range: Range
    properties: Mapping[str, PropertyType] = field(default_factory=dict)

    def within(self, at: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a moment is in the range."""
        start, end = self.range
        return (at >= start) & (at < end)


def count_cells(connection: Connection, source: Source, wanted: Wanted) -> Cells:
    """The cells of a source over a range, which is to be of one day. None of them is empty."""
    return {key: counts for key, counts in _COUNTED[source](connection, wanted).items() if counts}


def property_value(name: str, kind: PropertyType) -> ColumnElement[str]:
    """The value that an invitation has as a property, as text; null for none."""
    stored = ASK.properties[name]
    if kind is PropertyType.BOOLEAN:
        truth: ColumnElement[bool] = stored.as_boolean()
        return case((truth.is_(None), None), (truth, "true"), else_="false")
    text: ColumnElement[str] = stored.as_string()
    return text


def _count_responses(connection: Connection, wanted: Wanted) -> Cells:
    table, cells = responses.c, Cells()
    by = (table.survey_id, table.channel, table.dialect)
    facts = (table.survey_version, table.metric, table.rating, table.completed, table.dismissed)
    statement = (
        select(*by, *facts, func.count(), func.count(table.comment))
        .where(table.project_id == wanted.project_id, wanted.within(table.created_at))
        .group_by(*by, *facts)
    )
    for row in connection.execute(statement):
        fact = RatingFact(*row[3:8])
        _add(cells, Key(*row[:3]), {fact.named(RESPONSES): row[8], fact.named(COMMENTS): row[9]})
    return cells


def _count_invitations(connection: Connection, wanted: Wanted) -> Cells:
    cells = _count_asked(connection, wanted, ())
    for name, kind in wanted.properties.items():
        if kind in ROLLED_TYPES:
            cells.update(_count_values(connection, wanted, name, property_value(name, kind)))
    for key, counts in list(cells.items()):
        # What is asked for most, so that it takes one cell a day instead of one for each survey.
        _add(cells, key._replace(survey_id=ALL, channel=ALL), counts)
    return cells


def _count_values(
    connection: Connection, wanted: Wanted, name: str, value: ColumnElement[str]
) -> Cells:
    """Counts by each value of a property, of the rarest together, and of all together."""
    counted = (
        select(value.label(_VALUE), func.count().label("times"))
        .where(ASK.project_id == wanted.project_id, wanted.within(ASK.created_at))
        .where(value.is_not(None))
        .group_by(_VALUE)
        .subquery()
    )
    # Of values that are equally common the same are told apart in every database.
    alike = ways(connection.dialect.name).by_bytes(counted.c[_VALUE])
    commonest = select(counted.c[_VALUE]).order_by(counted.c.times.desc(), alike)
    values = list(connection.execute(commonest.limit(MOST_VALUES + 1)).scalars())
    if not values:
        return {}
    kept = values[:MOST_VALUES]
    cells = _count_asked(connection, wanted, [value.in_(kept)], name, value)
    if len(values) > MOST_VALUES:
        rare = _count_asked(connection, wanted, [value.is_not(None), value.not_in(kept)])
        for key, counts in rare.items():
            _add(cells, key._replace(property=others(name)), counts)
    for key, counts in list(cells.items()):
        _add(cells, key._replace(property=present(name), value=""), counts)
    return cells


def _count_asked(
    connection: Connection,
    wanted: Wanted,
    conditions: Sequence[ColumnElement[bool]],
    name: str = "",
    value: ColumnElement[str] | None = None,
) -> Cells:
    """Counts of the invitations that fulfil conditions, by the values of a property if given."""
    cells = Cells()
    by: list[ColumnElement[Any]] = [ASK.survey_id, ASK.channel, ASK.dialect]
    by.append((literal("") if value is None else value).label(_VALUE))
    # By its name: each time that an expression is written its parameters are others.
    groups: tuple[Any, ...] = (*by[:3], _VALUE)
    mine = (ASK.project_id == wanted.project_id, wanted.within(ASK.created_at), *conditions)
    states = select(*by, ASK.state, *FUNNEL.values()).where(*mine).group_by(*groups, ASK.state)
    for survey, channel, dialect, of, state, *reached in connection.execute(states):
        counts = {f"{STATE}{state}": reached[0], **dict(zip(FUNNEL, reached, strict=True))}
        _add(cells, Key(survey, channel, dialect, name, of), counts)
    for event in EVENTS:
        if event is REQUEST:
            # That is the day of the cell itself.
            continue
        statement = (
            select(*by, func.min(event.at), *event.counts.values())
            .select_from(event.rows)
            .where(*mine, event.only)
            .group_by(*groups, event.at // SLOT)
        )
        for survey, channel, dialect, of, at, *happened in connection.execute(statement):
            day = day_of(at, wanted.zone)
            named = zip(event.counts, happened, strict=True)
            counts = {on_day(counted, day): count for counted, count in named}
            _add(cells, Key(survey, channel, dialect, name, of), counts)
    return cells


def _count_visits(connection: Connection, wanted: Wanted) -> Cells:
    """What scanners did, by kind."""
    table, cells = signals.c, Cells()
    statement = (
        select(table.kind, func.count())
        .where(table.project_id == wanted.project_id, wanted.within(table.created_at))
        .where(table.scanner.is_not(None))
        .group_by(table.kind)
    )
    for kind, count in connection.execute(statement):
        _add(cells, Key("", "", ""), {kind: count})
    return cells


def _count_shown(connection: Connection, wanted: Wanted) -> Cells:
    table, cells = events.c, Cells()
    statement = (
        select(table.name, func.count())
        .where(table.project_id == wanted.project_id, wanted.within(table.created_at))
        .where(is_counted())
        .group_by(table.name)
    )
    for name, count in connection.execute(statement):
        counted, survey_id = split_name(name)
        _add(cells, Key(survey_id, "", ""), {counted: count})
    return cells


def _count_words(connection: Connection, wanted: Wanted) -> Cells:
    """When each word was written in a comment; of the commonest only how often."""
    table, cells = responses.c, Cells()
    statement = select(table.created_at, table.comment).where(
        table.project_id == wanted.project_id,
        wanted.within(table.created_at),
        table.comment.is_not(None),
    )
    for at, comment in connection.execute(statement.execution_options(yield_per=1_000)):
        offset = at_offset(at - wanted.range[0])
        for word in words_of(comment):
            key = Key("", "", "", "", word)
            cell = cells.setdefault(key, Counter())
            if MANY in cell or (len(cell) == MOST_MOMENTS and offset not in cell):
                # Whole or not at all: some of its moments would be no help to anybody.
                cells[key] = Counter({MANY: cell.total() + 1})
            else:
                cell[offset] += 1
    return cells


def _add(cells: Cells, key: Key, counts: Mapping[str, int]) -> None:
    cell = cells.setdefault(key, Counter())
    for name, count in counts.items():
        if count:
            cell[name] += count


_COUNTED = {
    Source.RESPONSES: _count_responses,
    Source.INVITATIONS: _count_invitations,
    Source.VISITS: _count_visits,
    Source.SHOWN: _count_shown,
    Source.WORDS: _count_words,
}
