"""Give a project another name."""

from collections.abc import Sequence

from tellback.actions.create_project import is_project_name
from tellback.core.errors import Fault, Invalid, Problem, TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store import projects
from tellback.store.database import Transaction


def rename_projects(
    tx: Transaction, jobs: Sequence[tuple[Project, str]]
) -> list[Done | TellbackError]:
    """Rename each project; its slug, and so its addresses, stay. `Invalid` for no name."""
    return [_rename(tx, project.id, name.strip()) for project, name in jobs]


def _rename(tx: Transaction, project_id: str, name: str) -> Done | TellbackError:
    if not is_project_name(name):
        return Invalid(Problem(Fault.FORMAT, "must be 1 to 100 characters", "name"))
    projects.rename_project(tx.connection, project_id, name)
    return Done()
