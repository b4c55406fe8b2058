"""Change several settings of a project, all of them or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tellback.actions.create_project import is_project_name
from tellback.core.errors import Fault, Invalid, NotFound, Problem, TellbackError
from tellback.core.logo import logo_name
from tellback.core.model import Project
from tellback.core.settings import Switch, set_value
from tellback.store.database import Transaction
from tellback.store.logos import replace_logo
from tellback.store.outbox import lock_project
from tellback.store.projects import update_project

#: What a problem with the name is of; no setting is called so.
PROJECT_NAME = "project_name"


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Give settings the values that these texts say. ``switches`` are those of the wires.

    ``logo`` is a picture that becomes the logo; an empty one takes the logo away, None leaves it.
    ``name`` is the project's new one, if any; its slug, and so its addresses, stay.
    """

    texts: Mapping[str, str]
    switches: Mapping[str, Switch]
    logo: bytes | None = None
    name: str | None = None


def change_settings(
    tx: Transaction, jobs: Sequence[tuple[Project, ChangeSettings]]
) -> list[Project | TellbackError]:
    """The project after the change; `Invalid` names every value that is not allowed."""
    return [_change(tx, project.id, command) for project, command in jobs]


def _change(tx: Transaction, project_id: str, command: ChangeSettings) -> Project | TellbackError:
    project = lock_project(tx.connection, project_id)
    if project is None:
        return NotFound()
    changed, problems = project.settings, list[Problem]()
    for name, text in command.texts.items():
        try:
            changed = set_value(changed, name, text, command.switches)
        except Invalid as wrong:
            problems += wrong.problems
    called = project.name if command.name is None else command.name.strip()
    if not is_project_name(called):
        problems.append(Problem(Fault.FORMAT, "must be 1 to 100 characters", PROJECT_NAME))
    try:
        logo = logo_name(command.logo) if command.logo else ""
    except Invalid as wrong:
        problems += wrong.problems
    if problems:
        return Invalid(*problems)
    if command.logo is not None:
        changed = replace(changed, logo=logo)
    # Before the picture, and not read again: a cluster has projects on all of its servers, and
    # lets one transaction turn to those first, or not at all.
    update_project(tx.connection, project.id, called, changed)
    if command.logo is not None:
        replace_logo(tx.connection, project.id, logo, command.logo or None, tx.now)
    return replace(project, name=called, settings=changed)
