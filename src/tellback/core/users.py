"""The people who sign in, and what each may see of a project."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.model import Project

MIN_PASSWORD = 10
#: Longer ones would only be a way to keep us hashing.
MAX_PASSWORD = 256
MAX_EMAIL = 254


class Role(StrEnum):
    """What a person is to a project."""

    OWNER = "owner"
    ANALYST = "analyst"
    AGENT = "agent"


class Area(StrEnum):
    """A part of what there is to see of a project."""

    FEEDBACK = "feedback"
    INVITATIONS = "invitations"
    ASKING = "asking"
    SURVEYS = "surveys"
    EDITING = "editing"
    MAILS = "mails"
    WIRES = "wires"
    SETTINGS = "settings"
    #: Taking all that is known of a person out, and forgetting it.
    PRIVACY = "privacy"


#: An analyst reads results, and what was asked, and asks nobody. Closing the loop is their work:
#: who sees feedback also sets its status, owner and tags, and writes notes beside it. Mails hold
#: links that answer in the recipient's name, and refused input may hold anything, so these are the
#: owner's. An agent sees own conversations, and nothing else.
SEES: dict[Role, frozenset[Area]] = {
    Role.OWNER: frozenset(Area),
    Role.ANALYST: frozenset({Area.FEEDBACK, Area.INVITATIONS, Area.SURVEYS}),
    Role.AGENT: frozenset(),
}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in."""

    id: str
    email: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's part in a project."""

    project: Project
    role: Role


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's part in a project, seen from the project."""

    user: User
    role: Role


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in until ``expires_at`` (ms), and what they ask for.

    ``membership`` is their part in the project asked for, None where they have none or none is
    asked for. ``memberships`` are the first of all, by name.
    """

    user: User
    expires_at: int
    membership: Membership | None
    memberships: Sequence[Membership]


def read_role(text: str) -> Role:
    """The role of that name; `Invalid` says which there are."""
    try:
        return Role(text)
    except ValueError:
        rule = f"must be one of {', '.join(Role)}"
        raise Invalid(Problem(Fault.VALUE, rule, "role")) from None


def check_password(password: str, email: str) -> None:
    """`Invalid` where a password is too short or too long, or the address itself."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        rule = f"must have {MIN_PASSWORD} to {MAX_PASSWORD} characters"
        raise Invalid(Problem(Fault.VALUE, rule, "password"))
    if password.casefold() in {email.casefold(), email.partition("@")[0].casefold()}:
        raise Invalid(Problem(Fault.VALUE, "must not be the e-mail address", "password"))
