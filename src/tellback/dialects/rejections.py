"""Keeps what was refused, so that a project's owner can see it, mend the cause, and do it again."""

from collections.abc import Sequence
from typing import Any

from msgspec import Raw

from tellback.actions.catalog import WRITES
from tellback.core.commands import RecordRejection
from tellback.core.errors import Overloaded, TellbackError
from tellback.core.rejections import RejectionKind, kept_headers, kept_query
from tellback.dialects.contract import Exchange
from tellback.store.database import Database


async def keep_refused_call(
    database: Database, exchange: Exchange, error: TellbackError, status: int
) -> None:
    """Keep a refused call with its body. Reading calls bring no input, so they are not kept."""
    if exchange.route is None or exchange.request.method == "GET":
        return
    entry = _entry(exchange, status, error.message, exchange.request.body)
    entry.unread = exchange.request.unread
    await _keep(database, exchange, [entry])


async def keep_refused_items(
    database: Database, exchange: Exchange, outcomes: Sequence[Any]
) -> None:
    """Keep the refused items of a batch, one entry each, with the item's own raw form."""
    entries = refused_items(exchange, outcomes)
    if entries:
        await _keep(database, exchange, entries)


async def keep_warning(database: Database, exchange: Exchange, warning: str, status: int) -> None:
    """Keep what was accepted, but not as the caller asked."""
    entry = _entry(exchange, status, warning, exchange.request.body)
    entry.kind = RejectionKind.WARNING
    await _keep(database, exchange, [entry])


def refused_items(exchange: Exchange, outcomes: Sequence[Any]) -> list[RecordRejection]:
    """An entry for each refused item of a batch."""
    raw = exchange.call.raw if exchange.call else ()
    entries = []
    for place, outcome in enumerate(outcomes):
        if isinstance(outcome, TellbackError):
            entry = _entry(exchange, 200, outcome.message, _item(raw, place))
            entry.item = True
            entries.append(entry)
    return entries


def _item(raw: Sequence[bytes | Raw], place: int) -> bytes:
    return bytes(raw[place]) if place < len(raw) else b""


def _entry(exchange: Exchange, status: int, reason: str, body: bytes) -> RecordRejection:
    request, dialect = exchange.request, exchange.dialect
    return RecordRejection(
        dialect=dialect.name,
        operation=exchange.route.operation if exchange.route else "",
        method=request.method,
        path=request.path,
        status=status,
        reason=reason,
        body=body,
        query=kept_query(request.query, dialect.secret_parameters),
        headers=kept_headers(request.headers),
    )


async def _keep(database: Database, exchange: Exchange, entries: list[RecordRejection]) -> None:
    try:
        await database.write(WRITES[RecordRejection], [(exchange.project, e) for e in entries])
    except Overloaded:
        # The reply says that nothing was stored, and that stays true; the log alone is poorer.
        return
