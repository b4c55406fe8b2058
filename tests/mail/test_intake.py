"""Bounces on their way in: a mail, or a maildir of them."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tellback.core.queries import ListSuppressions
from tellback.mail.bounces import Bounce, ReportUnreadable
from tellback.mail.intake import collect_bounces, receive_bounce
from tellback.store.database import Action, Database
from tellback.store.suppressions import list_suppressions
from tests.outgoing import Sending, make_sending

REPORT = """\
From: MAILER-DAEMON@mx.example
To: feedback@tellback.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
To: {recipient}

--b--
"""
COMPLAINT = """\
From: abuse@mx.example
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Complainer/1

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--b--
"""


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / name).mkdir(parents=True)
    return tmp_path / "bounces"


def report(
    id_: str,
    recipient: str = "alice@example.com",
    action: str = "failed",
    status: str = "5.1.1",
) -> bytes:
    message_id = f"<{id_}@shop.example>"
    return REPORT.format(
        message_id=message_id, recipient=recipient, action=action, status=status
    ).encode()


async def suppressed(shop: Sending) -> dict[str, str]:
    found = await shop.database.read(list_suppressions, shop.project, ListSuppressions())
    return {each.address: each.reason for each in found}


async def test_a_hard_bounce_suppresses(shop: Sending) -> None:
    id_ = await shop.send()
    assert await receive_bounce(shop.database, report(id_)) == 1
    row = await shop.row(id_)
    assert (row.state, row.reason) == ("bounced", "returned: failed 5.1.1 550 no such user")
    assert await suppressed(shop) == {"alice@example.com": "bounced"}


async def test_a_delay_is_only_noted(shop: Sending) -> None:
    id_ = await shop.send()
    assert await receive_bounce(shop.database, report(id_, action="delayed", status="4.2.2")) == 1
    row = await shop.row(id_)
    assert (row.state, row.reason) == ("sent", "returned: delayed 4.2.2 550 no such user")
    assert await suppressed(shop) == {}


async def test_a_complaint_suppresses(shop: Sending) -> None:
    id_ = await shop.send()
    raw = COMPLAINT.format(message_id=f"<{id_}@shop.example>").encode()
    assert await receive_bounce(shop.database, raw) == 1
    assert await shop.state(id_) == "complained"
    assert await suppressed(shop) == {"alice@example.com": "complained"}


async def test_a_relays_own_message_id_is_made_up_for(shop: Sending) -> None:
    id_ = await shop.send()
    assert await receive_bounce(shop.database, report("0100-relay")) == 1
    assert await shop.state(id_) == "bounced"


async def test_reports_of_other_peoples_mail_are_none_of_ours(shop: Sending) -> None:
    await shop.send()
    assert await receive_bounce(shop.database, report("f" * 32, "bob@example.com")) == 0
    assert await receive_bounce(shop.database, b"Subject: hello\r\n\r\nHow are you?") == 0
    assert await suppressed(shop) == {}


async def test_a_report_for_one_project_reaches_no_other(database: Database, shop: Sending) -> None:
    other = await make_sending(database, "Other")
    id_ = await shop.send()
    assert await receive_bounce(database, report(id_), other.project.id) == 0
    assert await receive_bounce(database, report(id_), shop.project.id) == 1


async def test_a_maildir_is_emptied(shop: Sending, maildir: Path) -> None:
    ids = [await shop.send(f"p{n}@example.com") for n in range(3)]
    for number, id_ in enumerate(ids):
        (maildir / "new" / f"{number}.mail").write_bytes(report(id_, f"p{number}@example.com"))
    (maildir / "new" / "9.mail").write_bytes(b"Subject: hello\r\n\r\nHow are you?")
    await collect_bounces(shop.database, maildir)
    assert [await shop.state(id_) for id_ in ids] == ["bounced"] * 3
    assert list((maildir / "new").iterdir()) == []
    assert len(list((maildir / "cur").iterdir())) == 4


async def test_each_mail_of_a_maildir_is_a_write_of_its_own(
    shop: Sending, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, sizes = shop.database.write, []

    async def noting(action: Action, jobs: Sequence[Any]) -> list[Any]:
        sizes.append(len(jobs))
        return await write(action, jobs)

    monkeypatch.setattr(shop.database, "write", noting)
    for number in range(3):
        (maildir / "new" / f"{number}.mail").write_bytes(report("f" * 32))
    await collect_bounces(shop.database, maildir)
    assert sizes == [1, 1, 1]


async def test_a_mail_is_read_beside_the_event_loop(
    shop: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def noting(_: bytes) -> list[Bounce]:
        threads.append(threading.get_ident())
        return []

    monkeypatch.setattr("tellback.mail.intake.parse_bounces", noting)
    assert await receive_bounce(shop.database, b"") == 0
    assert threads
    assert threading.get_ident() not in threads


async def test_what_could_not_be_recorded_stays(
    shop: Sending, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> None:
        raise OSError("disk")

    id_ = await shop.send()
    (maildir / "new" / "1.mail").write_bytes(report(id_))
    with monkeypatch.context() as broken:
        broken.setattr(shop.database, "write", failing)
        with pytest.raises(OSError, match="disk"):
            await collect_bounces(shop.database, maildir)
    assert len(list((maildir / "new").iterdir())) == 1
    await collect_bounces(shop.database, maildir)
    assert await shop.state(id_) == "bounced"


async def test_a_missing_maildir_is_said(shop: Sending, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await collect_bounces(shop.database, tmp_path / "nowhere")


async def test_what_is_no_mail_is_said(shop: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: bytes) -> None:
        raise ReportUnreadable

    monkeypatch.setattr("tellback.mail.intake.parse_bounces", broken)
    with pytest.raises(ReportUnreadable):
        await receive_bounce(shop.database, b"")
