"""Contacts and conversations as this wire shows them: visitors and rooms."""

from collections.abc import Mapping, Sequence
from typing import Any

from tellback.core.conversations import Conversation
from tellback.core.instants import format_instant
from tellback.core.model import Identity
from tellback.core.records import ContactRecord, ResponseRecord
from tellback.dialects.rocketchat.calls import NAME
from tellback.dialects.rocketchat.feedback import encode_feedback

#: Custom fields are kept under the vendor's own path, so that no visitor overwrites another trait.
CUSTOM = "livechatData."
VISITOR = "visitor"


def username_of(contact: ContactRecord) -> str:
    """The name that a visitor goes by: their own, or a guest's with a number."""
    named = contact.traits.get("username")
    return named if isinstance(named, str) and named else f"guest-{contact.number or contact.id}"


def encode_visitor(contact: ContactRecord, token: str) -> dict[str, Any]:
    """A visitor, to whoever has that token: never another token of the same person.

    How to reach somebody whom the project itself knows is not for those who only have a token.
    """
    traits, hidden = contact.traits, contact.is_vouched_for
    visitor: dict[str, Any] = {
        "_id": contact.id,
        "username": username_of(contact),
        "status": _text(traits, "status") or "online",
        "ts": format_instant(contact.created_at),
        "_updatedAt": format_instant(contact.last_seen_at),
        "token": token,
        "name": contact.name,
        "phone": None if hidden else _listed("phoneNumber", _text(traits, "phone")),
        "visitorEmails": None if hidden else _listed("address", contact.email),
        "department": _text(traits, "department"),
        "livechatData": custom_fields(traits),
    }
    return {name: value for name, value in visitor.items() if value is not None}


def encode_room(
    one: Conversation, contact: ContactRecord | None, responses: Sequence[ResponseRecord] = ()
) -> dict[str, Any]:
    """A room. One that was closed has no member ``open``."""
    facts = one.properties
    room: dict[str, Any] = {
        "_id": one.reference,
        "t": "l",
        "msgs": one.messages,
        "usersCount": 2 if one.agent else 1,
        "lm": _moment(one.last_message_at or one.opened_at),
        "fname": _shown_name(contact),
        "ts": _moment(one.opened_at),
        "v": _visitor_in(one, contact),
        "cl": False,
        "open": one.is_open or None,
        "waitingResponse": one.is_open or None,
        "source": facts.get("source"),
        "servedBy": _served_by(one),
        "departmentId": one.department,
        "topic": facts.get("topic"),
        "tags": facts.get("tags"),
        "livechatData": custom_fields(facts),
        "queuedAt": _moment(one.opened_at),
        "_updatedAt": _moment(one.updated_at),
        **_ending(one, contact),
        "surveyFeedback": encode_feedback([r for r in responses if r.dialect == NAME]) or None,
    }
    return {name: value for name, value in room.items() if value is not None}


def encode_served(one: Conversation) -> dict[str, Any]:
    """The few facts of a room that the configuration of a widget has."""
    room = {
        "_id": one.reference,
        "open": one.is_open,
        "departmentId": one.department,
        "servedBy": _served_by(one),
    }
    return {name: value for name, value in room.items() if value is not None}


def custom_fields(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """The custom fields among traits or properties."""
    found = {k.removeprefix(CUSTOM): v for k, v in facts.items() if k.startswith(CUSTOM)}
    return found or None


def _ending(one: Conversation, contact: ContactRecord | None) -> dict[str, Any]:
    if one.closed_at is None:
        return {}
    duration = (one.closed_at - one.opened_at) / 1000
    by_visitor = one.closed_by == VISITOR and contact is not None
    name = username_of(contact) if by_visitor and contact else one.closed_by
    return {
        "closedAt": _moment(one.closed_at),
        "closer": VISITOR if one.closed_by == VISITOR else "user",
        "closedBy": {"_id": contact.id if by_visitor and contact else name, "username": name},
        "metrics": {
            "chatDuration": duration,
            **({"serviceTimeDuration": duration} if one.agent else {}),
        },
    }


def _visitor_in(one: Conversation, contact: ContactRecord | None) -> dict[str, Any]:
    if contact is None:
        return {}
    status = (_text(contact.traits, "status") or "online") if one.is_open else "offline"
    visitor = {
        "_id": contact.id,
        "username": username_of(contact),
        "token": contact.keys.get(Identity.VISITOR),
        "name": contact.name,
        "status": status,
    }
    return {name: value for name, value in visitor.items() if value is not None}


def _served_by(one: Conversation) -> dict[str, Any] | None:
    if one.agent is None:
        return None
    return {"_id": one.agent, "username": one.agent, "ts": _moment(one.opened_at)}


def _shown_name(contact: ContactRecord | None) -> str | None:
    return (contact.name or username_of(contact)) if contact else None


def _listed(name: str, value: str | None) -> list[dict[str, str]] | None:
    return [{name: value}] if value else None


def _text(traits: Mapping[str, Any], name: str) -> str | None:
    value = traits.get(name)
    return value if isinstance(value, str) and value else None


def _moment(at: int | None) -> str | None:
    return None if at is None else format_instant(at)
