"""What visitors write: into a room, or when nobody is there."""

from collections.abc import Sequence
from typing import Any

from tellback.core.conversations import ConversationKey, MessageRecorded, RecordMessage
from tellback.core.errors import Fault, Problem
from tellback.core.instants import format_instant
from tellback.core.model import Channel, ContactKey, Identity
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.rocketchat.calls import NAME, said, stored_text, visitor
from tellback.dialects.rocketchat.records import username_of
from tellback.dialects.rocketchat.replies import success
from tellback.dialects.rocketchat.rooms import random_id
from tellback.dialects.rocketchat.schema import MAYBE_TEXT, TEXT, checked, strict

#: The vendor's default.
MAX_MESSAGE = 5_000
_MESSAGE = strict(
    ("token", "rid", "msg"),
    token=TEXT,
    rid=TEXT,
    msg=TEXT,
    _id=MAYBE_TEXT,
    agent=strict(("agentId", "username"), agentId=TEXT, username=TEXT),
)
_OFFLINE = strict(
    ("name", "email", "message"),
    name=TEXT,
    email=TEXT,
    message=TEXT,
    department=MAYBE_TEXT,
    host=MAYBE_TEXT,
)
_TOO_LONG = Problem(Fault.VALUE, f"must have at most {MAX_MESSAGE} characters", "msg")


def decode_message(_request: HttpRequest, given: Any) -> Call:
    """``POST livechat/message``."""
    params = checked(_MESSAGE, given)
    command = RecordMessage(
        dialect=NAME,
        contact=visitor(params["token"]),
        text=stored_text(params["msg"]),
        conversation=ConversationKey(reference=params["rid"]),
        key=params.get("_id") or None,
        problems=(_TOO_LONG,) if len(params["msg"]) > MAX_MESSAGE else (),
    )
    return Call([command], note=params)


def encode_message(exchange: Exchange, outcomes: Sequence[MessageRecorded]) -> HttpReply:
    """The message, under the id that its sender gave it, if any."""
    sent, params, contact = outcomes[0], said(exchange), outcomes[0].contact
    at = format_instant(sent.at)
    author = {"_id": contact.id, "username": username_of(contact)} if contact else {}
    name = (contact.name or author["username"]) if contact else None
    message = {
        "_id": params.get("_id") or sent.id,
        "rid": params["rid"],
        "msg": params["msg"],
        "token": params["token"],
        "alias": name,
        "ts": at,
        "u": {**author, "name": name},
        "_updatedAt": at,
        "urls": [],
        "mentions": [],
        "channels": [],
    }
    return success(exchange, message=message)


def decode_offline_message(request: HttpRequest, given: Any) -> Call:
    """``POST livechat/offline.message``: from somebody who is nobody yet."""
    params = checked(_OFFLINE, given)
    host = params.get("host")
    command = RecordMessage(
        dialect=NAME,
        contact=ContactKey(Identity.ANONYMOUS, f"offline-{random_id(request.request_id)}"),
        text=stored_text(params["message"]),
        name=stored_text(params["name"]),
        channel=Channel.CHAT,
        department=stored_text(params.get("department") or "") or None,
        traits={name: stored_text(params[name]) for name in ("name", "email")},
        properties={"host": stored_text(host)} if host else None,
    )
    return Call([command])


def encode_offline_message(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """That it was taken."""
    return success(exchange, message="Livechat offline message sent")
