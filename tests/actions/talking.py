"""Conversations in a workroom, in the words of the tests about them."""

from typing import Any

from tellback.actions.close_conversations import close_conversations
from tellback.actions.open_conversations import open_conversations
from tellback.actions.record_conversations import record_conversations
from tellback.core.conversations import (
    CloseConversation,
    ConversationKey,
    OpenConversation,
    RecordConversation,
)
from tellback.core.model import ContactKey, Identity, Project
from tests.actions.workroom import WIRE, Workroom

ALICE = ContactKey(Identity.EXTERNAL, "alice")
BOB = ContactKey(Identity.EXTERNAL, "bob")
VISITOR = ContactKey(Identity.VISITOR, "token-1")


def record(room: Workroom, *commands: RecordConversation, project: Project | None = None) -> Any:
    return room.run(record_conversations, *((project or room.shop, one) for one in commands))


def chat(reference: str | None = "chat-1", **what: Any) -> RecordConversation:
    """News of alice's conversation."""
    return RecordConversation(WIRE, reference, **{"contact": ALICE, **what})


def close(room: Workroom, reference: str = "chat-1", **what: Any) -> Any:
    command = CloseConversation(ConversationKey(reference=reference), **what)
    return room.run(close_conversations, (room.shop, command))


def enter(room: Workroom, contact: ContactKey = VISITOR, **what: Any) -> Any:
    """A visitor asks for their conversation."""
    return room.run(open_conversations, (room.shop, OpenConversation(WIRE, contact, **what)))
