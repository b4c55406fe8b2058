"""Rejected input: what was refused, by which wire and why."""

import base64

from msgspec import Struct

from tellback.core.errors import NotFound
from tellback.core.identifiers import is_id
from tellback.core.rejections import RejectionFilter
from tellback.dialects.native import Scope
from tellback.store.feed import AnyRow
from tellback.store.rejected_inputs import get_rejection, list_rejections
from tellback.web.api.cursors import read_cursor, write_cursor
from tellback.web.api.operations import Call, Operation, Reply, as_json
from tellback.web.api.shapes import Cursor, Instant, Size, instant


class RejectionView(Struct):
    """One refused input. ``status`` is what its caller got; ``size`` the body's, in octets."""

    id: str
    wire: str
    operation: str
    method: str
    path: str
    status: int
    reason: str
    size: int
    created_at: Instant | None


class RejectionDetail(RejectionView):
    """The same with its body: as text, or in base64 where it is none."""

    content_type: str | None
    body: str | None
    body_base64: str | None


class RejectionPage(Struct):
    """A page of refused inputs, newest first. Without ``next`` it is the last."""

    items: list[RejectionView]
    next: str | None


class Filter(Struct, forbid_unknown_fields=True):
    """Which refused inputs are wanted."""

    after: Cursor | None = None
    size: Size = 100


async def list_(call: Call) -> Reply:
    """A page of refused inputs."""
    query: Filter = call.query
    page = await call.database.read(
        list_rejections, call.project.id, RejectionFilter(), read_cursor(query.after), query.size
    )
    items = [_view(row) for row in page.rows]
    return as_json(RejectionPage(items, write_cursor(page.older)))


async def get(call: Call) -> Reply:
    """One refused input with its body."""
    id_ = call.params["rejected_input"]
    row = await call.database.read(get_rejection, call.project.id, id_) if is_id(id_) else None
    if row is None:
        raise NotFound
    return as_json(_detail(row))


def _view(row: AnyRow) -> RejectionView:
    return RejectionView(
        id=row.id,
        wire=row.dialect,
        operation=row.operation,
        method=row.method,
        path=row.path,
        status=row.status,
        reason=row.reason,
        size=row.body_size,
        created_at=instant(row.created_at),
    )


def _detail(row: AnyRow) -> RejectionDetail:
    seen = _view(row)
    text = _text(row.body)
    return RejectionDetail(
        **{name: getattr(seen, name) for name in seen.__struct_fields__},
        content_type=row.headers.get("content-type"),
        body=text,
        body_base64=base64.b64encode(row.body).decode() if text is None else None,
    )


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


OPERATIONS = (
    Operation(
        "GET",
        "/rejected-inputs",
        "list_rejected_inputs",
        "Rejected input",
        "What was refused, newest first, without the bodies",
        Scope.MANAGE,
        list_,
        query=Filter,
        reply=RejectionPage,
    ),
    Operation(
        "GET",
        "/rejected-inputs/{rejected_input}",
        "get_rejected_input",
        "Rejected input",
        "One refused input, with its body",
        Scope.MANAGE,
        get,
        reply=RejectionDetail,
        refusals=(NotFound,),
    ),
)
