"""What exports of all lists have in common: which file is asked for, and page after page of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from litestar.exceptions import NotFoundException

from tellback.core.instants import format_seconds
from tellback.store.feed import Position
from tellback.web.dashboard.door import AnyRequest
from tellback.web.exports import OFFERED, Format, Row

#: Rows that are in memory at a time.
PAGE = 1_000


def format_asked(request: AnyRequest) -> Format:
    """The kind of file; CSV where nothing is said. `NotFoundException` for one not made here."""
    kind = request.query_params.get("format", Format.CSV.value)
    if kind not in OFFERED:
        raise NotFoundException
    return Format(kind)


async def page_by_page(
    read: Callable[[Position | None], Awaitable[tuple[Sequence[Row], Position | None]]],
) -> AsyncIterator[Sequence[Row]]:
    """All pages of a list: ``read`` tells one of them, and where older rows follow."""
    before = None
    while True:
        rows, before = await read(before)
        yield rows
        if before is None:
            return


async def one_page(rows: Sequence[Row]) -> AsyncIterator[Sequence[Row]]:
    """A list that is short, as what is counted from others is."""
    yield rows


def moment(at: int | None) -> str | None:
    """A moment (ms) as files tell it; what did not happen has none."""
    return None if at is None else format_seconds(at)
