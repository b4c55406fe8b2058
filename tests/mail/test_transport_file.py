"""The outbox of files: complete, lasting, once per Message-ID; and reading it back."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tellback.mail.address import Mailbox
from tellback.mail.delivery import Deferred, Delivered, Envelope
from tellback.mail.message import CompiledMessage, Slot
from tellback.mail.transports.outbox import FileTransport, Outbox

MESSAGE = CompiledMessage.compile(
    [
        ("From", Mailbox("ask@shop.example", "Zoë")),
        ("To", Slot("to")),
        ("Subject", "Wie war’s?"),
        ("Message-ID", Slot("id")),
    ],
    ["Hallo ", Slot("to"), "\n"],
    ["<p>Grüße</p>\n"],
)


def mail(number: int) -> Envelope:
    to, message_id = f"alice{number}@example.org", f"<{number}@t.example>"
    raw = MESSAGE.fill({"to": to, "id": message_id})
    return Envelope("ask@shop.example", to, raw, message_id)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.eml"))


async def test_a_mail_becomes_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    delivery = await FileTransport(folder).send(mail(1))
    assert isinstance(delivery, Delivered)
    [name] = files(folder)
    assert name in delivery.reply
    assert (folder / name).read_bytes() == mail(1).message
    assert not list(folder.glob(".known/new-*"))


async def test_the_same_message_id_makes_one_file(tmp_path: Path) -> None:
    first = await FileTransport(tmp_path).send(mail(1))
    again = replace(mail(1), message=b"another try\r\n")
    assert await FileTransport(tmp_path).send(again) == first
    [name] = files(tmp_path)
    assert (tmp_path / name).read_bytes() == mail(1).message


async def test_an_attempt_cut_short_is_completed_by_the_next(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path)
    first = await transport.send(mail(1))
    [name] = files(tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / ".known" / "new-cut-short").write_bytes(b"half")
    assert await transport.send(mail(1)) == first
    assert files(tmp_path) == [name]


async def test_many_at_once(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path)
    await asyncio.gather(*(transport.send(mail(number % 20)) for number in range(60)))
    await transport.close()
    assert len(files(tmp_path)) == 20


async def test_a_folder_that_cannot_be_written_means_later(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    delivery = await FileTransport(tmp_path / "file" / "outbox").send(mail(1))
    assert isinstance(delivery, Deferred)
    assert "Not a directory" in delivery.reply


async def test_pages_run_from_the_newest_to_the_oldest(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path)
    for number in range(5):
        await transport.send(mail(number))
    for number, name in enumerate(files(tmp_path)):
        (tmp_path / name).rename(tmp_path / f"{1_000_000_000_000 + number}{name[13:]}")
    outbox = Outbox(tmp_path)
    first = outbox.page(limit=3)
    rest = outbox.page(limit=3, before=first[-1].id)
    assert [entry.at % 10 for entry in first + rest] == [4, 3, 2, 1, 0]
    assert outbox.page(limit=3, before=rest[-1].id) == []
    assert {entry.recipient for entry in first + rest} == {
        f"alice{number}@example.org" for number in range(5)
    }
    assert {(e.sender, e.subject) for e in first} == {("Zoë <ask@shop.example>", "Wie war’s?")}


async def test_a_mail_is_read_whole(tmp_path: Path) -> None:
    await FileTransport(tmp_path).send(mail(7))
    outbox = Outbox(tmp_path)
    [entry] = outbox.page()
    found = outbox.load(entry.id)
    assert found is not None
    assert found.entry == entry
    assert found.raw == mail(7).message
    assert found.text == "Hallo alice7@example.org\n"
    assert found.html == "<p>Grüße</p>\n"
    assert dict(found.headers)["Message-ID"] == "<7@t.example>"


@pytest.mark.parametrize(
    "mail_id", ["", "..", "../secret", "1751000000000-" + "0" * 32, "/etc/passwd", ".known/x"]
)
def test_what_is_no_mail_is_not_read(tmp_path: Path, mail_id: str) -> None:
    (tmp_path / "secret.eml").write_bytes(b"Subject: secret\r\n\r\n")
    assert Outbox(tmp_path / "outbox").load(mail_id) is None


def test_an_outbox_that_does_not_exist_yet_is_empty(tmp_path: Path) -> None:
    assert Outbox(tmp_path / "outbox").page() == []


def test_strange_files_do_not_break_the_list(tmp_path: Path) -> None:
    (tmp_path / "notes.eml").write_text("hello")
    (tmp_path / f"1751000000000-{'a' * 32}.eml").write_bytes(os.urandom(2000))
    (tmp_path / f"1751000000001-{'b' * 32}.eml").write_bytes(b"")
    entries = Outbox(tmp_path).page()
    assert [entry.id[-1] for entry in entries] == ["b", "a"]
    for entry in entries:
        assert Outbox(tmp_path).load(entry.id) is not None
