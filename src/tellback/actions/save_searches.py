"""Keep searches by a name, and let them go."""

from collections.abc import Sequence

from tellback.core.errors import Fault, Invalid, NotFound, Problem, TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.core.saved_searches import MAX_SEARCHES, SaveSearch
from tellback.store.database import Transaction
from tellback.store.ids import new_ids
from tellback.store.saved_searches import (
    count_saved_searches,
    delete_named,
    delete_saved_search,
    insert_saved_search,
)


def save_searches(
    tx: Transaction, jobs: Sequence[tuple[Project, SaveSearch]]
) -> list[Done | TellbackError]:
    """Keep each; `Invalid` where a project has as many as it may have."""
    return [_save(tx, project.id, command) for project, command in jobs]


def drop_searches(
    tx: Transaction, jobs: Sequence[tuple[Project, str]]
) -> list[Done | TellbackError]:
    """Delete each by its id; `NotFound` where there is none."""
    return [
        Done(id_) if delete_saved_search(tx.connection, project.id, id_) else NotFound()
        for project, id_ in jobs
    ]


def _save(tx: Transaction, project_id: str, command: SaveSearch) -> Done | TellbackError:
    delete_named(tx.connection, project_id, command.name)
    if count_saved_searches(tx.connection, project_id) >= MAX_SEARCHES:
        rule = f"a project keeps at most {MAX_SEARCHES} searches"
        return Invalid(Problem(Fault.VALUE, rule, "name"))
    id_ = new_ids(1)[0]
    insert_saved_search(tx.connection, project_id, id_, command, tx.now)
    return Done(id_)
