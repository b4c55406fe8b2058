"""Make a project with everything that its wires need."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tellback.actions.number_questions import number_questions
from tellback.core.errors import Duplicate, Fault, Invalid, Problem, TellbackError
from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.core.settings import ProjectSettings
from tellback.store.credentials import NewKey, insert_credentials
from tellback.store.database import Transaction
from tellback.store.ids import new_id
from tellback.store.projects import find_project, insert_project
from tellback.store.secrets import random_bytes
from tellback.store.surveys import insert_survey


@dataclass(frozen=True, slots=True)
class CreateProject:
    """Make a project. ``keys`` must be nobody's yet; ``surveys`` are by dialect."""

    name: str
    settings: ProjectSettings
    keys: Sequence[NewKey]
    surveys: Sequence[tuple[str, SurveyDefinition]]


@dataclass(frozen=True, slots=True)
class ProjectCreated:
    """The project, and its ready survey for each dialect that has one."""

    project: Project
    surveys: dict[str, Survey]


def create_projects(
    tx: Transaction, jobs: Sequence[CreateProject]
) -> list[ProjectCreated | TellbackError]:
    """Create each project; `Duplicate` where its slug is taken."""
    return [_create(tx, job) for job in jobs]


def is_project_name(name: str) -> bool:
    """Whether a project may be called that."""
    return 1 <= len(name) <= 100 and name.isprintable()


def slug_of(name: str) -> str:
    """The part of a URL that names a project: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def _create(tx: Transaction, job: CreateProject) -> ProjectCreated | TellbackError:
    name, slug = job.name.strip(), slug_of(job.name)
    if not slug or not is_project_name(name):
        return Invalid(Problem(Fault.FORMAT, "must be 1 to 100 characters with a letter", "name"))
    if find_project(tx.connection, slug):
        return Duplicate(f"There is a project {slug!r} already.")
    project = Project(new_id(), name, slug, tx.now, job.settings, random_bytes(32))
    insert_project(tx.connection, project)
    insert_credentials(tx.connection, project.id, job.keys, tx.now)
    surveys = {}
    for number, (dialect, definition) in enumerate(job.surveys, start=1):
        numbered = number_questions(tx, project.id, definition)
        survey = Survey(project.id, new_id(), dialect, number, 1, True, dialect, numbered)
        insert_survey(tx.connection, survey, tx.now)
        surveys[dialect] = survey
    return ProjectCreated(project, surveys)
