"""What stands in links: where a list goes on, and the ids of things."""

import re

from litestar.exceptions import NotFoundException

from tellback.core.identifiers import ID_PATTERN, is_id
from tellback.store.feed import Position
from tellback.web.dashboard.door import AnyRequest

_FORM = re.compile(rf"(\d{{1,15}})-({ID_PATTERN})\Z", re.ASCII)


def write_position(position: Position | None) -> str | None:
    """A position as a link carries it."""
    return None if position is None else f"{position[0]}-{position[1]}"


def read_position(text: str | None) -> Position | None:
    """The position that a link carries; None for anything else, which is the top of the list."""
    match = _FORM.match(text or "")
    return (int(match[1]), match[2]) if match else None


def id_in_path(request: AnyRequest) -> str:
    """The id that the request's path names; where it is none, there is nothing by it."""
    id_: str = request.path_params["id"]
    if not is_id(id_):
        raise NotFoundException
    return id_
