"""Making a project with everything its wires need: keys, and a ready survey for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tellback.actions.create_project import CreateProject, ProjectCreated, create_projects
from tellback.core.model import Project
from tellback.core.settings import ProjectSettings
from tellback.dialects import native
from tellback.dialects.contract import Dialect, KeySpec
from tellback.store.database import Database
from tellback.store.secrets import random_text


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
        name: {key.name: key.prefix + random_text(key.alphabet, key.length) for key in table}
        for name, table in specs.items()
    }
    keys = [
        (name, key.kind, key.role, secrets[name][key.name])
        for name, table in specs.items()
        for key in table
    ]
    surveys = [(d.name, d.survey) for d in dialects.values() if d.survey is not None]
    job = CreateProject(name, settings or ProjectSettings(), keys, surveys)
    made: ProjectCreated = await database.write_one(create_projects, job)
    described: dict[str, Mapping[str, Any]] = {
        name: dialect.describe(made.project, secrets[name], made.surveys.get(name))
        for name, dialect in dialects.items()
    }
    described[native.NAME] = secrets[native.NAME]
    return NewProject(made.project, described)


def key_specs(dialects: Mapping[str, Dialect]) -> dict[str, Sequence[KeySpec]]:
    """The keys that every project has: those of each wire by its name, and those of our own API."""
    return {**{name: dialect.keys for name, dialect in dialects.items()}, native.NAME: native.KEYS}
