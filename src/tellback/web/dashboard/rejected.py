"""What the wires refused, for the project's owner to see, mend and do again."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tellback.core.rejections import RejectionKind
from tellback.core.users import Area
from tellback.dialects.native import OWN_KEYS
from tellback.dialects.replay import Replayed, find_replayable, replay
from tellback.store.feed import AnyRow
from tellback.store.rejected_inputs import get_rejection, list_rejections, was_cut
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.positions import id_in_path, read_position, write_position
from tellback.web.dashboard.rejected_search import STATES, operations_of, read_search
from tellback.web.pages import HEADERS

_SIZE = 50
#: How many are done again at one press: what a browser waits for.
_AT_ONCE = 200
_DEEPEST, _LONGEST = 40, 1024 * 1024
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_COUNTS = re.compile(r"(\d{1,6})-(\d{1,6})\Z", re.ASCII)


@get("/-/p/{slug:str}/rejected", opt={"area": Area.WIRES})
async def list_rejected(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """A page of refused inputs, newest first: all, or what is searched for."""
    project = entry_of(request).membership.project
    search = read_search(request.query_params, desk.clock(project))
    before = read_position(request.query_params.get("before"))
    wires = (desk.site.database, desk.site.dialects)
    feed = await desk.site.database.read(list_rejections, project.id, search.wanted, before, _SIZE)
    return desk.page(
        request,
        "rejected.html",
        section="rejected",
        rows=feed.rows,
        search=search,
        wires=[*desk.site.dialects, *OWN_KEYS],
        operations=operations_of(desk.site.dialects),
        states=STATES,
        replayable=bool(await find_replayable(*wires, project, search.wanted, 1)),
        at_once=_AT_ONCE,
        result=_read_counts(request.query_params.get("replayed")),
        first=before is None,
        older=write_position(feed.older),
        cut=feed.older if feed.cut else None,
    )


@post("/-/p/{slug:str}/rejected/replay", opt={"area": Area.WIRES})
async def replay_found(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Do again what is searched for and was not taken yet."""
    project = entry_of(request).membership.project
    search = read_search(await request.form(), desk.clock(project))
    wires = (desk.site.database, desk.site.dialects)
    ids = await find_replayable(*wires, project, search.wanted, _AT_ONCE)
    results = await replay(*wires, project, ids)
    query = f"{search.query}&" if search.query else ""
    path = f"/-/p/{project.slug}/rejected?{query}replayed={_write_counts(results)}"
    return Redirect(path, status_code=303)


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
        title=_title(row),
        own=row.dialect not in desk.site.dialects,
        replayable=row.whole and row.settled_at is None and row.kind == RejectionKind.REFUSED,
        cut=not row.whole and was_cut(row),
        body=body,
        pretty=pretty,
    )


@post("/-/p/{slug:str}/rejected/{id:str}/replay", opt={"area": Area.WIRES})
async def replay_one(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Do one refused input again; its page then says what came of it."""
    project, id_ = entry_of(request).membership.project, id_in_path(request)
    await replay(desk.site.database, desk.site.dialects, project, [id_])
    return Redirect(f"/-/p/{project.slug}/rejected/{id_}", status_code=303)


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


def _title(row: AnyRow) -> str:
    if row.kind == RejectionKind.WARNING:
        return "Taken, but not as asked"
    # A batch answers 200 whatever becomes of an item.
    return "An item was not taken" if row.item else f"Refused with {row.status}"


def _write_counts(results: Sequence[Replayed]) -> str:
    taken = sum(result.taken for result in results)
    return f"{taken}-{len(results) - taken}"


def _read_counts(text: str | None) -> tuple[int, int] | None:
    """How many were taken, and how many refused again."""
    match = _COUNTS.match(text or "")
    return (int(match[1]), int(match[2])) if match else None


async def _find(request: AnyRequest, desk: Desk) -> AnyRow:
    project = entry_of(request).membership.project
    row = await desk.site.database.read(get_rejection, project.id, id_in_path(request))
    if row is None:
        raise NotFoundException
    return row


HANDLERS = [list_rejected, replay_found, show_rejected, replay_one, download_body]
