"""Make somebody who may sign in."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.addresses import normalise_address
from tellback.core.errors import Duplicate, Fault, Invalid, NotFound, Problem, TellbackError
from tellback.core.users import MAX_EMAIL, Role, User
from tellback.store.database import Transaction
from tellback.store.ids import new_id
from tellback.store.projects import find_project, list_projects
from tellback.store.users import find_user, insert_memberships, insert_user


@dataclass(frozen=True, slots=True)
class CreateUser:
    """Make a user a member of the projects with these slugs; of all there are if none is named."""

    email: str
    password_hash: str
    role: Role
    slugs: Sequence[str] = ()


def create_users(tx: Transaction, jobs: Sequence[CreateUser]) -> list[User | TellbackError]:
    """Create each user; `Duplicate` where the address has one, `NotFound` for a wrong slug."""
    return [_create(tx, job) for job in jobs]


def check_users(tx: Transaction, jobs: Sequence[CreateUser]) -> list[TellbackError | None]:
    """What stands in the way of each user; None where they could be created. Writes nothing."""
    outcomes: list[TellbackError | None] = []
    for job in jobs:
        try:
            _check(tx, job)
        except TellbackError as error:
            outcomes.append(error)
        else:
            outcomes.append(None)
    return outcomes


def _check(tx: Transaction, job: CreateUser) -> tuple[str, list[str]]:
    """The address and the projects' ids of somebody who may be created."""
    email = normalise_address(job.email, MAX_EMAIL)
    if email is None:
        raise Invalid(Problem(Fault.FORMAT, "must be an e-mail address", "email"))
    if find_user(tx.connection, email):
        raise Duplicate(f"There is a user {email} already.")
    return email, find_project_ids(tx, job.slugs)


def _create(tx: Transaction, job: CreateUser) -> User | TellbackError:
    try:
        email, project_ids = _check(tx, job)
    except TellbackError as error:
        return error
    user = User(new_id(), email, tx.now)
    insert_user(tx.connection, user, job.password_hash)
    insert_memberships(tx.connection, user.id, project_ids, job.role)
    return user


def find_project_ids(tx: Transaction, slugs: Sequence[str]) -> list[str]:
    """The ids of the projects with these slugs, or of all; `NotFound` names the one missing."""
    if not slugs:
        return [project.id for project in list_projects(tx.connection)]
    ids = []
    for slug in dict.fromkeys(slugs):
        project = find_project(tx.connection, slug)
        if project is None:
            raise NotFound(f"There is no project {slug!r}.")
        ids.append(project.id)
    return ids
