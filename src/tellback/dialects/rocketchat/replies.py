"""The form of this wire's replies, and the headers that all of them have."""

from typing import Any

from tellback.dialects.contract import Exchange, HttpReply
from tellback.dialects.parsing import write_json
from tellback.dialects.rocketchat.cors import cors_headers

JSON = "application/json"
_UNCACHED = (("cache-control", "no-store"), ("pragma", "no-cache"))


def success(exchange: Exchange, **payload: Any) -> HttpReply:
    """200 with a payload, and ``success`` as its last member."""
    return reply(exchange, 200, {**payload, "success": True})


def reply(
    exchange: Exchange, status: int, body: Any, further: tuple[tuple[str, str], ...] = ()
) -> HttpReply:
    """A reply with the headers of this wire. The media type has no charset, which clients check."""
    headers = (*_UNCACHED, *_rate_headers(exchange), *cors_headers(exchange), *further)
    return HttpReply(status, write_json(body), JSON, headers)


def _rate_headers(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    rate = exchange.rate
    if rate is None:
        return ()
    return (
        ("X-RateLimit-Limit", str(rate.limit)),
        ("X-RateLimit-Remaining", str(rate.remaining)),
        ("X-RateLimit-Reset", str(rate.reset_at)),
    )
