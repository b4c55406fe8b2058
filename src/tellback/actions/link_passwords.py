"""Let somebody set their password by a link: make it, and use it once."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.actions.create_user import CreateUser, create_users
from tellback.actions.sign_in import LIFETIME
from tellback.core.errors import CredentialUnknown, NotEligible, NotFound, TellbackError
from tellback.core.instants import DAY
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.core.users import NO_PASSWORD, Role, User
from tellback.store.database import Transaction
from tellback.store.password_links import (
    delete_password_links,
    find_linked_user,
    insert_password_link,
)
from tellback.store.sessions import delete_sessions_of, insert_session
from tellback.store.users import list_members, list_memberships, update_password

#: How long a link may be used, in ms.
LINK_LIFETIME = 7 * DAY
_ELSEWHERE = (
    "they belong to projects that you do not own, which you could enter with their link; whoever "
    "runs this server gives them a new password with “tellback user password”"
)


@dataclass(frozen=True, slots=True)
class Invite:
    """Make a user of somebody, without a password, who may set it with ``token``."""

    email: str
    role: Role
    token: str


@dataclass(frozen=True, slots=True)
class LinkPassword:
    """Let a member set a new password with ``token``; their old one stays until then.

    ``shown_to`` is the user's id of the owner who gets to see the link; None where it goes to the
    member's own address alone.
    """

    user_id: str
    token: str
    shown_to: str | None


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Use a link: set the password, and sign in with ``session``."""

    token: str
    new_hash: str
    session: str


def invite(tx: Transaction, jobs: Sequence[tuple[Project, Invite]]) -> list[User | TellbackError]:
    """Make each user; refusals as `create_users`."""
    return [_invite(tx, project, job) for project, job in jobs]


def link_passwords(
    tx: Transaction, jobs: Sequence[tuple[Project, LinkPassword]]
) -> list[User | TellbackError]:
    """Make each link in place of older ones.

    `NotFound` where they are no member, `NotEligible` where whoever sees the link could enter
    projects with it that are not theirs.
    """
    return [_link(tx, project, job) for project, job in jobs]


def set_passwords(tx: Transaction, jobs: Sequence[SetPassword]) -> list[Done | TellbackError]:
    """Set each password. All sessions of the user end, and one new one starts.

    `CredentialUnknown` where the link is unknown, used or over.
    """
    return [_set(tx, job) for job in jobs]


def _invite(tx: Transaction, project: Project, job: Invite) -> User | TellbackError:
    made = create_users(tx, [CreateUser(job.email, NO_PASSWORD, job.role, (project.slug,))])[0]
    if isinstance(made, User):
        insert_password_link(tx.connection, job.token, made.id, tx.now, tx.now + LINK_LIFETIME)
    return made


def _link(tx: Transaction, project: Project, job: LinkPassword) -> User | TellbackError:
    members = {one.user.id: one.user for one in list_members(tx.connection, project.id)}
    user = members.get(job.user_id)
    if user is None:
        return NotFound("They are no member of this project any more.")
    if job.shown_to and not _owns_all(tx, job.shown_to, user.id):
        return NotEligible(_ELSEWHERE)
    insert_password_link(tx.connection, job.token, user.id, tx.now, tx.now + LINK_LIFETIME)
    return user


def _owns_all(tx: Transaction, owner_id: str, user_id: str) -> bool:
    """Whether somebody owns all projects that another one belongs to."""
    theirs = {one.project.id for one in list_memberships(tx.connection, user_id)}
    mine = list_memberships(tx.connection, owner_id)
    return theirs <= {one.project.id for one in mine if one.role is Role.OWNER}


def _set(tx: Transaction, job: SetPassword) -> Done | TellbackError:
    user = find_linked_user(tx.connection, job.token, tx.now)
    if user is None:
        return CredentialUnknown()
    update_password(tx.connection, user.id, job.new_hash)
    delete_password_links(tx.connection, user.id)
    delete_sessions_of(tx.connection, user.id)
    insert_session(tx.connection, job.session, user.id, tx.now, tx.now + LIFETIME)
    return Done()
