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
#: In place of a password's hash: there is none yet, and nobody signs in.
NO_PASSWORD = ""


class Role(StrEnum):
    """What a person is to a project."""

    OWNER = "owner"
    ANALYST = "analyst"
    AGENT = "agent"


class Area(StrEnum):
    """A part of what there is to see of a project."""

    #: Conversations and what was said of them: all, or who sees no other feedback, one's own.
    CONVERSATIONS = "conversations"
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
    Role.ANALYST: frozenset({Area.CONVERSATIONS, Area.FEEDBACK, Area.INVITATIONS, Area.SURVEYS}),
    Role.AGENT: frozenset({Area.CONVERSATIONS}),
}
#: Of the names that somebody has in conversations: how many, and how long each may be.
MOST_NAMES, MAX_NAME = 20, 200


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in."""

    id: str
    email: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Agent:
    """Whose conversations are meant: those whose agent is that address, or one of these names.

    A name is as the wire tells it; an address (in lower case) is one in whatever case.
    """

    email: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's part in a project. ``names`` are those that they have in its conversations."""

    project: Project
    role: Role
    email: str
    names: tuple[str, ...] = ()

    @property
    def agent(self) -> Agent | None:
        """Whose conversations they see; None where they see everybody's."""
        return None if Area.FEEDBACK in SEES[self.role] else Agent(self.email, self.names)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's part in a project, seen from the project."""

    user: User
    role: Role
    names: tuple[str, ...] = ()


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


def read_names(text: str) -> tuple[str, ...]:
    """The names that somebody has in conversations, one on each line; `Invalid`: too many or long.

    As wires tell them: what stands around them is no part of them, and neither is a NUL.
    """
    lines = (line.strip() for line in text.replace("\0", "").splitlines())
    names = tuple(dict.fromkeys(line for line in lines if line))
    if len(names) > MOST_NAMES or any(len(name) > MAX_NAME for name in names):
        rule = f"must be at most {MOST_NAMES} names of at most {MAX_NAME} characters"
        raise Invalid(Problem(Fault.VALUE, rule, "names"))
    return names


def check_password(password: str, email: str) -> None:
    """`Invalid` where a password is too short or too long, or the address itself."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        rule = f"must have {MIN_PASSWORD} to {MAX_PASSWORD} characters"
        raise Invalid(Problem(Fault.VALUE, rule, "password"))
    if password.casefold() in {email.casefold(), email.partition("@")[0].casefold()}:
        raise Invalid(Problem(Fault.VALUE, "must not be the e-mail address", "password"))
