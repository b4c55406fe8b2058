"""What every decoder of this wire shares: the body is read once, and refused only when counted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tellback.core.errors import TellbackError
from tellback.core.model import ContactKey, Identity
from tellback.dialects.contract import Call, Exchange, HttpRequest
from tellback.dialects.rocketchat.bodies import read_body, read_query

NAME = "rocketchat"
#: What an engine's index holds at ease. The vendor's clients use 64 characters or fewer.
MAX_TOKEN = 512
Decode = Callable[[HttpRequest], Call]
Read = Callable[[HttpRequest, Any], Call]


@dataclass(frozen=True, slots=True)
class Note:
    """Who calls, as far as can be told, for the limits; and what the encoder must know."""

    caller: str | None
    said: Any = None


def from_body(read: Read) -> Decode:
    """A decoder of calls whose parameters stand in the body."""
    return _decoder(read, read_body)


def from_query(read: Read) -> Decode:
    """A decoder of calls whose parameters stand in the query."""
    return _decoder(read, read_query)


def said(exchange: Exchange) -> Any:
    """What the decoder left for the encoder."""
    return exchange.call.note.said if exchange.call else None


def caller_of(exchange: Exchange) -> str | None:
    """Who calls: a visitor's token, or an address that was typed."""
    return exchange.call.note.caller if exchange.call else None


def visitor(token: str) -> ContactKey:
    """Whom a visitor's token leads to. What nobody can be known by leads to nobody."""
    return ContactKey(Identity.VISITOR, token if is_token(token) else "")


def is_token(token: str) -> bool:
    """Whether a visitor can be known by a text."""
    return len(token.strip()) > 0 and len(token) <= MAX_TOKEN and "\0" not in token


def stored_text(text: str) -> str:
    """A text without the one character that not every engine keeps."""
    return text.replace("\0", "")


def _decoder(read: Read, source: Callable[[HttpRequest], Any]) -> Decode:
    def decode(request: HttpRequest) -> Call:
        caller = request.params.get("token")
        try:
            given = source(request)
            caller = caller or _caller_in(given)
            call = read(request, given)
        except TellbackError as refusal:
            # Said later: what is refused counts against the caller's limit too.
            call = Call(refusal=refusal)
        call.note = Note(caller, call.note)
        return call

    return decode


def _caller_in(given: Any) -> str | None:
    if not isinstance(given, dict):
        return None
    inner = given.get("visitor")
    for holder in (given, inner if isinstance(inner, dict) else {}):
        for name in ("token", "email"):
            value = holder.get(name)
            if isinstance(value, str | int) and value:
                return str(value)[:MAX_TOKEN]
    return None
