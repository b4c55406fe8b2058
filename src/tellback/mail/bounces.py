"""Reading what comes back: delivery reports (RFC 3464) and complaints (RFC 5965).

A report is a stranger's word. Whoever acts on one should check that its recipient, and its
Message-ID if it names one, belong to a mail that was sent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from itertools import islice

from tellback.core.errors import TellbackError
from tellback.mail.report_parts import (
    addresses,
    field_groups,
    message_id_in,
    original_of,
    part_of_type,
    read_mail,
    status_in,
    text_of,
    value,
)
from tellback.mail.survey_mail import one_line

_READ_AT_MOST = 1_000_000  # bytes; what matters stands before the original message's body
_LONGEST_DIAGNOSTIC = 500
_MOST_RECIPIENTS = 50  # of one report; our mails have one, and an alias may stand for some more
_LONGEST_PLAIN_REPORT = 20_000
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
_COPY = re.compile(r"^-+ .*copy.* -+$", re.IGNORECASE | re.MULTILINE)
_COPIED_MESSAGE_ID = re.compile(r"^Message-ID:(.*)$", re.IGNORECASE | re.MULTILINE)


class BounceKind(StrEnum):
    """What a report means for its recipient's address.

    Blocked: this mail failed for good, but the address is not to blame (mailbox full, message too
    large, a policy against us), so it may be mailed again.
    """

    HARD = "hard"
    BLOCKED = "blocked"
    SOFT = "soft"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Bounce:
    """What was reported about one recipient.

    ``recipient`` is None where a complaint hides it. ``action`` is failed or delayed, or the type
    of a complaint. ``status`` is ``5.1.1`` or the like, empty where none was given.
    ``message_id`` is the original's, in angle brackets.
    """

    recipient: str | None
    action: str
    status: str
    diagnostic: str
    message_id: str | None
    kind: BounceKind


class ReportUnreadable(TellbackError):
    """This is not a mail that can be read."""


def parse_bounces(raw: bytes) -> list[Bounce]:
    """The first 50 bounces and complaints in one mail; none if it is any other mail.

    Reports of success, read receipts and automatic replies are none. Raises ReportUnreadable for
    what cannot be read as a mail, and nothing else.
    """
    try:
        return list(islice(_bounces(read_mail(raw[:_READ_AT_MOST])), _MOST_RECIPIENTS))
    except Exception as error:
        raise ReportUnreadable(f"{ReportUnreadable.__doc__} ({type(error).__name__})") from error


def _bounces(mail: Message) -> Iterator[Bounce]:
    if complaint := part_of_type(mail, "message/feedback-report"):
        yield from _complaints(field_groups(complaint), mail)
    elif report := part_of_type(mail, "message/delivery-status", "message/global-delivery-status"):
        yield from _delivery_failures(field_groups(report), mail)
    elif mail["X-Failed-Recipients"]:
        yield from _plain_failures(mail)


def _delivery_failures(groups: list[Message], mail: Message) -> Iterator[Bounce]:
    message_id = _original_id(mail, *groups[:1])
    for group in groups:
        recipients = addresses(group, "Original-Recipient") or addresses(group, "Final-Recipient")
        diagnostic = value(group, "Diagnostic-Code")
        status = status_in(value(group, "Status")) or status_in(diagnostic)
        action = value(group, "Action").lower() or ("delayed" if status[:1] == "4" else "failed")
        if recipients and action in ("failed", "delayed"):
            explained = diagnostic.partition(";")[2] or diagnostic
            yield _bounce(recipients[0], action, status, explained, message_id)


def _plain_failures(mail: Message) -> Iterator[Bounce]:
    """Exim's reports without a part for software: only a header names the recipients."""
    part = part_of_type(mail, "text/plain")
    text = text_of(part)[:_LONGEST_PLAIN_REPORT].replace("\r\n", "\n") if part else ""
    report, *_copy = _COPY.split(text, maxsplit=1)
    copied_id = _COPIED_MESSAGE_ID.search(text, len(report))
    message_id = message_id_in(copied_id[1]) if copied_id else _original_id(mail)
    for recipient in value(mail, "X-Failed-Recipients").split(","):
        reason = re.search(rf"{re.escape(recipient.strip())}\n((?:[ \t]{{3,}}\S.*\n?)+)", report)
        diagnostic = reason[1] if reason else report
        if "@" in recipient:
            status = status_in(diagnostic) or "5.0.0"
            yield _bounce(recipient.strip(), "failed", status, diagnostic, message_id)


def _bounce(
    recipient: str, action: str, status: str, diagnostic: str, message_id: str | None
) -> Bounce:
    said = one_line(diagnostic)[:_LONGEST_DIAGNOSTIC]
    return Bounce(recipient, action, status, said, message_id, _kind(action, status))


def _kind(action: str, status: str) -> BounceKind:
    """RFC 3463: 5.2.2 and 5.2.3 are about the mailbox's room, 5.3.4 size, 5.7.x policy."""
    if action != "failed" or not status.startswith("5."):
        return BounceKind.SOFT
    blameless = status in {"5.2.2", "5.2.3", "5.3.4"} or status.startswith("5.7.")
    return BounceKind.BLOCKED if blameless else BounceKind.HARD


def _complaints(groups: list[Message], mail: Message) -> Iterator[Bounce]:
    report = groups[0] if groups else Message()
    kind = value(report, "Feedback-Type").lower()
    if kind not in _COMPLAINTS:
        return
    original = original_of(mail)
    reported = addresses(report, "Original-Rcpt-To") or addresses(report, "Removal-Recipient")
    recipients = reported or (addresses(original, "To") if original else [])
    message_id = _original_id(mail)
    agent = value(report, "User-Agent")[:_LONGEST_DIAGNOSTIC]
    for recipient in recipients or (None,):
        yield Bounce(recipient, kind, "", agent, message_id, BounceKind.COMPLAINT)


def _original_id(mail: Message, *report: Message) -> str | None:
    original = original_of(mail)
    named = [value(original, "Message-ID")] if original else []
    named += [value(group, "X-Original-Message-ID") for group in report]
    named += [value(mail, "In-Reply-To"), value(mail, "References")]
    return next((found for text in named if (found := message_id_in(text))), None)
