"""What a mapping says, and how a webhook's JSON becomes news of a conversation by it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.json_pointer import find
from tellback.web.api.conversations import ConversationItem
from tellback.web.api.shapes import Label

Pointer = Annotated[
    str, Meta(pattern="^(/([^~/]|~[01])*)*$", max_length=300, description="JSON pointer (RFC 6901)")
]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799_999
_TEXTS = ("channel", "first_channel", "status", "agent", "department", "closed_by")
_TIMES = ("opened_at", "closed_at", "last_message_at", "changed_at")


class KeyPointers(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Where the person's identities stand."""

    external: Pointer | None = None
    email: Pointer | None = None
    phone: Pointer | None = None
    anonymous: Pointer | None = None
    visitor: Pointer | None = None


class OpenRule(Struct, forbid_unknown_fields=True):
    """It is closed where what stands at the pointer is one of these values, else it is open."""

    at: Pointer
    closed: list[str | int | bool]


class ConversationMapping(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Where in a webhook's JSON stands what, by JSON pointers.

    ``each``: where the conversation stands, or a list of them; the other pointers begin there.
    ``times``: how points in time are written.
    """

    reference: Pointer
    each: Pointer = ""
    contact: KeyPointers | None = None
    traits: dict[Label, Pointer] = {}
    channel: Pointer | None = None
    first_channel: Pointer | None = None
    status: Pointer | None = None
    agent: Pointer | None = None
    department: Pointer | None = None
    closed_by: Pointer | None = None
    messages: Pointer | None = None
    open: OpenRule | None = None
    opened_at: Pointer | None = None
    closed_at: Pointer | None = None
    last_message_at: Pointer | None = None
    changed_at: Pointer | None = None
    times: Literal["rfc3339", "seconds", "milliseconds"] = "rfc3339"
    properties: dict[Label, Pointer] = {}


def conversations_in(document: Any, mapping: ConversationMapping) -> list[Any]:
    """The parts of a document that are conversations; `Invalid` where none stands there."""
    found = find(document, mapping.each)
    if found is None:
        rule = "there is nothing at the mapping's pointer for each conversation"
        raise Invalid(Problem(Fault.MISSING, rule, f"#{mapping.each}"))
    return found if isinstance(found, list) else [found]


def map_conversation(part: Any, mapping: ConversationMapping) -> ConversationItem:
    """News of a conversation; `Invalid` points at what cannot be read."""
    item: dict[str, Any] = {"reference": _text(part, mapping.reference)}
    if item["reference"] is None:
        raise Invalid(Problem(Fault.MISSING, "the reference is not there", f"#{mapping.reference}"))
    for name in _TEXTS:
        item[name] = _text(part, getattr(mapping, name))
    for name in _TIMES:
        item[name] = _moment(part, getattr(mapping, name), mapping.times)
    item["messages"] = find(part, mapping.messages) if mapping.messages is not None else None
    item["contact"] = _contact(part, mapping)
    if mapping.open is not None:
        stated = find(part, mapping.open.at)
        item["open"] = None if stated is None else not _among(stated, mapping.open.closed)
    item["properties"] = _facts(part, mapping.properties)
    try:
        return msgspec.convert(item, ConversationItem)
    except msgspec.ValidationError as error:
        raise Invalid(Problem(Fault.FORMAT, str(error), "#")) from None


def _contact(part: Any, mapping: ConversationMapping) -> dict[str, Any] | None:
    if mapping.contact is None:
        return None
    places = msgspec.structs.asdict(mapping.contact)
    keys = {kind: _text(part, place) for kind, place in places.items()}
    if not any(keys.values()):
        return None
    return {"identities": keys, "traits": _facts(part, mapping.traits) or None}


def _facts(part: Any, places: dict[str, str]) -> dict[str, Any]:
    found = {name: find(part, place) for name, place in places.items()}
    return {name: value for name, value in found.items() if value is not None}


def _text(part: Any, place: str | None) -> str | None:
    """A text; platforms write ids as numbers, too. An empty one is none."""
    value = None if place is None else find(part, place)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Invalid(Problem(Fault.FORMAT, "must be a text or a whole number", f"#{place}"))


def _moment(part: Any, place: str | None, times: str) -> datetime | None:
    value = None if place is None else find(part, place)
    if value is None:
        return None
    if times == "rfc3339":
        return _written(value, place)
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15
    number = int(value) if digits else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise Invalid(Problem(Fault.FORMAT, f"must be a number of {times}", f"#{place}"))
    ms = number * 1000 if times == "seconds" else number
    if not 0 <= ms <= _LATEST:
        raise Invalid(Problem(Fault.VALUE, "years are 1970 to 9999", f"#{place}"))
    return _EPOCH + timedelta(milliseconds=int(ms))


def _written(value: Any, place: str | None) -> datetime:
    try:
        at = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        at = None
    if at is None or at.tzinfo is None:
        rule = "must be a date and time with a zone (RFC 3339)"
        raise Invalid(Problem(Fault.FORMAT, rule, f"#{place}"))
    return at


def _among(value: Any, values: list[str | int | bool]) -> bool:
    # By type too: to Python, true is 1.
    return any(type(value) is type(one) and value == one for one in values)
