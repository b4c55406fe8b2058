"""Rooms: a visitor's own, opened and closed, and one that an agent closes."""

from collections.abc import Sequence
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import Any

from tellback.core.conversations import (
    CloseConversation,
    ConversationKey,
    ConversationRecorded,
    OpenConversation,
)
from tellback.core.model import Channel, Text, pick
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.rocketchat.calls import NAME, said, visitor
from tellback.dialects.rocketchat.match import Fields, matched
from tellback.dialects.rocketchat.records import VISITOR, encode_room
from tellback.dialects.rocketchat.replies import success
from tellback.dialects.rocketchat.schema import MAYBE_TEXT, TEXT, checked, listing, strict

#: Without characters that look alike, as the vendor's own random ids.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz"
_ID_LENGTH = 17
_OPENING = Fields({"token": str}, dict.fromkeys(("rid", "agentId", "sla", "priority"), str))
_CLOSING = strict(("token", "rid"), token=TEXT, rid=TEXT)
_FLAG = {"type": "boolean", "nullable": True}
_MAIL = strict(("email", "subject"), email=TEXT, subject=TEXT)
_CLOSING_BY_USER = strict(
    ("rid",),
    rid=TEXT,
    comment=MAYBE_TEXT,
    tags=listing(TEXT, nullable=True),
    generateTranscriptPdf=_FLAG,
    transcriptEmail=strict(
        ("sendToVisitor",), sendToVisitor={"type": "boolean"}, requestData=_MAIL
    ),
    forceClose={"type": "boolean"},
)
_CLOSED_BY_VISITOR: Text = {
    "en": "Closed by visitor",
    "de": "Vom Besucher geschlossen",
    "fr": "Fermé par le visiteur",
    "es": "Cerrado por el visitante",
    "pt": "Encerrado pelo visitante",
}


def decode_opening(request: HttpRequest, given: Any) -> Call:
    """``GET livechat/room``. The agent that it may name is not believed: visitors call this."""
    matched(_OPENING, given)
    command = OpenConversation(
        dialect=NAME,
        contact=visitor(given["token"]),
        reference=given.get("rid") or None,
        new_reference=random_id(request.request_id),
        channel=Channel.CHAT,
        properties={"source": _source(request)},
    )
    return Call([command])


def encode_opened(exchange: Exchange, outcomes: Sequence[ConversationRecorded]) -> HttpReply:
    """The room, and whether it is new."""
    opened = outcomes[0]
    room = encode_room(opened.conversation, opened.contact, opened.responses)
    # A person may have several tokens; who asks has one of them and is not told the others.
    room["v"]["token"] = exchange.request.first("token")
    return success(exchange, room=room, newRoom=opened.created)


def decode_closing(_request: HttpRequest, given: Any) -> Call:
    """``POST livechat/room.close``."""
    params = checked(_CLOSING, given)
    key = ConversationKey(reference=params["rid"])
    command = CloseConversation(key, contact=visitor(params["token"]), closed_by=VISITOR)
    return Call([command], note=params["rid"])


def encode_closed(exchange: Exchange, _outcomes: Sequence[ConversationRecorded]) -> HttpReply:
    """Which room, and the sentence that closes it."""
    language = exchange.project.settings.language if exchange.project else None
    return success(exchange, rid=said(exchange), comment=pick(_CLOSED_BY_VISITOR, language))


def decode_closing_by_user(_request: HttpRequest, given: Any) -> Call:
    """``POST livechat/room.closeByUser``."""
    params = checked(_CLOSING_BY_USER, given)
    properties = {name: params[name] for name in ("comment", "tags") if params.get(name)}
    key = ConversationKey(reference=params["rid"])
    return Call([CloseConversation(key, closed_by="user", properties=properties)])


def encode_done(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """Nothing but that it was done."""
    return success(exchange)


def random_id(seed: str) -> str:
    """An id of 17 characters as a room has it, as random as its seed."""
    number, characters = int.from_bytes(sha256(seed.encode()).digest()), []
    for _ in range(_ID_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[place])
    return "".join(characters)


def _source(request: HttpRequest) -> dict[str, str]:
    """Where a room was begun: the vendor's widget says so by two cookies."""
    try:
        cookies = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError:
        cookies = SimpleCookie()
    said_so = {name: cookies[name].value for name in cookies}
    if (said_so.get("rc_room_type"), said_so.get("rc_is_widget")) == ("l", "t"):
        return {"type": "widget", "destination": request.headers.get("host", "")[:200]}
    return {"type": "api"}
