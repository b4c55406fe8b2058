"""Rejected input as a file: what was refused and why; as lines of JSON also what it was."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get

from tellback.core.users import Area
from tellback.store.feed import AnyRow, Position
from tellback.store.rejected_inputs import find_bodies, list_rejections
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.list_exports import PAGE, format_asked, moment, page_by_page
from tellback.web.dashboard.rejected_search import read_search
from tellback.web.exports import Format, Row, export

COLUMNS = (
    "id",
    "created_at",
    "wire",
    "operation",
    "kind",
    "method",
    "path",
    "status",
    "reason",
    "size",
    "item",
    "replayed_at",
    "settled_at",
)
#: A body is a text where it is UTF-8, else base64 (RFC 4648, section 4).
BODY = ("body", "body_base64")
KINDS = {
    **dict.fromkeys(("created_at", "replayed_at", "settled_at"), "moment"),
    **dict.fromkeys(("status", "size"), "number"),
    "item": "truth",
}
#: A body has up to a megabyte, so few of them are in memory at a time.
_BODIES = 16


@get("/-/p/{slug:str}/rejected/export", opt={"area": Area.WIRES})
async def export_rejected(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """All that a search of refused input finds, newest first."""
    project, kind = entry_of(request).membership.project, format_asked(request)
    wanted = read_search(request.query_params, desk.clock(project)).wanted
    whole, database = kind is Format.NDJSON, desk.site.database

    async def read(before: Position | None) -> tuple[Sequence[Row], Position | None]:
        page = (project.id, wanted, before, _BODIES if whole else PAGE)
        feed = await database.read_patiently(list_rejections, *page)
        rows = [_row(row) for row in feed.rows]
        if not whole:
            return rows, feed.older
        ids = [row.id for row in feed.rows]
        bodies = await database.read_patiently(find_bodies, project.id, ids)
        return [{**row, **_body(row, bodies)} for row in rows], feed.older

    columns = (*COLUMNS, *BODY) if whole else COLUMNS
    return export(kind, f"{project.slug}-rejected", columns, page_by_page(read), KINDS)


def _row(row: AnyRow) -> Row:
    return {
        "id": row.id,
        "created_at": moment(row.created_at),
        "wire": row.dialect,
        "operation": row.operation,
        "kind": row.kind,
        "method": row.method,
        "path": row.path,
        "status": row.status,
        "reason": row.reason,
        "size": row.body_size,
        "item": row.item,
        "replayed_at": moment(row.replayed_at),
        "settled_at": moment(row.settled_at),
    }


def _body(row: Row, bodies: Mapping[str, bytes]) -> Row:
    """What was kept of a body; nothing where it was forgotten meanwhile."""
    body = bodies.get(row["id"])
    try:
        return {"body": None if body is None else body.decode(), "body_base64": None}
    except UnicodeDecodeError as error:
        return {"body": None, "body_base64": b64encode(error.object).decode()}


HANDLERS = [export_rejected]
