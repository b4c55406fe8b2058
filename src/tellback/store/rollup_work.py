"""Rolling up: what is to be made anew, who makes it, and storing what was made.

The marks of a day are taken away first; then its rows are read, in a transaction of its own; then
what has changed of its cells is stored, if nobody else has taken the day over meanwhile.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from tellback.core.model import Project
from tellback.core.rollup import (
    FIRST_DAY,
    LAST_DAY,
    SLOT,
    Key,
    Range,
    Source,
    day_of,
    midnight,
)
from tellback.store.across import across_projects
from tellback.store.projects import list_projects
from tellback.store.properties import property_types
from tellback.store.rollup_counts import Wanted, count_cells
from tellback.store.rollup_freezing import carry_over
from tellback.store.rollup_marks import ROWS
from tellback.store.rollups import (
    Head,
    find_head,
    insert_cells,
    made_for,
    of_day,
    read_heads,
    replace_head,
    stored_cells,
)
from tellback.store.rows import insert_new_rows, insert_rows
from tellback.store.tables import rollup_cells, rollup_marks
from tellback.store.vocabulary import forget_words, learn_words, relearn_words

_MARK = ("project_id", "source", "start_at", "taken_by", "end_at", "lease_until")
_marks = rollup_marks.c


@dataclass(frozen=True, slots=True)
class Task:
    """A day of a project to make anew."""

    head: Head
    source: Source
    day: int

    @property
    def range(self) -> Range:
        """The day's first moment, and the next day's."""
        return midnight(self.day, self.head.zone), midnight(self.day + 1, self.head.zone)


@dataclass(frozen=True, slots=True)
class Remade:
    """What has changed of a day's cells, and which of the stored ones do not hold any more."""

    task: Task
    changed: Mapping[Key, Mapping[str, int]]
    gone: Collection[Key]


def projects_to_roll_up(connection: Connection, now: int) -> list[str]:
    """The projects that have something to be made anew that nobody is at."""
    waiting = across_projects(select(_marks.project_id).where(_free(now)).distinct())
    marked = set(connection.execute(waiting).scalars())
    heads = {head.project_id: head for head in read_heads(connection)}
    return [
        project.id
        for project in list_projects(connection)
        if project.id in marked
        or project.id not in heads
        or not made_for(heads[project.id], project)
    ]


def restart(connection: Connection, project: Project, now: int) -> Head:
    """Have all of a project's cells made anew, by its settings as they are now.

    What is there stays until then, but is not read. Days without rows keep what they have.
    """
    before = find_head(connection, project.id)
    settings = project.settings
    head = Head(project.id, settings.time_zone, settings.rolled(), FIRST_DAY, FIRST_DAY)
    if before is not None:
        head = carry_over(connection, before, head)
    replace_head(connection, head, now)
    relearn_words(connection, project.id)
    connection.execute(delete(rollup_marks).where(_marks.project_id == project.id))
    ends = midnight(FIRST_DAY, head.zone), midnight(LAST_DAY, head.zone)
    rows = [(project.id, source.value, ends[0], "", ends[1], None) for source in Source]
    insert_rows(connection, rollup_marks, _MARK, rows)
    return head


def take_days(
    connection: Connection, head: Head, worker: str, now: int, until: int, most: int
) -> list[Task]:
    """Take up to so many days away from the marks, the newest first, until a moment (ms)."""
    mine = _marks.project_id == head.project_id
    busy = {
        (row.source, row.start_at)
        for row in connection.execute(
            select(_marks.source, _marks.start_at).where(mine, ~_untaken(now))
        )
    }
    free = (
        select(_marks.source, _marks.start_at, _marks.end_at, _marks.taken_by)
        .where(mine, _free(now))
        .order_by(_marks.start_at.desc())
    )
    taken: dict[tuple[Source, int], Task] = {}
    words: list[tuple[Any, ...]] = []
    for name, start, end, holder in connection.execute(free).all():
        source, left = Source(name), end
        while start < left:
            day = _newest_day(connection, head, source, (start, left))
            if day is None:
                left = start
                break
            task = Task(head, source, day)
            full = len(taken) >= most and (source, day) not in taken
            if full or (name, task.range[0]) in busy:
                # Too many, or somebody is at it, who may have read before this change.
                break
            taken[source, day] = task
            left = max(start, task.range[0])
        _shorten(connection, head.project_id, (name, start, holder), end, left)
        if source is Source.RESPONSES and left == start and end - start <= SLOT:
            words.append((head.project_id, Source.WORDS.value, start, "", end, None))
    # What was asked of the responses is then still to be asked of the words in them.
    insert_new_rows(connection, rollup_marks, _MARK, words)
    rows = [
        (head.project_id, task.source.value, task.range[0], worker, task.range[1], until)
        for task in taken.values()
    ]
    insert_rows(connection, rollup_marks, _MARK, rows)
    return list(taken.values())


