"""Give projects a logo, or take it away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tellback.core.errors import Invalid, NotFound, TellbackError
from tellback.core.logo import logo_name
from tellback.core.settings import ProjectSettings
from tellback.store.database import Transaction
from tellback.store.logos import replace_logo
from tellback.store.outbox import lock_project
from tellback.store.projects import update_settings


@dataclass(frozen=True, slots=True)
class SetLogo:
    """Make a picture a project's logo; None takes the one that there is away."""

    project_id: str
    data: bytes | None


def set_logos(tx: Transaction, jobs: Sequence[SetLogo]) -> list[ProjectSettings | TellbackError]:
    """The project's settings after the change; `Invalid` says which pictures may be one."""
    return [_set(tx, job) for job in jobs]


def _set(tx: Transaction, job: SetLogo) -> ProjectSettings | TellbackError:
    try:
        name = "" if job.data is None else logo_name(job.data)
    except Invalid as wrong:
        return wrong
    project = lock_project(tx.connection, job.project_id)
    if project is None:
        return NotFound()
    changed = replace(project.settings, logo=name)
    update_settings(tx.connection, project.id, changed)
    replace_logo(tx.connection, project.id, name, job.data, tx.now)
    return changed
