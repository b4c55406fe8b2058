"""Change a project's settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tellback.core.errors import NotFound, TellbackError
from tellback.core.settings import ProjectSettings, Switch, set_value
from tellback.store.database import Transaction
from tellback.store.outbox import lock_project
from tellback.store.projects import update_settings


@dataclass(frozen=True, slots=True)
class SetSetting:
    """Give a setting the value that a text says. ``switches`` are those of the wires."""

    project_id: str
    name: str
    text: str
    switches: Mapping[str, Switch] = field(default_factory=dict)


def set_settings(
    tx: Transaction, jobs: Sequence[SetSetting]
) -> list[ProjectSettings | TellbackError]:
    """The project's settings after the change; `Invalid` says what is allowed."""
    return [_set(tx, job) for job in jobs]


def _set(tx: Transaction, job: SetSetting) -> ProjectSettings | TellbackError:
    project = lock_project(tx.connection, job.project_id)
    if project is None:
        return NotFound()
    try:
        changed = set_value(project.settings, job.name, job.text, job.switches)
    except TellbackError as error:
        return error
    update_settings(tx.connection, project.id, changed)
    return changed
