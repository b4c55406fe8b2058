"""Conversations: chats that people have had, on whatever platform, and what can be done with them.

A conversation has a per-project ``number``, for wires that need an integer, and a ``reference``:
its name on the platform that it comes from, unique in the project, whichever wire speaks of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tellback.core.errors import Problem
from tellback.core.model import ContactKey
from tellback.core.records import ContactRecord, ResponseRecord

#: The dialect of what a project's owner has told of by themselves, and not over a vendor's wire.
OURS = "api"


@dataclass(slots=True)
class Conversation:
    """A chat as it is known. Times are ms since the epoch.

    ``channel`` is where it is now or was last, ``first_channel`` where it began. ``status`` is the
    platform's own word; only ``closed_at`` tells whether it is open. ``properties`` are the
    platform's other facts, such as tags. ``changed_at`` is how new the platform's newest news was,
    where it tells that; ``updated_at`` is when we last heard anything.
    """

    id: str
    number: int
    reference: str
    dialect: str
    contact_id: str | None
    first_channel: str | None
    channel: str | None
    status: str | None
    agent: str | None
    department: str | None
    properties: Mapping[str, Any]
    messages: int
    opened_at: int
    closed_at: int | None
    closed_by: str | None
    last_message_at: int | None
    changed_at: int | None
    updated_at: int

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """What names a conversation: its reference, its number or its id, whichever is given."""

    reference: str | None = None
    number: int | None = None
    id: str | None = None


# --- commands ---------------------------------------------------------------------------------


@dataclass(slots=True)
class RecordConversation:
    """Create a conversation or bring it up to date, by its reference. What is None stays as it is.

    The caller is trusted: a platform's owner, who vouches for ``contact`` and for the keys in
    ``also`` (as `IdentifyContact.merge`). A new conversation is open unless ``is_open`` says
    otherwise, and begins now unless ``opened_at`` (ms) is given. The first channel that is heard of
    is the ``first_channel`` unless that is given. Without a ``reference`` a new one is made.
    ``messages`` and ``properties`` replace what was there, properties key by key. What is older
    than what is stored (``changed_at``, ms, where the platform tells it) changes nothing.
    """

    dialect: str
    reference: str | None = None
    contact: ContactKey | None = None
    also: tuple[ContactKey, ...] = ()
    traits: Mapping[str, object] | None = None
    channel: str | None = None
    first_channel: str | None = None
    is_open: bool | None = None
    status: str | None = None
    agent: str | None = None
    department: str | None = None
    properties: Mapping[str, Any] | None = None
    messages: int | None = None
    opened_at: int | None = None
    closed_at: int | None = None
    closed_by: str | None = None
    last_message_at: int | None = None
    changed_at: int | None = None


@dataclass(slots=True)
class OpenConversation:
    """A visitor's own conversation: the open one they have, or a new one.

    The contact must be known (`ContactUnknown`). With a ``reference`` only that conversation will
    do, and only while it is open and theirs (`ConversationUnknown`); nothing is made then. Without
    a ``department`` a new one belongs to that of the visitor's trait of this name.
    """

    dialect: str
    contact: ContactKey
    reference: str | None = None
    new_reference: str | None = None
    channel: str | None = None
    department: str | None = None
    agent: str | None = None
    properties: Mapping[str, Any] | None = None


@dataclass(slots=True)
class CloseConversation:
    """Close a conversation. With a ``contact``, only that person's own, on the visitor's behalf.

    Refusals: `ClosingDisabled` (a visitor, where the project does not let visitors close),
    `ContactUnknown`, `ConversationUnknown`, `ConversationClosed`.
    """

    conversation: ConversationKey
    contact: ContactKey | None = None
    closed_by: str | None = None
    properties: Mapping[str, Any] | None = None


@dataclass(slots=True)
class RecordMessage:
    """Something that a visitor wrote, in their own open conversation.

    Without a ``conversation`` it is a message left while nobody was there: a conversation of its
    own is made for it, closed, with ``properties``. ``key`` is the sender's own id for it: what
    comes again under it in the same conversation is the same message. ``problems`` is what the wire
    found wrong with it (`Invalid`), refused last. Refusals as `CloseConversation`.
    """

    dialect: str
    contact: ContactKey
    text: str
    conversation: ConversationKey | None = None
    key: str | None = None
    name: str | None = None
    channel: str | None = None
    department: str | None = None
    traits: Mapping[str, object] | None = None
    properties: Mapping[str, Any] | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class AskInConversation:
    """Send a survey to a conversation, or to the one that somebody closed last.

    Checked in this order: `AskingDisabled` (project setting ``ask_in_chat``), `ContactUnknown` or
    `ConversationUnknown` (also who never had a conversation), `ConversationOpen` (that person has
    an open one, whichever), `SurveyNotOffered` (no such live survey, or neither the first nor the
    last channel is one of its channels). What is sent counts for the throttle but is not held back
    by it: somebody asked for it by hand.
    """

    dialect: str
    survey: str
    conversation: ConversationKey | None = None
    contact: ContactKey | None = None


# --- outcomes ---------------------------------------------------------------------------------


@dataclass(slots=True)
class ConversationRecorded:
    """The conversation as it is now, and its contact. ``created``: it is new.

    ``responses`` are what was answered about it, where a visitor asked for it (`OpenConversation`).
    """

    conversation: Conversation
    contact: ContactRecord | None
    created: bool = False
    responses: Sequence[ResponseRecord] = ()


@dataclass(slots=True)
class MessageRecorded:
    """The message is on disk."""

    id: str
    conversation: Conversation
    contact: ContactRecord | None
    at: int


@dataclass(slots=True)
class ConversationAsked:
    """The survey was sent. ``number`` is this sending's per-project integer."""

    invitation_id: str
    number: int
    conversation_number: int


# --- queries ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GetConversation:
    """One conversation with its contact and responses; with ``contact``, only if it is theirs."""

    conversation: ConversationKey
    contact: ContactKey | None = None


@dataclass(frozen=True, slots=True)
class GetContact:
    """One person, by a key or by id, with all that is known. `ContactUnknown` otherwise."""

    contact: ContactKey | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class FindContacts:
    """The people whom any of these keys leads to, each once, in the order of the keys."""

    contacts: Sequence[ContactKey]


@dataclass(frozen=True, slots=True)
class ListConversations:
    """Conversations, newest first (by ``opened_at``) unless ``ascending``.

    Times are ms; ranges include ``start`` and exclude ``end``. ``properties`` are those that must
    be equal; ``tags``: any of them in the property "tags"; ``name`` is part of the person's name,
    in whatever case.
    """

    is_open: bool | None = None
    status: str | None = None
    name: str | None = None
    agents: Sequence[str] = ()
    departments: Sequence[str] = ()
    opened: tuple[int | None, int | None] = (None, None)
    closed: tuple[int | None, int | None] = (None, None)
    contact: ContactKey | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    tags: Sequence[str] = ()
    size: int = 50
    offset: int = 0
    ascending: bool = False


# --- records ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """A conversation with its person and what was answered about it, newest answer last."""

    conversation: Conversation
    contact: ContactRecord | None
    responses: Sequence[ResponseRecord] = ()


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """One page of conversations, and how many there are in all."""

    items: Sequence[ConversationRecord]
    total: int


@dataclass(frozen=True, slots=True)
class ContactDetail:
    """A person, whether they have had a conversation, and the open one that they have now."""

    contact: ContactRecord
    open_conversation: Conversation | None
    has_conversation: bool

    @property
    def has_open_conversation(self) -> bool:
        """Whether they are talking now."""
        return self.open_conversation is not None
