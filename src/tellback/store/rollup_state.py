"""How far the roll-ups are, for whoever runs the server."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from tellback.core.model import Project
from tellback.core.rollup import SLOT, Source, day_of
from tellback.store.projects import list_projects
from tellback.store.rollups import find_head
from tellback.store.tables import rollup_cells, rollup_marks


@dataclass(frozen=True, slots=True)
class RollUpState:
    """A project's roll-up: by which zone and properties, how many cells, how many days wait.

    ``waiting`` is None as long as not all days have been counted once.
    """

    project: str
    zone: str
    properties: tuple[str, ...]
    cells: int
    waiting: int | None

    def as_dict(self) -> dict[str, Any]:
        """The state as plain data."""
        return asdict(self)


def roll_up_states(connection: Connection) -> list[RollUpState]:
    """The state of every project's roll-up."""
    return [_state(connection, project) for project in list_projects(connection)]


def _state(connection: Connection, project: Project) -> RollUpState:
    head = find_head(connection, project.id)
    if head is None:
        return RollUpState(project.slug, project.settings.time_zone, (), 0, None)
    marks = rollup_marks.c
    changed = connection.execute(
        select(marks.source, marks.start_at, marks.end_at, marks.taken_by).where(
            marks.project_id == project.id
        )
    ).all()
    long = any(end - start > SLOT and not holder for _, start, end, holder in changed)
    days = {(Source(source), day_of(start, head.zone)) for source, start, _, _ in changed}
    cells = select(func.count()).where(rollup_cells.c.project_id == project.id)
    count = connection.execute(cells).scalar_one()
    return RollUpState(
        project.slug, head.zone_name, head.properties, count, None if long else len(days)
    )
