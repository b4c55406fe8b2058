"""Roll-ups: which days of a project can be taken from their cells, and what those hold.

Cells are made anew from the committed rows of their day, never counted up. A day that has a mark
has changed since; its rows are read instead. Both are read in one transaction, so an answer is
right at every moment, whatever is being rolled up meanwhile.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    false,
    insert,
    or_,
    select,
)

from tellback.core.model import Project
from tellback.core.properties import PropertyType
from tellback.core.rollup import (
    FIRST_DAY,
    LAST_DAY,
    Days,
    Key,
    Plan,
    Range,
    RatingFact,
    Source,
    last_day,
    midnight,
    plan,
    read_fact,
)
from tellback.store.across import across_projects
from tellback.store.rows import insert_rows, to_json
from tellback.store.tables import rollup_cells, rollup_heads, rollup_marks

_HEADS = select(rollup_heads)
# Put together once: of these the overview alone asks eight, and that costs more than the answers.
_HEAD = _HEADS.where(rollup_heads.c.project_id == bindparam("the_project"))
_CHANGED = select(rollup_marks.c.start_at, rollup_marks.c.end_at).where(
    rollup_marks.c.project_id == bindparam("the_project"),
    rollup_marks.c.source.in_(bindparam("the_sources", expanding=True)),
)
_CELL = (
    "project_id",
    "source",
    "day",
    "survey_id",
    "channel",
    "dialect",
    "property",
    "value",
    "last_day",
    "content",
)


@dataclass(frozen=True, slots=True)
class Head:
    """By which zone and properties a project's cells are made, and from which days rows are left.

    ``visits_from`` and ``shown_from``: earlier days have only their cells.
    """

    project_id: str
    zone_name: str
    properties: tuple[str, ...]
    visits_from: int
    shown_from: int

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days the cells are of."""
        return ZoneInfo(self.zone_name)

    def frozen_until(self, source: Source) -> int:
        """The first day whose rows are all there."""
        frozen = {Source.VISITS: self.visits_from, Source.SHOWN: self.shown_from}
        return frozen.get(source, FIRST_DAY)

    def rows_from(self, source: Source) -> int | None:
        """The moment (ms) before which rows may be gone; None: all are there."""
        day = self.frozen_until(source)
        return None if day == FIRST_DAY else midnight(day, self.zone)

    def typed(self, types: Mapping[str, PropertyType]) -> dict[str, PropertyType]:
        """The properties that cells tell apart, as far as they are declared by now."""
        return {name: types[name] for name in self.properties if name in types}


class Cell(NamedTuple):
    """The counts of one day, by name; survey and channel may be `ALL`."""

    day: int
    survey_id: str
    channel: str
    counts: Mapping[str, int]


def find_head(connection: Connection, project_id: str) -> Head | None:
    """How a project's cells are made; None where it has none yet."""
    row = connection.execute(_HEAD, {"the_project": project_id}).first()
    return None if row is None else _head(row)


def read_heads(connection: Connection) -> list[Head]:
    """How the cells of each project are made."""
    return [_head(row) for row in connection.execute(across_projects(_HEADS))]


def replace_head(connection: Connection, head: Head, now: int) -> None:
    """Let a project's cells be made in that way from now on."""
    table = rollup_heads
    connection.execute(delete(table).where(table.c.project_id == head.project_id))
    values = {
        "project_id": head.project_id,
        "zone": head.zone_name,
        "properties": list(head.properties),
        "visits_from": head.visits_from,
        "shown_from": head.shown_from,
        "started_at": now,
    }
    connection.execute(insert(table).values(**values))


def made_for(head: Head, project: Project) -> bool:
    """Whether cells are made as the project's settings are now."""
    settings = project.settings
    return (head.zone_name, head.properties) == (settings.time_zone, settings.rolled())


