"""The mails: which went, and where they go to files, what they say."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException

from tellback.core.invitation import State
from tellback.core.users import Area
from tellback.mail.transports.outbox import Outbox, OutboxMail
from tellback.store.feed import AnyRow
from tellback.store.invitation_feed import list_newest_mails, read_story, survey_names
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.positions import id_in_path, read_position, write_position
from tellback.web.dashboard.wording import STATES
from tellback.web.pages import HEADERS

_SIZE = 25
#: A mail is somebody else's page: no script, no form, nothing from elsewhere, an origin of its own.
#: Its links open in tabs that are not bound by this, or one could not send an answer there.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
#: What tells us that a mail was opened, or that a program follows all links: not for who looks on.
_WATCHERS = re.compile(
    r"<img\b[^>]*/-/o/[^>]*>|<a\b[^>]*/-/t/[^>]*>.*?</a\s*>", re.IGNORECASE | re.DOTALL
)
MAIL_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'; "
        f"frame-ancestors 'self'; base-uri 'none'; sandbox {SANDBOX}"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail in the list: its invitation, and its subject where the mail is kept."""

    invitation: AnyRow
    subject: str | None


@get("/-/p/{slug:str}/outbox", opt={"area": Area.MAILS})
async def list_mails(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """A page of mails, newest first."""
    project = entry_of(request).membership.project
    before = read_position(request.query_params.get("before"))
    read = desk.site.database.read
    feed = await read(list_newest_mails, project.id, before, _SIZE)
    lines = await asyncio.to_thread(_lines, _outbox(desk), feed.rows)
    return desk.page(
        request,
        "outbox.html",
        section="outbox",
        lines=lines,
        states=STATES,
        surveys=await read(survey_names, project.id),
        in_files=not desk.site.config.smtp_url,
        first=before is None,
        older=write_position(feed.older),
        cut=feed.older if feed.cut else None,
    )


@get("/-/p/{slug:str}/outbox/{id:str}", opt={"area": Area.MAILS})
async def show_mail(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """One mail: as its recipient sees it, its text, its headers."""
    row, mail = await _find(request, desk)
    return desk.page(
        request,
        "mail.html",
        section="outbox",
        invitation=row,
        words=STATES[State(row.state)],
        mail=mail,
        in_files=not desk.site.config.smtp_url,
        sandbox=SANDBOX,
    )


@get("/-/p/{slug:str}/outbox/{id:str}/html", opt={"area": Area.MAILS})
async def show_mail_html(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The HTML part of a mail, for the frame on its page."""
    _, mail = await _find(request, desk)
    if mail is None or not mail.html:
        raise NotFoundException
    html = with_links_outside(without_watchers(mail.html))
    return Response(html, media_type=MediaType.HTML, headers=MAIL_HEADERS)


def with_links_outside(html: str) -> str:
    """A mail whose links open in a tab of their own, not in the frame that shows it."""
    base = '<base target="_blank">'
    head = _HEAD.search(html)
    return html[: head.end()] + base + html[head.end() :] if head else base + html


def without_watchers(html: str) -> str:
    """A mail that may be looked at without counting as its recipient's visit."""
    return _WATCHERS.sub("", html)


async def _find(request: AnyRequest, desk: Desk) -> tuple[AnyRow, OutboxMail | None]:
    """The mail of an invitation of this project, and the mail itself where it is kept.

    Files know no projects: the invitation decides whose the mail is.
    """
    project = entry_of(request).membership.project
    read = desk.site.database.read
    story = await read(read_story, project.id, id_in_path(request))
    if story is None or story.invitation.message_id is None:
        raise NotFoundException
    message_id = story.invitation.message_id
    return story.invitation, await asyncio.to_thread(_load, _outbox(desk), message_id)


def _outbox(desk: Desk) -> Outbox:
    return Outbox(desk.site.config.outbox)


def _load(outbox: Outbox, message_id: str) -> OutboxMail | None:
    mail_id = outbox.find(message_id)
    return outbox.load(mail_id) if mail_id else None


def _lines(outbox: Outbox, rows: Sequence[AnyRow]) -> list[MailLine]:
    return [MailLine(row, _subject(outbox, row.message_id)) for row in rows]


def _subject(outbox: Outbox, message_id: str) -> str | None:
    mail_id = outbox.find(message_id)
    entry = outbox.entry(mail_id) if mail_id else None
    return entry.subject if entry else None


HANDLERS = [list_mails, show_mail, show_mail_html]
