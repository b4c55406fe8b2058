"""Something new, told to a page while it is open: a stream of server-sent events."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, get
from litestar.response import Stream

from tellback.core.errors import TellbackError
from tellback.core.users import SEES, Area
from tellback.store.sessions import find_visitor
from tellback.telemetry.requests import LASTING
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.pages import HEADERS

#: How long nothing may be sent, in seconds: proxies cut what is silent for longer.
_SILENCE = 15.0
#: How long there is no further news after some, in seconds: each makes the page ask.
_PAUSE = 2.0
_NEWS, _ALIVE = b"data: new\n\n", b":\n\n"
#: What a browser waits for before it comes again, in ms.
_BEGINNING = b"retry: 3000\n\n"
_HEADERS = {**HEADERS, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@get("/-/p/{slug:str}/responses/live", opt={"area": Area.FEEDBACK, "by_itself": True})
async def watch_responses(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Tells that there are new responses, while whoever asked may see them.

    204 where too many watch already, upon which no browser comes again by itself.
    """
    if not desk.site.news.has_room(entry_of(request).user.id):
        return Response(None, status_code=204, headers=_HEADERS)
    scope: Any = request.scope
    scope[LASTING] = True
    stream = tell(desk, entry_of(request).secret, request.path_params["slug"])
    return Stream(stream, media_type="text/event-stream", headers=_HEADERS)


async def tell(
    desk: Desk, token: str, slug: str, silence: float = _SILENCE, pause: float = _PAUSE
) -> AsyncIterator[bytes]:
    """The stream of whoever has that session, on the project of that slug; times in seconds."""
    news = desk.site.news
    seen = await _may_see(desk, token, slug)
    if seen is None:
        return
    with news.watching(*seen) as watch:
        yield _BEGINNING
        while True:
            new = await watch.wait(silence)
            if news.closed or await _may_see(desk, token, slug) is None:
                return
            yield _NEWS if new else _ALIVE
            if new:
                await news.rest(pause)


async def _may_see(desk: Desk, token: str, slug: str) -> tuple[str, str] | None:
    """The project's id and theirs, while they are signed in and see its responses."""
    database = desk.site.database
    try:
        visitor = await database.read(find_visitor, token, slug, database.clock())
    except TellbackError:
        # They come again, when there may be an answer.
        return None
    part = visitor and visitor.membership
    if not visitor or not part or Area.FEEDBACK not in SEES[part.role]:
        return None
    return part.project.id, visitor.user.id


HANDLERS = [watch_responses]
