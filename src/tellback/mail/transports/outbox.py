"""Mail as files in a folder, for trying things out without an SMTP server.

A mail is ``<milliseconds>-<hash of its Message-ID>.eml``, so that names sort by time. The hidden
folder ``.known`` holds the same file by its hash alone: it makes a repeated mail the same file,
whatever moment the first attempt was cut short at.
"""

import asyncio
import hashlib
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path

from tellback.mail.delivery import Deferred, Delivered, Delivery, Envelope, Stage

_NAME = re.compile(r"[0-9]{13}-[0-9a-f]{32}")
_HEADERS_AT_MOST = 16_384


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One mail in a list. ``at`` is in ms since the epoch."""

    id: str
    at: int
    sender: str
    recipient: str
    subject: str


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """One mail in full. ``raw`` is what an SMTP server would have got."""

    entry: OutboxEntry
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    raw: bytes


class FileTransport:
    """Writes mails into a folder. The same Message-ID makes the same file only once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, envelope: Envelope) -> Delivery:
        """See `Transport.send`. The file is on the disk when this returns."""
        try:
            name = await asyncio.to_thread(_write, self._folder, envelope)
        except OSError as error:
            return Deferred(None, f"{type(error).__name__}: {error.strerror}", Stage.CONNECT)
        return Delivered(f"written to {name}")

    async def close(self) -> None:
        """See `Transport.close`."""


class Outbox:
    """Reads what a FileTransport has written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def page(self, limit: int = 50, before: str | None = None) -> list[OutboxEntry]:
        """The newest mails first; ``before`` is the id of the last one on the page before."""
        if not self._folder.is_dir():
            return []
        ids = (path.stem for path in self._folder.glob("*.eml"))
        older = sorted(i for i in ids if _NAME.fullmatch(i) and (before is None or i < before))
        entries = (self.entry(mail_id) for mail_id in reversed(older[-limit:]))
        return [entry for entry in entries if entry is not None]

    def find(self, message_id: str) -> str | None:
        """The id of the mail with that Message-ID; None if there is none."""
        first = self._folder / ".known" / _digest(message_id)
        try:
            return _name(first)
        except FileNotFoundError:
            return None

    def load(self, mail_id: str) -> OutboxMail | None:
        """The mail of that id; None if there is none."""
        if not _NAME.fullmatch(mail_id):
            return None
        try:
            raw = self._path(mail_id).read_bytes()
        except FileNotFoundError:
            return None
        message = message_from_bytes(raw, policy=default)
        return OutboxMail(
            entry=_entry(mail_id, message),
            headers=tuple((name, str(value)) for name, value in message.items()),
            text=_body(message, "plain"),
            html=_body(message, "html"),
            raw=raw,
        )

    def entry(self, mail_id: str) -> OutboxEntry | None:
        """A mail without its content; None if there is none of that id."""
        if not _NAME.fullmatch(mail_id):
            return None
        try:
            with self._path(mail_id).open("rb") as file:
                head = file.read(_HEADERS_AT_MOST)
        except FileNotFoundError:  # somebody is tidying up
            return None
        return _entry(mail_id, BytesHeaderParser(policy=default).parsebytes(head))

    def _path(self, mail_id: str) -> Path:
        return self._folder / f"{mail_id}.eml"


def _write(folder: Path, envelope: Envelope) -> str:
    """Make the file complete before it has a name, and known before it is listed."""
    known = folder / ".known"
    known.mkdir(parents=True, exist_ok=True)
    first = known / _digest(envelope.message_id)
    if not first.exists():
        descriptor, temporary = tempfile.mkstemp(dir=known, prefix="new-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(envelope.message)
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(temporary, first)
        Path(temporary).unlink()
    name = f"{_name(first)}.eml"
    with suppress(FileExistsError):
        os.link(first, folder / name)
    _sync(known)
    _sync(folder)
    return name


def _digest(message_id: str) -> str:
    return hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:32]


def _name(first: Path) -> str:
    """When a mail was written and which it is, from its file in the hidden folder."""
    return f"{first.stat().st_mtime_ns // 1_000_000:013d}-{first.name}"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _entry(mail_id: str, headers: EmailMessage) -> OutboxEntry:
    return OutboxEntry(
        id=mail_id,
        at=int(mail_id.split("-")[0]),
        sender=str(headers["From"] or ""),
        recipient=str(headers["To"] or ""),
        subject=str(headers["Subject"] or ""),
    )


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    content = part.get_content() if part is not None else ""
    return content.replace("\r\n", "\n") if isinstance(content, str) else ""
