"""Make somebody who may sign in a member of projects, or give a member another role."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.actions.create_user import find_project_ids
from tellback.core.addresses import normalise_address
from tellback.core.errors import NotFound, TellbackError
from tellback.core.users import MAX_EMAIL, Role, User
from tellback.store.database import Transaction
from tellback.store.users import find_user, insert_memberships, update_role


@dataclass(frozen=True, slots=True)
class GrantMembership:
    """Give a user a role in the projects with these slugs; in all there are if none is named."""

    email: str
    role: Role
    slugs: Sequence[str] = ()


def grant_memberships(
    tx: Transaction, jobs: Sequence[GrantMembership]
) -> list[User | TellbackError]:
    """Grant each membership; `NotFound` for an unknown user or slug."""
    return [_grant(tx, job) for job in jobs]


def _grant(tx: Transaction, job: GrantMembership) -> User | TellbackError:
    user = find_user(tx.connection, normalise_address(job.email, MAX_EMAIL) or "")
    if user is None:
        return NotFound(f"There is no user {job.email}.")
    try:
        project_ids = find_project_ids(tx, job.slugs)
    except NotFound as error:
        return error
    insert_memberships(tx.connection, user.id, project_ids, job.role)
    for project_id in project_ids:
        update_role(tx.connection, user.id, project_id, job.role)
    return user
