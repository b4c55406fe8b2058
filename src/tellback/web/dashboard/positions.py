"""Where a list goes on, as it stands in a link."""

import re

from tellback.store.feed import Position

_FORM = re.compile(r"(\d{1,15})-([0-9a-f]{32})\Z", re.ASCII)
ID = re.compile(r"[0-9a-f]{32}\Z")


def write_position(position: Position | None) -> str | None:
    """A position as a link carries it."""
    return None if position is None else f"{position[0]}-{position[1]}"


def read_position(text: str | None) -> Position | None:
    """The position that a link carries; None for anything else, which is the top of the list."""
    match = _FORM.match(text or "")
    return (int(match[1]), match[2]) if match else None
