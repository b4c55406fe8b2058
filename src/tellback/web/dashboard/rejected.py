"""What the wires refused, for the project's owner to see and mend."""

import re
from contextlib import suppress
from typing import Any

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException

from tellback.core.users import Area
from tellback.store.feed import AnyRow
from tellback.store.rejected_inputs import get_rejection, list_rejections
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.positions import id_in_path, read_position, write_position
from tellback.web.pages import HEADERS

_SIZE = 50
#: Batches answer 200 whatever becomes of an item; a 201 with a remark was taken all the same.
_TITLES = {200: "An item was not taken", 201: "Taken, but not as asked"}
_DEEPEST, _LONGEST = 40, 1024 * 1024
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


@get("/-/p/{slug:str}/rejected", opt={"area": Area.WIRES})
async def list_rejected(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """A page of refused inputs, newest first."""
    project = entry_of(request).membership.project
    before = read_position(request.query_params.get("before"))
    feed = await desk.site.database.read(list_rejections, project.id, before, _SIZE)
    return desk.page(
        request,
        "rejected.html",
        section="rejected",
        rows=feed.rows,
        first=before is None,
        older=write_position(feed.older),
        cut=None,
    )


@get("/-/p/{slug:str}/rejected/{id:str}", opt={"area": Area.WIRES})
async def show_rejected(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """One refused input with its whole body."""
    row = await _find(request, desk)
    body, pretty = readable(row.body)
    return desk.page(
        request,
        "rejection.html",
        section="rejected",
        row=row,
        title=_TITLES.get(row.status, f"Refused with {row.status}"),
        body=body,
        pretty=pretty,
    )


@get("/-/p/{slug:str}/rejected/{id:str}/body", opt={"area": Area.WIRES})
async def download_body(request: AnyRequest, desk: GivenDesk) -> Response[bytes]:
    """The body exactly as it came, as a file."""
    row = await _find(request, desk)
    headers = {
        **HEADERS,
        "Content-Disposition": f'attachment; filename="rejected-{row.id}.bin"',
        "Cache-Control": "no-store",
    }
    return Response(row.body, media_type="application/octet-stream", headers=headers)


def readable(body: bytes) -> tuple[str, bool]:
    """A body as text, and whether it is JSON and was indented. No byte is lost silently."""
    if _may_be_indented(body):
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            msgspec.json.decode(body)
            return _visible(msgspec.json.format(body, indent=2)), True
    return _visible(body), False


def _visible(body: bytes) -> str:
    return body.decode("utf-8", "backslashreplace").replace("\0", "␀")


def _may_be_indented(body: bytes) -> bool:
    """Indenting deep nesting would make many megabytes of blanks out of a small body."""
    if len(body) > _LONGEST:
        return False
    depth = deepest = 0
    bare = _STRINGS.sub(b"", body)
    for octet in bare:
        depth += (octet in b"[{") - (octet in b"]}")
        deepest = max(deepest, depth)
    return deepest <= _DEEPEST and 2 * deepest * bare.count(b",") <= _LONGEST


async def _find(request: AnyRequest, desk: Desk) -> AnyRow:
    project = entry_of(request).membership.project
    row = await desk.site.database.read(get_rejection, project.id, id_in_path(request))
    if row is None:
        raise NotFoundException
    return row


HANDLERS = [list_rejected, show_rejected, download_body]
