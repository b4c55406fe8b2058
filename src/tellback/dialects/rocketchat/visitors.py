"""Visitors: registering one, looking at one, forgetting one, and telling how they are."""

from collections.abc import Mapping, Sequence
from typing import Any

from tellback.core.commands import EraseContact, IdentifyContact
from tellback.core.conversations import ContactDetail, GetContact
from tellback.core.instants import format_instant
from tellback.core.outcomes import ContactIdentified, Done
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.rocketchat.calls import MAX_TOKEN, NAME, is_token, said, stored_text, visitor
from tellback.dialects.rocketchat.match import Fields, matched
from tellback.dialects.rocketchat.records import CUSTOM, encode_visitor
from tellback.dialects.rocketchat.refusals import TokenEmpty, Worded, worded
from tellback.dialects.rocketchat.replies import success
from tellback.dialects.rocketchat.schema import TEXT, checked, strict

#: Members that are kept as traits. None of them identifies anybody: visitors type what they like.
_TRAITS = ("name", "email", "phone", "department", "username")
_CUSTOM_FIELD = Fields({"key": str, "value": str, "overwrite": bool}, others=True)
_VISITOR = Fields(
    {"token": str},
    {**dict.fromkeys((*_TRAITS, "id"), str), "customFields": [_CUSTOM_FIELD]},
    others=True,
)
_REGISTRATION = Fields({"visitor": _VISITOR})
_STATUS = strict(("token", "status"), token=TEXT, status=TEXT)


def decode_registration(_request: HttpRequest, given: Any) -> Call:
    """``POST livechat/visitor``: a new visitor, or news of a known one."""
    told = matched(_REGISTRATION, given)["visitor"]
    token = told["token"]
    if not token.strip():
        raise TokenEmpty
    if not is_token(token):
        raise worded(Worded, f"Token must have at most {MAX_TOKEN} characters, and no NUL")
    fields = told.get("customFields") or ()
    command = IdentifyContact(
        dialect=NAME,
        contact=visitor(token),
        traits={
            **{k: stored_text(told[k]) for k in _TRAITS if told.get(k)},
            **_custom(field for field in fields if field["overwrite"]),
        },
        defaults=_custom(field for field in fields if not field["overwrite"]),
        numbered=True,
        own_word=True,
        shown=True,
    )
    return Call([command])


def encode_registered(exchange: Exchange, outcomes: Sequence[ContactIdentified]) -> HttpReply:
    """All that is known of the visitor."""
    contact = outcomes[0].contact
    told = exchange.call.commands[0] if exchange.call else None
    token = told.contact.value if isinstance(told, IdentifyContact) else ""
    return success(exchange, visitor=encode_visitor(contact, token) if contact else {})


def decode_get(request: HttpRequest, _given: Any) -> Call:
    """``GET livechat/visitor/{token}``."""
    return Call(query=GetContact(visitor(request.params["token"])))


def encode_get(exchange: Exchange, found: ContactDetail) -> HttpReply:
    """The visitor."""
    token = exchange.request.params["token"]
    return success(exchange, visitor=encode_visitor(found.contact, token))


def decode_deletion(request: HttpRequest, _given: Any) -> Call:
    """``DELETE livechat/visitor/{token}``."""
    key = visitor(request.params["token"])
    return Call([EraseContact(contact=key, unless_open=True, own_word=True)])


def encode_deleted(exchange: Exchange, outcomes: Sequence[Done]) -> HttpReply:
    """Who was forgotten, and when."""
    at = format_instant(exchange.request.now)
    return success(exchange, visitor={"_id": outcomes[0].id, "ts": at})


def decode_status(_request: HttpRequest, given: Any) -> Call:
    """``POST livechat/visitor.status``."""
    params = checked(_STATUS, given)
    command = IdentifyContact(
        dialect=NAME,
        contact=visitor(params["token"]),
        traits={"status": stored_text(params["status"])},
        known_only=True,
        own_word=True,
    )
    return Call([command], note=params)


def encode_status(exchange: Exchange, _outcomes: Sequence[ContactIdentified]) -> HttpReply:
    """What was told, told back."""
    return success(exchange, **said(exchange))


def _custom(fields: Any) -> Mapping[str, str]:
    return {f"{CUSTOM}{stored_text(f['key'])}": stored_text(f["value"]) for f in fields}
