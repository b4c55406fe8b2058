"""Where mail goes, and what can come of it."""

from pathlib import Path

from tellback.mail.delivery import (
    Deferred,
    Delivered,
    Delivery,
    Envelope,
    Refused,
    Stage,
    Transport,
    Uncertain,
)
from tellback.mail.transports.outbox import FileTransport
from tellback.mail.transports.smtp import SmtpTransport
from tellback.mail.transports.smtp_url import parse_smtp_url

__all__ = [
    "Deferred",
    "Delivered",
    "Delivery",
    "Envelope",
    "Refused",
    "Stage",
    "Transport",
    "Uncertain",
    "open_transport",
]


def open_transport(smtp_url: str, outbox: Path, connections: int = 8) -> Transport:
    """The SMTP server of that URL; the outbox of files if it is empty.

    Connects to nothing yet. Raises SmtpUrlInvalid with what is allowed.
    """
    if not smtp_url:
        return FileTransport(outbox)
    return SmtpTransport(parse_smtp_url(smtp_url), connections)
