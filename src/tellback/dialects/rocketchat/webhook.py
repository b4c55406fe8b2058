"""Events of a chat server that sends its outgoing webhook here. The path is ours, not the vendor's.

The platform's owner has configured it, so that what it says of conversations is believed. What a
visitor typed, such as an address, still identifies nobody.
"""

from collections.abc import Mapping
from typing import Any

from tellback.core.conversations import RecordConversation
from tellback.core.errors import Fault
from tellback.core.model import Channel
from tellback.dialects.contract import Call, HttpRequest
from tellback.dialects.rocketchat.calls import NAME, is_token, stored_text, visitor
from tellback.dialects.rocketchat.moments import read_moment
from tellback.dialects.rocketchat.records import CUSTOM, VISITOR
from tellback.dialects.rocketchat.refusals import BadParams, worded

CLOSED = "LivechatSession"
#: The events that tell of a conversation, and the word for its state that they bring, if any.
_STATUSES: Mapping[str, str | None] = {
    CLOSED: "closed",
    "LivechatSessionStart": "started",
    "LivechatSessionQueued": "queued",
    "LivechatSessionTaken": "taken",
    "LivechatSessionForwarded": "forwarded",
    "LivechatEdit": None,
    "LeadCapture": None,
    "Message": None,
}
_MAX_REFERENCE = 255


def decode_event(_request: HttpRequest, given: Any) -> Call:
    """One event. Of another type it is taken, and left alone, so that it is not sent again."""
    if not isinstance(given, dict):
        raise worded(BadParams, "must be object")
    kind = given.get("type")
    if not isinstance(kind, str):
        raise worded(BadParams, "must have required property 'type'", Fault.MISSING)
    return Call([_conversation(kind, given)]) if kind in _STATUSES else Call()


def _conversation(kind: str, event: Mapping[str, Any]) -> RecordConversation:
    reference = _text(event, "_id")
    if reference is None or len(reference) > _MAX_REFERENCE:
        raise worded(BadParams, "must have required property '_id'", Fault.MISSING)
    person = _object(event, "visitor")
    token = _text(person, "token")
    closed = kind == CLOSED
    messages = event.get("messages")
    command = RecordConversation(
        dialect=NAME,
        reference=reference,
        contact=visitor(token) if token and is_token(token) else None,
        traits=_traits(person),
        channel=Channel.CHAT,
        # Only an end is an end: what comes late must not open a conversation again.
        is_open=False if closed else None,
        status=_STATUSES[kind],
        agent=_text(_object(event, "agent"), "username")
        or _text(_object(event, "servedBy"), "username"),
        department=_text(event, "departmentId") or _text(person, "department"),
        properties=_properties(event),
        messages=len(messages) if closed and isinstance(messages, list) else None,
        opened_at=read_moment(event.get("createdAt")),
        last_message_at=read_moment(event.get("lastMessageAt")),
    )
    if closed:
        command.closed_at = read_moment(event.get("closedAt"))
        command.closed_by = _closed_by(event)
    return command


def _traits(person: Mapping[str, Any]) -> dict[str, object]:
    traits: dict[str, object] = {
        "name": _text(person, "name"),
        "username": _text(person, "username"),
        "department": _text(person, "department"),
        "email": _first(person.get("email"), "address"),
        "phone": _first(person.get("phone"), "phoneNumber"),
        **_custom(person),
    }
    return {name: value for name, value in traits.items() if value is not None}


def _properties(event: Mapping[str, Any]) -> dict[str, Any]:
    tags = event.get("tags")
    properties: dict[str, Any] = {"topic": _text(event, "topic"), **_custom(event)}
    if isinstance(tags, list):
        properties["tags"] = [stored_text(tag) for tag in tags if isinstance(tag, str)]
    return {name: value for name, value in properties.items() if value is not None}


def _custom(holder: Mapping[str, Any]) -> dict[str, object]:
    fields = _object(holder, "customFields")
    return {f"{CUSTOM}{stored_text(name)}": _text(fields, name) for name in fields}


def _closed_by(event: Mapping[str, Any]) -> str:
    if event.get("closer") == VISITOR:
        return VISITOR
    return _text(_object(event, "closedBy"), "username") or "user"


def _first(value: Any, name: str) -> str | None:
    """A text, or that member of the first of a list: both are sent for the same thing."""
    if isinstance(value, list):
        value = value[0] if value else None
    return _text(value, name) if isinstance(value, dict) else _text({name: value}, name)


def _text(holder: Mapping[str, Any], name: str) -> str | None:
    value = holder.get(name)
    return stored_text(value) or None if isinstance(value, str) else None


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}
