"""Which browsers may call: the project's switch, as the vendor's administrators have a setting."""

from collections.abc import Sequence
from typing import Any

from tellback.core.settings import Switch
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest

PREFLIGHT = "preflight"
OFF, ANYBODY = "off", "*"
CORS = Switch(
    "cors",
    (OFF, ANYBODY),
    "which browsers may call: off, * for all, or origins parted by commas",
    free=True,
)
_TEXT = "text/plain; charset=UTF-8"
_RULES = (
    ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, HEAD, PATCH"),
    (
        "Access-Control-Allow-Headers",
        "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token, "
        "x-visitor-token, Authorization",
    ),
)
_DISABLED = b'CORS not enabled. Go to "Admin > General > REST Api" to enable it.'


def decode_preflight(_request: HttpRequest) -> Call:
    """``OPTIONS`` on any path."""
    return Call()


def encode_preflight(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """Whether the browser may go on."""
    if exchange.switch(CORS.name) == OFF:
        return HttpReply(405, _DISABLED, _TEXT)
    if _allowed(exchange) is None:
        return HttpReply(403, b"Invalid origin", _TEXT, _vary(exchange))
    return HttpReply(200, b"OK", _TEXT, cors_headers(exchange))


def cors_headers(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """What a reply says to browsers; nothing where the project lets none call."""
    if exchange.switch(CORS.name) == OFF:
        return ()
    origin = _allowed(exchange)
    allowed = (("Access-Control-Allow-Origin", origin),) if origin else ()
    return (*_vary(exchange), *_RULES, *allowed)


def _allowed(exchange: Exchange) -> str | None:
    """The origin that may call, as it is said to it."""
    chosen = exchange.switch(CORS.name)
    if chosen == ANYBODY:
        return ANYBODY
    origin = exchange.request.headers.get("origin", "")
    return origin if origin and origin in (one.strip() for one in chosen.split(",")) else None


def _vary(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    return () if exchange.switch(CORS.name) == ANYBODY else (("Vary", "Origin"),)
