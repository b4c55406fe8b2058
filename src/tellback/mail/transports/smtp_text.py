"""What goes over the line to an SMTP server, and what comes back, as proper text."""

import re

from aiosmtplib import SMTPException, SMTPResponseException

#: What aiosmtplib raises for a lost connection, a time limit and a reply that is none.
LOST = (SMTPException, OSError)

_LONGEST_REPLY = 500
_LINE_END = re.compile(rb"\r\n|\r|\n")


def wire_form(message: bytes) -> bytes:
    """The message with CRLF line ends only, and with its leading dots doubled.

    Any other line end could make a server see the message's end, and a next command, in the
    middle of a text.
    """
    breaks = message.count(b"\r\n")
    if breaks != message.count(b"\n") or breaks != message.count(b"\r"):
        message = _LINE_END.sub(b"\r\n", message)
    if not message.endswith(b"\r\n"):
        message += b"\r\n"
    if message.startswith(b"."):
        message = b"." + message
    return message.replace(b"\r\n.", b"\r\n..")


def reason(error: Exception) -> str:
    """What an exception of LOST says, for the record."""
    if isinstance(error, SMTPResponseException):
        return said(f"{error.code} {error.message}")
    return said(str(error)) or type(error).__name__


def said(text: str) -> str:
    """A server's words as one line of proper text."""
    if not text.isprintable():
        proper = text.encode("utf-8", "replace").decode("utf-8")
        text = "".join(c if c.isprintable() else " " for c in proper)
    return " ".join(text.split())[:_LONGEST_REPLY]
