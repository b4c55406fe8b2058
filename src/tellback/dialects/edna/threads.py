"""Threads, which are conversations, as this wire shows them."""

from collections.abc import Mapping
from typing import Any

from tellback.core.conversations import (
    Conversation,
    ConversationKey,
    ConversationRecord,
    GetConversation,
)
from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.instants import format_instant
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.edna.members import Members
from tellback.dialects.edna.replies import json_reply

CLOSED = "CLOSED"
#: The vendor's words for the states of an open thread.
OPEN = frozenset(
    {
        *("NEW", "UNASSIGNED", "SUSPENDED", "ASSIGNED", "REASSIGNED"),
        *("ANSWER_NEEDED", "WAITING", "IN_PROGRESS"),
    }
)


def decode_thread(request: HttpRequest) -> Call:
    """``GET /api/v1/threads/{id}``."""
    number = Members(request.params).whole("id")
    if number is None:
        raise Invalid(Problem(Fault.FORMAT, "must be a whole number", "id"))
    return Call(query=GetConversation(ConversationKey(number=number)))


def encode_thread(_exchange: Exchange, record: ConversationRecord) -> HttpReply:
    """Everything that is documented; null where nothing is known."""
    thread, client = record.conversation, record.contact
    facts = thread.properties
    agent, number = _text(facts, "currentAgentLogin") or thread.agent, _whole(facts, "currentAgent")
    return json_reply(
        {
            "id": thread.number,
            "status": status_of(thread),
            "startTime": format_instant(thread.opened_at),
            "stateChangeTime": format_instant(thread.closed_at or thread.updated_at),
            "unread": _whole(facts, "unread") or 0,
            "unanswered": _whole(facts, "unanswered") or 0,
            "lastAgent": _whole(facts, "lastAgent") or number,
            "lastAgentLogin": _text(facts, "lastAgentLogin") or agent,
            "currentAgent": number if thread.is_open else None,
            "currentAgentLogin": agent if thread.is_open else None,
            "channel": _channel(thread),
            "clientId": client.number if client else None,
            "clientExternalId": client.external if client else None,
            "clientName": client.name if client else None,
            "threadUrl": _text(facts, "threadUrl"),
            "tags": _tags(facts),
            "info": _info(facts),
        }
    )


def status_of(thread: Conversation) -> str:
    """The platform's own word where this wire knows it; else what can be told from the rest."""
    if not thread.is_open:
        return CLOSED
    word = (thread.status or "").upper()
    if word in OPEN:
        return word
    return "IN_PROGRESS" if thread.agent else "NEW"


def _channel(thread: Conversation) -> int | None:
    """The number that the vendor's installation gave to the channel, where somebody told it."""
    number = _whole(thread.properties, "channelId")
    name = thread.channel or ""
    return int(name) if number is None and _is_number(name) else number


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _whole(facts: Mapping[str, Any], name: str) -> int | None:
    value = facts.get(name)
    return value if type(value) is int else None


def _text(facts: Mapping[str, Any], name: str) -> str | None:
    value = facts.get(name)
    return value if isinstance(value, str) and value else None


def _tags(facts: Mapping[str, Any]) -> list[str]:
    tags = facts.get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _info(facts: Mapping[str, Any]) -> dict[str, Any]:
    info = facts.get("info")
    return info if isinstance(info, dict) else {}
