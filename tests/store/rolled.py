"""Rolling up in tests: all that has changed, or some of it."""

from collections.abc import Sequence

from sqlalchemy import delete

from tellback.actions.roll_up import StoreDay, TakeDays, store_days, take_days
from tellback.core.model import Project
from tellback.core.rollup import Source
from tellback.store.audits import Audit, Counts
from tellback.store.rollup_audit import rollups_follow_from_rows
from tellback.store.rollup_marks import mark_ids
from tellback.store.rollup_work import Task, remake
from tellback.store.tables import invitations, responses
from tests.actions.workroom import Workroom

WORKER = "worker"


def take(room: Workroom, project: Project, most: int = 16, worker: str = WORKER) -> list[Task]:
    """Days taken away from the marks, for a minute."""
    tasks: list[Task] = room.run(take_days, TakeDays(project.id, worker, most, 60_000))
    return tasks


def finish(room: Workroom, task: Task, worker: str = WORKER) -> bool:
    """Count a day anew and store it, if it is still the worker's."""
    with room.connection.begin():
        remade = remake(room.connection, task)
    stored: bool = room.run(store_days, StoreDay(worker, remade))
    return stored


def finish_all(room: Workroom, tasks: Sequence[Task], worker: str = WORKER) -> bool:
    """Count days anew; whether all of them were still the worker's."""
    return [finish(room, task, worker) for task in tasks] == [True] * len(tasks)


def roll_up(room: Workroom, project: Project | None = None) -> int:
    """Count everything anew that has changed; how many days there were."""
    project, days = project or room.shop, 0
    while tasks := take(room, project):
        days += len(tasks)
        assert finish_all(room, tasks)
    return days


def complaints(room: Workroom, project: Project | None = None) -> list[tuple[str, str]]:
    """What is wrong with a project's roll-up."""
    with room.connection.begin():
        audit = Audit(room.connection, (project or room.shop).id, Counts())
        return list(rollups_follow_from_rows(audit))


def marked(room: Workroom, id_: str) -> None:
    """An invitation that has changed, and its answer: their days are to be made anew."""
    with room.connection.begin():
        for source in (Source.INVITATIONS, Source.RESPONSES):
            mark_ids(room.connection, room.shop.id, source, [id_])


def lost(room: Workroom, id_: str) -> None:
    """An invitation that goes, and its answer."""
    marked(room, id_)
    with room.connection.begin():
        for table in (responses, invitations):
            mine = table.c.project_id == room.shop.id
            room.connection.execute(delete(table).where(mine, table.c.id == id_))
