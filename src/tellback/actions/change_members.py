"""Who belongs to a project, and as what. A project always keeps an owner."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.addresses import normalise_address
from tellback.core.errors import Duplicate, NotEligible, NotFound, TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.core.users import MAX_EMAIL, Member, Role, User
from tellback.store.database import Transaction
from tellback.store.password_links import delete_password_links
from tellback.store.users import (
    delete_memberships,
    find_user,
    insert_memberships,
    list_members,
    update_names,
    update_role,
)

_LAST = "the project would be without an owner; make somebody else one first"
_GONE = "They are no member of this project any more."


@dataclass(frozen=True, slots=True)
class AddMember:
    """Make somebody who may sign in a member of the project."""

    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class ChangeMember:
    """Give a member another role; None takes them out of the project."""

    user_id: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class NameAgent:
    """Say under which names a member has conversations. Each is as the wire tells it."""

    user_id: str
    names: tuple[str, ...]


def name_agents(
    tx: Transaction, jobs: Sequence[tuple[Project, NameAgent]]
) -> list[Done | TellbackError]:
    """Give each member these names and no others; `NotFound` where they are no member."""
    return [
        Done()
        if update_names(tx.connection, one.user_id, project.id, one.names)
        else NotFound(_GONE)
        for project, one in jobs
    ]


def add_members(
    tx: Transaction, jobs: Sequence[tuple[Project, AddMember]]
) -> list[User | TellbackError]:
    """Add each; `NotFound` where nobody has that address, `Duplicate` where they are a member."""
    return [_add(tx, project.id, command) for project, command in jobs]


def change_members(
    tx: Transaction, jobs: Sequence[tuple[Project, ChangeMember]]
) -> list[Member | TellbackError]:
    """What each member was; `NotFound`, or `NotEligible` where the last owner would go."""
    return [_change(tx, project.id, command) for project, command in jobs]


def _add(tx: Transaction, project_id: str, command: AddMember) -> User | TellbackError:
    address = normalise_address(command.email.strip(), MAX_EMAIL)
    user = find_user(tx.connection, address or "")
    if user is None:
        return NotFound(f"There is no user {command.email}.")
    if any(member.user.id == user.id for member in list_members(tx.connection, project_id)):
        return Duplicate(f"{user.email} is a member already.")
    insert_memberships(tx.connection, user.id, [project_id], command.role)
    # Whoever invited them elsewhere may have their link, and is not to get in here with it.
    delete_password_links(tx.connection, user.id)
    return user


def _change(tx: Transaction, project_id: str, command: ChangeMember) -> Member | TellbackError:
    members = list_members(tx.connection, project_id)
    before = next((one for one in members if one.user.id == command.user_id), None)
    if before is None:
        return NotFound(_GONE)
    owners = [one for one in members if one.role is Role.OWNER]
    if owners == [before] and command.role is not Role.OWNER:
        return NotEligible(_LAST)
    if command.role is None:
        delete_memberships(tx.connection, command.user_id, [project_id])
    else:
        update_role(tx.connection, command.user_id, project_id, command.role)
    return before
