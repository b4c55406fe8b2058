"""Visits to a mail's links as signals, and the two links that are there for nothing else."""

import base64

from litestar import HttpMethod, Response, route
from litestar.params import FromPath
from litestar.response import Template

from tellback.actions.record_signals import record_signals
from tellback.core.asked import Asked
from tellback.core.commands import RecordSignal
from tellback.core.errors import Internal, Overloaded
from tellback.core.links import Purpose
from tellback.core.scanners import Kind, Scanner
from tellback.store.asked import follow_link
from tellback.web.pages import site_of
from tellback.web.respond.page import AnyRequest, message, reader_for

_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_NEVER_KEPT = {"Cache-Control": "no-store, max-age=0", "Pragma": "no-cache", "Expires": "0"}
_LONGEST_LINK = 40


async def follow(
    request: AnyRequest, purpose: Purpose, token: str, version: int | None = None
) -> Asked | None:
    """What the link leads to, with the survey at that version; None where we never made it."""
    return await site_of(request).database.read(follow_link, purpose, token, version)


def signal(request: AnyRequest, asked: Asked, kind: Kind, link: str | None = None) -> RecordSignal:
    """A request as a signal of its invitation."""
    return RecordSignal(
        invitation_id=asked.id,
        kind=kind.value,
        link=link[:_LONGEST_LINK] if link else link,
        answer_links=asked.answer_links,
        user_agent=request.headers.get("user-agent"),
        ip=request.client.host if request.client else None,
        scanner=Scanner.HEAD.value if request.method == HttpMethod.HEAD else None,
    )


async def record_visit(
    request: AnyRequest, asked: Asked, kind: Kind, link: str | None = None
) -> None:
    """Keep a visit. Where that fails, the visitor's page matters more."""
    job = (asked.project, signal(request, asked, kind, link))
    try:
        await site_of(request).database.write_one(record_signals, job)
    except (Overloaded, Internal):
        return


@route("/-/o/{file:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def see_pixel(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """The picture of one pixel by which a mail tells that it was opened."""
    asked = await follow(request, Purpose.OPEN, file.removesuffix(".gif"))
    if asked is not None:
        await record_visit(request, asked, Kind.OPEN)
    return Response(_PIXEL, media_type="image/gif", headers=_NEVER_KEPT)


@route("/-/t/{token:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def step_into_trap(request: AnyRequest, token: FromPath[str]) -> Template:
    """The link that nobody sees: who follows it follows every link."""
    asked = await follow(request, Purpose.TRAP, token)
    if asked is not None:
        await record_visit(request, asked, Kind.TRAP)
    return message("trap", reader_for(request))