def plan_reading(
    connection: Connection,
    project: Project,
    source: Source,
    start: int | None,
    end: int | None,
    unclear: Iterable[Range] = (),
) -> Plan:
    """From where to take what came about from ``start`` until before ``end`` (ms; None: open).

    ``unclear`` are further times to take from the rows. Where there are no cells yet, or those of
    another zone, all is taken from the rows that there are.
    """
    zone = project.settings.zone()
    start = midnight(FIRST_DAY, zone) if start is None else start
    end = midnight(LAST_DAY, zone) if end is None else end
    head = find_head(connection, project.id)
    if head is None:
        return Plan((), [(start, end)])
    changed = [*read_changed(connection, project.id, source), *unclear]
    if head.zone_name != project.settings.time_zone:
        changed = [(midnight(FIRST_DAY, head.zone), midnight(LAST_DAY, head.zone))]
    return plan(start, end, changed, head.zone, head.frozen_until(source))


def read_changed(connection: Connection, project_id: str, source: Source) -> Sequence[Range]:
    """The ranges of time of which something has changed."""
    # Whoever changes a comment marks its response; that its words are to be made anew is marked by
    # who takes that mark away.
    also = [Source.RESPONSES.value] if source is Source.WORDS else []
    values = {"the_project": project_id, "the_sources": [source.value, *also]}
    return [(start, end) for start, end in connection.execute(_CHANGED, values)]


def read_cells(
    connection: Connection,
    project_id: str,
    source: Source,
    days: Sequence[Days],
    *conditions: ColumnElement[bool],
    of: str = "",
) -> Iterator[Cell]:
    """The cells of these days: of everything, or ``of`` a property."""
    if not days:
        return
    table = rollup_cells.c
    statement = select(table.day, table.survey_id, table.channel, table.content).where(
        table.project_id == project_id,
        table.source == source.value,
        table.property == of,
        table.day >= days[0][0],
        table.day < days[-1][1],
        *conditions,
    )
    if len(days) > 1:
        statement = statement.where(_in(days))
    for row in connection.execute(statement):
        yield Cell(*row)


def sum_cells(cells: Iterable[Cell]) -> Counter[str]:
    """The counts of all the cells together."""
    total: dict[str, int] = {}
    for cell in cells:
        for name, count in cell.counts.items():
            total[name] = total.get(name, 0) + count
    return Counter(total)


def of_survey(survey_id: str) -> ColumnElement[bool]:
    """The cells of one survey, or of `ALL`."""
    return rollup_cells.c.survey_id == survey_id


def facts_of(counts: Mapping[str, int]) -> Iterator[tuple[RatingFact, str, int]]:
    """What cells say of responses: which, of what kind the count is, and the count."""
    for name, count in counts.items():
        kind, fact = read_fact(name)
        yield fact, kind, count


def of_day(source: Source, project_id: str, day: int) -> ColumnElement[bool]:
    """All the cells of a day."""
    table = rollup_cells.c
    return and_(table.project_id == project_id, table.source == source.value, table.day == day)


def stored_cells(
    connection: Connection, project_id: str, source: Source, day: int
) -> dict[Key, dict[str, int]]:
    """All the cells of a day as they are stored."""
    table = rollup_cells.c
    keys = (table.survey_id, table.channel, table.dialect, table.property, table.value)
    statement = select(table.content, *keys).where(of_day(source, project_id, day))
    return {Key(*key): content for content, *key in connection.execute(statement)}


def insert_cells(
    connection: Connection,
    source: Source,
    project_id: str,
    day: int,
    cells: Mapping[Key, Mapping[str, int]],
) -> None:
    """Store cells of a day; there are none by their keys."""
    rows = [
        (project_id, source.value, day, *key, last_day(day, counts), to_json(counts))
        for key, counts in sorted(cells.items())
    ]
    insert_rows(connection, rollup_cells, _CELL, rows)


def _head(row: Row[Any]) -> Head:
    return Head(row.project_id, row.zone, tuple(row.properties), row.visits_from, row.shown_from)


def _in(days: Sequence[Days]) -> ColumnElement[bool]:
    table: Any = rollup_cells.c
    return or_(false(), *(and_(table.day >= first, table.day < end) for first, end in days))
