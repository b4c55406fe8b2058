"""Where a list goes on, as its reader carries it. It says nothing but that."""

import re

from tellback.core.errors import Fault, Problem
from tellback.core.identifiers import ID_PATTERN
from tellback.store.feed import Position
from tellback.web.api.problems import QueryInvalid

_FORM = re.compile(rf"(\d{{1,15}})-({ID_PATTERN})\Z", re.ASCII)


def write_cursor(position: Position | None) -> str | None:
    """A position as a reader carries it."""
    return None if position is None else f"{position[0]}-{position[1]}"


def read_cursor(text: str | None) -> Position | None:
    """The position that a reader brings back; `QueryInvalid` where it is none."""
    if text is None:
        return None
    match = _FORM.match(text)
    if match is None:
        raise QueryInvalid(Problem(Fault.FORMAT, "must be `next` of the page before", "after"))
    return int(match[1]), match[2]
