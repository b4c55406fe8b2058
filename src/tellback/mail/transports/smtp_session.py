"""One connection to an SMTP server.

`aiosmtplib.SMTP.sendmail` cannot tell whether a connection was lost before or after the end of the
message, which is the difference between sending again and never sending again. So the conversation
is ours; the last line of a long message, whose writing takes a while, goes on its own.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import cast

from aiosmtplib import SMTP, SMTPResponse, SMTPServerDisconnected

from tellback.mail.delivery import (
    Deferred,
    Delivered,
    Delivery,
    Envelope,
    Refused,
    Stage,
    Uncertain,
)
from tellback.mail.transports.smtp_line import Line
from tellback.mail.transports.smtp_text import LOST, reason, said, wire_form
from tellback.mail.transports.smtp_url import SmtpServer

_OK = frozenset({250, 251})
_GO_AHEAD = frozenset({354})
_CLOSING = 421
_END = b".\r\n"
_SHORT = 65_536  # octets that go out at one stroke
_COURTESY_TIMEOUT = 5.0
_LONGEST_NAP = 0.05

_Command = tuple[Stage, bytes, frozenset[int]]


class SmtpSession:
    """A connection, greeted and logged in, that takes one mail after the other."""

    def __init__(self, client: SMTP, server: SmtpServer) -> None:
        if client.transport is None:
            raise SMTPServerDisconnected("Connection lost")
        self._line = Line(cast("asyncio.WriteTransport", client.transport))
        self._server = server
        self._says_size = client.supports_extension("size")
        self._takes_many = client.supports_extension("pipelining")
        self._used_at = time.monotonic()
        self._stage = Stage.SENDER
        self.sent = 0

    @property
    def is_open(self) -> bool:
        """Whether the connection is there, as far as anybody has told us."""
        return self._line.is_open

    async def is_alive(self) -> bool:
        """Whether the server still answers; it is asked only after a while without a mail."""
        if time.monotonic() - self._used_at < self._server.probe_after:
            return self.is_open
        return await self._courtesy(b"NOOP\r\n")

    async def send(self, envelope: Envelope) -> Delivery:
        """Hand over one mail to plain ASCII addresses. Afterwards see whether it ``is_open``."""
        content = envelope.message if envelope.ready else wire_form(envelope.message)
        self._stage = Stage.SENDER
        try:
            turned_down = await self._announce(self._commands(envelope, len(content)))
            if turned_down is not None:
                return await self._turned_down(*turned_down)
            await self._write(content)
        except LOST as error:
            self.abort()
            return Deferred(None, reason(error), self._stage)
        return await self._outcome()

    async def close(self) -> None:
        """Take leave, but do not insist on an answer."""
        await self._courtesy(b"QUIT\r\n")
        self._line.transport.close()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._line.transport.abort()

    def _commands(self, envelope: Envelope, size: int) -> tuple[_Command, ...]:
        sender, recipient = envelope.sender.encode("ascii"), envelope.recipient.encode("ascii")
        options = b" SIZE=%d" % size if self._says_size else b""
        return (
            (Stage.SENDER, b"MAIL FROM:<%s>%s\r\n" % (sender, options), _OK),
            (Stage.RECIPIENT, b"RCPT TO:<%s>\r\n" % recipient, _OK),
            (Stage.CONTENT, b"DATA\r\n", _GO_AHEAD),
        )

    async def _announce(self, commands: Sequence[_Command]) -> tuple[Stage, SMTPResponse] | None:
        """Say from whom, to whom and that content follows: at once where the server takes that.

        The first reply that does not agree, if any.
        """
        turned_down: tuple[Stage, SMTPResponse] | None = None
        if self._takes_many:
            self._line.write(b"".join(command for _, command, _ in commands), len(commands))
        for self._stage, command, expected in commands:
            if not self._takes_many:
                self._line.write(command)
            try:
                reply = await self._line.reply(self._server.command_timeout)
            except LOST:
                if turned_down is None:
                    raise
                self.abort()  # but the refusal before stands
                break
            if turned_down is None and reply.code not in expected:
                turned_down = self._stage, reply
                if not self._takes_many:
                    break
            elif turned_down is not None and reply.code in _GO_AHEAD:
                self.abort()  # it wants the content of a mail that it has refused
        return turned_down

    async def _turned_down(self, stage: Stage, reply: SMTPResponse) -> Deferred | Refused:
        """Clear the table for the next mail, or leave it if we and the server are out of step."""
        if reply.code < 400 or not await self._courtesy(b"RSET\r\n"):
            self.abort()
        return _negative(stage, reply)

    async def _courtesy(self, command: bytes) -> bool:
        """Say something that is not about a mail; whether the server took it well."""
        try:
            self._line.write(command)
            reply = await self._line.reply(_COURTESY_TIMEOUT)
        except LOST:
            return False
        return reply.code < 400

    async def _write(self, content: bytes) -> None:
        """Write the message, and the end of a long one only once all before it is on its way.

        Raises one of LOST if the end was not written, so that the server cannot have taken it.
        """
        if len(content) <= _SHORT:
            self._line.write(content + _END)
            return
        self._line.write(content, replies=0)
        await self._drain(self._line.transport)
        self._line.write(_END)

    async def _drain(self, transport: asyncio.WriteTransport) -> None:
        nap = 0.0
        deadline = time.monotonic() + self._server.content_timeout
        while transport.get_write_buffer_size() and not transport.is_closing():
            if time.monotonic() > deadline:
                raise TimeoutError("Timed out writing the message")
            await asyncio.sleep(nap)
            nap = min(nap + 0.001, _LONGEST_NAP)

    async def _outcome(self) -> Delivery:
        """The answer to the message's end. From here on, silence proves nothing."""
        try:
            reply = await self._line.reply(self._server.content_timeout)
        except LOST as error:
            self.abort()
            return Uncertain(reason(error))
        self.sent += 1
        self._used_at = time.monotonic()
        if 200 <= reply.code < 300:
            return Delivered(said(reply.message))
        if reply.code == _CLOSING or not 400 <= reply.code < 600:
            self.abort()
        if 400 <= reply.code < 600:
            return _negative(Stage.CONTENT, reply)
        return Uncertain(f"{reply.code} {said(reply.message)}")


def _negative(stage: Stage, reply: SMTPResponse) -> Deferred | Refused:
    kind = Refused if 500 <= reply.code < 600 else Deferred
    return kind(reply.code, said(reply.message), stage)
