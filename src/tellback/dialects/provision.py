"""Making a project with everything its wires need: keys, and a ready survey for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tellback.actions.create_project import CreateProject, ProjectCreated, create_projects
from tellback.core.model import Project
from tellback.core.settings import ProjectSettings
from tellback.dialects.contract import Dialect
from tellback.dialects.keys import draw_key, key_of, key_specs
from tellback.dialects.native import OWN_KEYS
from tellback.store.database import Database


@dataclass(frozen=True, slots=True)
class NewProject:
    """A project just made, with its credentials by dialect: the only time they can be seen."""

    project: Project
    credentials: Mapping[str, Mapping[str, Any]]


async def make_project(
    database: Database,
    dialects: Mapping[str, Dialect],
    name: str,
    settings: ProjectSettings | None = None,
) -> NewProject:
    """Create a project; `Invalid` or `Duplicate` where its name does not do."""
    specs = key_specs(dialects)
    secrets = {
        name: {spec.name: await draw_key(database, name, spec) for spec in table}
        for name, table in specs.items()
    }
    keys = [
        key_of(name, spec, secrets[name][spec.name])
        for name, table in specs.items()
        for spec in table
    ]
    surveys = [(d.name, d.survey) for d in dialects.values() if d.survey is not None]
    job = CreateProject(name, settings or ProjectSettings(), keys, surveys)
    made: ProjectCreated = await database.write_one(create_projects, job)
    described: dict[str, Mapping[str, Any]] = {
        name: dialect.describe(made.project, secrets[name], made.surveys.get(name))
        for name, dialect in dialects.items()
    }
    described |= {name: secrets[name] for name in OWN_KEYS}
    return NewProject(made.project, described)
