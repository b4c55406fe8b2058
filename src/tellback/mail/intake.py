"""Bounces and complaints coming in, by a maildir or from whoever calls `receive_bounce`."""

import asyncio
import re
from collections.abc import Iterable
from pathlib import Path

import structlog

from tellback.actions.record_bounces import RecordBounce, record_bounces
from tellback.core.invitation import State
from tellback.mail.bounces import Bounce, BounceKind, parse_bounces
from tellback.mail.maildir import scan_maildir
from tellback.store.database import Database

log = structlog.get_logger()
_OURS = re.compile(r"<([0-9a-f]{32})@[^@>]+>", re.IGNORECASE)
_STATES = {
    BounceKind.HARD: State.BOUNCED,
    BounceKind.BLOCKED: State.BOUNCED,
    BounceKind.COMPLAINT: State.COMPLAINED,
}


async def receive_bounce(database: Database, raw: bytes, project_id: str | None = None) -> int:
    """How many of the reports in a mail were about mails of ours, or of one project.

    Raises `ReportUnreadable` for what is no mail.
    """
    # In a thread, as a long one takes a while.
    return await _record(database, await asyncio.to_thread(parse_bounces, raw), project_id)


async def collect_bounces(database: Database, maildir: Path) -> None:
    """Take what has arrived in a maildir; a mail is put away once it is on record.

    Raises OSError if there is no such maildir.
    """
    batches = scan_maildir(maildir)
    while (batch := await asyncio.to_thread(next, batches, None)) is not None:
        for report in batch:
            if report.error:
                log.warning("bounce not readable", mail=report.name, error=report.error)
            # One write for each mail, so that others get their turn.
            await _record(database, report.bounces, None)


async def _record(database: Database, bounces: Iterable[Bounce], project_id: str | None) -> int:
    jobs = [_job(bounce, project_id) for bounce in bounces]
    return sum(await database.write_all(record_bounces, jobs))


def _job(bounce: Bounce, project_id: str | None) -> RecordBounce:
    ours = _OURS.fullmatch(bounce.message_id or "")
    return RecordBounce(
        state=_STATES.get(bounce.kind),
        reason=_words(bounce),
        invitation_id=ours[1].lower() if ours else None,
        address=bounce.recipient,
        project_id=project_id,
        suppress=bounce.kind in (BounceKind.HARD, BounceKind.COMPLAINT),
    )


def _words(bounce: Bounce) -> str:
    what = "complained" if bounce.kind is BounceKind.COMPLAINT else "returned"
    said = " ".join(part for part in (bounce.action, bounce.status, bounce.diagnostic) if part)
    return f"{what}: {said}" if said else what
