"""What every reply of this wire has in common."""

from typing import Any

from tellback.dialects.contract import HttpReply
from tellback.dialects.parsing import write_json

#: On every reply, as three lines: the vendor's framework sends them so, and never joins them.
VARY = (
    ("Vary", "Origin"),
    ("Vary", "Access-Control-Request-Method"),
    ("Vary", "Access-Control-Request-Headers"),
)


def json_reply(value: Any, status: int = 200, *headers: tuple[str, str]) -> HttpReply:
    """A reply with compact JSON; the vendor's documents print it spread, its wire does not."""
    return HttpReply(status, write_json(value), headers=(*VARY, *headers))


def empty_reply() -> HttpReply:
    """200 without a body, and so without a content type."""
    return HttpReply(200, content_type=None, headers=VARY)
