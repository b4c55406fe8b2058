"""What a command led to. A refusal is a `TellbackError` in the same place of the list."""

from dataclasses import dataclass

from tellback.core.conversations import (
    ConversationAsked,
    ConversationRecorded,
    MessageRecorded,
)
from tellback.core.records import ContactRecord


@dataclass(slots=True)
class InvitationRequested:
    """The invitation is on disk and waits for its moment."""

    id: str


@dataclass(slots=True)
class ResponseStored:
    """The response is on disk. ``token`` lets its author continue it; shown once.

    ``warning`` is for the owner's log: something that was accepted but not as asked.
    """

    id: str
    token: str | None = None
    created: bool = True
    completed: bool = True
    warning: str | None = None


@dataclass(slots=True)
class ContactIdentified:
    """The contact, new or known; ``contact`` is all that is known, if that was asked for."""

    id: str
    created: bool
    contact: ContactRecord | None = None


@dataclass(slots=True)
class AskDecision:
    """Whether to show a survey now; ``reason`` says why not, for the owner.

    ``version`` is the survey's, and ``contact`` is the id of who is asked.
    """

    allowed: bool
    survey: str | None
    reason: str | None = None
    version: int | None = None
    contact: str | None = None


@dataclass(slots=True)
class Done:
    """Carried out; there is nothing else to say."""

    id: str | None = None


@dataclass(slots=True)
class SuppressionsReplaced:
    """``addresses`` are now out of all mailing by the owner's list or by their own word."""

    addresses: list[str]


Outcome = (
    InvitationRequested
    | ResponseStored
    | ContactIdentified
    | AskDecision
    | Done
    | SuppressionsReplaced
    | ConversationRecorded
    | MessageRecorded
    | ConversationAsked
)
