"""Rejected input: what was refused, by which wire and why."""

import base64

from msgspec import Struct

from tellback.core.errors import NotFound
from tellback.core.identifiers import is_id
from tellback.core.rejections import RejectionFilter, RejectionKind
from tellback.dialects.native import Scope
from tellback.dialects.replay import replay as replay_rejected
from tellback.store.feed import AnyRow
from tellback.store.rejected_inputs import get_rejection, list_rejections
from tellback.web.api.cursors import read_cursor, write_cursor
from tellback.web.api.operations import Call, Operation, Reply, as_json
from tellback.web.api.shapes import Cursor, Instant, Label, Moment, Size, instant, moment


class RejectionView(Struct):
    """One refused input. ``status`` is what its caller got; ``size`` the body's, in octets.

    ``kind`` is refused, or warning where it was taken all but a part of it. ``item``: it was one of
    a batch. ``whole``: it is kept as it came, so that it can be done again. ``settled_at`` is when
    a replay has succeeded; ``replay_status`` and ``replay_reason`` tell of the last one.
    """

    id: str
    wire: str
    operation: str
    kind: str
    item: bool
    whole: bool
    method: str
    path: str
    status: int
    reason: str
    size: int
    created_at: Instant | None
    replayed_at: Instant | None
    replay_status: int | None
    replay_reason: str | None
    settled_at: Instant | None


class RejectionDetail(RejectionView):
    """The same with its body: as text, or in base64 where it is none."""

    content_type: str | None
    body: str | None
    body_base64: str | None


class ReplayView(Struct):
    """What came of doing a refused input again.

    ``settled``: it is carried out, now or before. ``status`` is what its wire replies to it, and
    null where it was not tried; ``reason`` says why, or why it was refused again.
    """

    settled: bool
    status: int | None
    reason: str | None


class RejectionPage(Struct):
    """A page of refused inputs, newest first. Without ``next`` it is the last."""

    items: list[RejectionView]
    next: str | None


class Filter(Struct, forbid_unknown_fields=True):
    """Which refused inputs are wanted. ``reason`` stands somewhere in theirs."""

    wire: Label | None = None
    operation: Label | None = None
    kind: RejectionKind | None = None
    reason: Label | None = None
    since: Moment | None = None
    until: Moment | None = None
    settled: bool | None = None
    after: Cursor | None = None
    size: Size = 100


async def list_(call: Call) -> Reply:
    """A page of refused inputs."""
    query: Filter = call.query
    wanted = RejectionFilter(
        dialect=query.wire,
        operation=query.operation,
        text=query.reason,
        since=moment(query.since, "since"),
        until=moment(query.until, "until"),
        settled=query.settled,
        kind=query.kind,
    )
    page = await call.database.read(
        list_rejections, call.project.id, wanted, read_cursor(query.after), query.size
    )
    items = [_view(row) for row in page.rows]
    return as_json(RejectionPage(items, write_cursor(page.older)))


async def get(call: Call) -> Reply:
    """One refused input with its body."""
    return as_json(_detail(await _find(call)))


async def replay(call: Call) -> Reply:
    """Do a refused input again. What has succeeded before is not done again."""
    row = await _find(call)
    [done] = await replay_rejected(call.database, call.dialects, call.project, [row.id])
    return as_json(ReplayView(done.settled, done.status, done.reason))


async def _find(call: Call) -> AnyRow:
    id_ = call.params["rejected_input"]
    row = await call.database.read(get_rejection, call.project.id, id_) if is_id(id_) else None
    if row is None:
        raise NotFound
    return row


def _view(row: AnyRow) -> RejectionView:
    return RejectionView(
        id=row.id,
        wire=row.dialect,
        operation=row.operation,
        kind=row.kind,
        item=row.item,
        whole=row.whole,
        method=row.method,
        path=row.path,
        status=row.status,
        reason=row.reason,
        size=row.body_size,
        created_at=instant(row.created_at),
        replayed_at=instant(row.replayed_at),
        replay_status=row.replay_status,
        replay_reason=row.replay_reason,
        settled_at=instant(row.settled_at),
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
    Operation(
        "POST",
        "/rejected-inputs/{rejected_input}/replay",
        "replay_rejected_input",
        "Rejected input",
        "Do a refused input again, once its cause is mended",
        Scope.MANAGE,
        replay,
        reply=ReplayView,
        refusals=(NotFound,),
    ),
)