def remake(connection: Connection, task: Task) -> Remade:
    """What a day's cells have to be, as far as they are otherwise."""
    head = task.head
    types = property_types(connection, head.project_id) if head.properties else {}
    wanted = Wanted(head.project_id, head.zone, task.range, head.typed(types))
    counted = count_cells(connection, task.source, wanted)
    stored = stored_cells(connection, head.project_id, task.source, task.day)
    changed = {key: counts for key, counts in counted.items() if stored.get(key) != counts}
    return Remade(task, changed, [key for key in stored if counted.get(key) != stored[key]])


def store_remade(connection: Connection, remade: Remade, worker: str) -> bool:
    """Store a day's cells; False where another has taken it over, or has begun anew."""
    task, head = remade.task, remade.task.head
    held = delete(rollup_marks).where(
        _marks.project_id == head.project_id,
        _marks.source == task.source.value,
        _marks.start_at == task.range[0],
        _marks.taken_by == worker,
    )
    if not connection.execute(held).rowcount:
        return False
    _forget(connection, remade)
    insert_cells(connection, task.source, head.project_id, task.day, remade.changed)
    if task.source is Source.WORDS:
        now, before = ({key.value for key in keys} for keys in (remade.changed, remade.gone))
        learn_words(connection, head.project_id, now - before)
        forget_words(connection, head.project_id, before - now)
    return True


def _forget(connection: Connection, remade: Remade) -> None:
    """Delete what does not hold any more."""
    cells = rollup_cells.c
    keys = [key._asdict() for key in remade.gone]
    if not keys:
        return
    task = remade.task
    statement = delete(rollup_cells).where(
        of_day(task.source, task.head.project_id, task.day),
        *(cells[name] == bindparam(f"the_{name}") for name in Key._fields),
    )
    connection.execute(statement, [{f"the_{n}": v for n, v in key.items()} for key in keys])


def _newest_day(connection: Connection, head: Head, source: Source, within: Range) -> int | None:
    """The newest day in a range of which there are rows or cells, and rows are kept; or None."""
    start, end = within
    if end - start <= SLOT:
        day = day_of(start, head.zone)
        return day if day >= head.frozen_until(source) else None
    rows, cells = ROWS[source].c, rollup_cells.c
    newest = select(func.max(rows.created_at)).where(
        rows.project_id == head.project_id, rows.created_at >= start, rows.created_at < end
    )
    at = connection.execute(newest).scalar()
    first, last = day_of(start, head.zone), day_of(end - 1, head.zone)
    last_stored = select(func.max(cells.day)).where(
        cells.project_id == head.project_id,
        cells.source == source.value,
        cells.day >= first,
        cells.day <= last,
    )
    stored = connection.execute(last_stored).scalar()
    found = [stored] if stored is not None else []
    found += [day_of(at, head.zone)] if at is not None else []
    days = [day for day in found if day >= head.frozen_until(source)]
    return max(days) if days else None


def _shorten(
    connection: Connection, project_id: str, mark: tuple[str, int, str], end: int, left: int
) -> None:
    """Let a mark end earlier, or be gone if nothing is left of it."""
    if left == end:
        return
    source, start, holder = mark
    this = and_(
        _marks.project_id == project_id,
        _marks.source == source,
        _marks.start_at == start,
        _marks.taken_by == holder,
    )
    if left <= start:
        connection.execute(delete(rollup_marks).where(this))
    else:
        connection.execute(update(rollup_marks).where(this).values(end_at=left))


def _free(now: int) -> Any:
    """What can be made anew now. A day has many words: those of a slot wait until it is over."""
    ripe = or_(_marks.source != Source.WORDS.value, _marks.end_at <= now, ~_is_slot())
    return and_(_untaken(now), ripe)


def _untaken(now: int) -> Any:
    return or_(_marks.taken_by == "", _marks.lease_until <= now)


def _is_slot() -> Any:
    return _marks.end_at - _marks.start_at <= SLOT
