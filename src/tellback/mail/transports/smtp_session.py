"""One connection to an SMTP server.

`aiosmtplib.SMTP.sendmail` cannot tell whether a connection was lost before or after the end of the
message, which is the difference between sending again and never sending again. So the commands are
given one by one, and the message's last line on its own.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from typing import cast

from aiosmtplib import SMTP, SMTPResponse, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol

from tellback.mail.delivery import (
    Deferred,
    Delivered,
    Delivery,
    Envelope,
    Refused,
    Stage,
    Uncertain,
)
from tellback.mail.transports.smtp_text import LOST, reason, said, wire_form
from tellback.mail.transports.smtp_url import SmtpServer

_OK = frozenset({250, 251})
_GO_AHEAD = frozenset({354})
_CLOSING = 421
_COURTESY_TIMEOUT = 5.0
_LONGEST_NAP = 0.05

_Command = tuple[Stage, tuple[bytes, ...], frozenset[int]]


class SmtpSession:
    """A connection, greeted and logged in, that takes one mail after the other."""

    def __init__(self, client: SMTP, server: SmtpServer) -> None:
        self._client = client
        self._server = server
        self._used_at = time.monotonic()
        self.sent = 0

    @property
    def is_open(self) -> bool:
        """Whether the connection is there, as far as anybody has told us."""
        return self._client.is_connected

    async def is_alive(self) -> bool:
        """Whether the server still answers; it is asked only after a while without a mail."""
        if time.monotonic() - self._used_at < self._server.probe_after:
            return self.is_open
        try:
            await self._client.noop(timeout=_COURTESY_TIMEOUT)
        except LOST:
            return False
        return True

    async def send(self, envelope: Envelope) -> Delivery:
        """Hand over one mail to plain ASCII addresses. Afterwards see whether it ``is_open``."""
        content = wire_form(envelope.message)
        stage = Stage.SENDER
        try:
            for stage, command, expected in self._commands(envelope, len(content)):
                reply = await self._client.execute_command(*command)
                if reply.code not in expected:
                    return await self._turned_down(stage, reply)
            protocol = await self._write(content)
        except LOST as error:
            self.abort()
            return Deferred(None, reason(error), stage)
        return await self._outcome(protocol)

    async def close(self) -> None:
        """Take leave, but do not insist on an answer."""
        with contextlib.suppress(*LOST):
            await self._client.quit(timeout=_COURTESY_TIMEOUT)
        self.abort()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._client.close()

    def _commands(self, envelope: Envelope, size: int) -> Iterable[_Command]:
        sender, recipient = envelope.sender.encode("ascii"), envelope.recipient.encode("ascii")
        options = (b"SIZE=%d" % size,) if self._client.supports_extension("size") else ()
        return (
            (Stage.SENDER, (b"MAIL", b"FROM:<%s>" % sender, *options), _OK),
            (Stage.RECIPIENT, (b"RCPT", b"TO:<%s>" % recipient), _OK),
            (Stage.CONTENT, (b"DATA",), _GO_AHEAD),
        )

    async def _turned_down(self, stage: Stage, reply: SMTPResponse) -> Deferred | Refused:
        """Clear the table for the next mail, or leave it if we and the server are out of step."""
        try:
            if reply.code >= 400:
                await self._client.rset(timeout=_COURTESY_TIMEOUT)
            else:
                self.abort()
        except LOST:
            self.abort()
        return _negative(stage, reply)

    async def _write(self, content: bytes) -> SMTPProtocol:
        """Write the message, and its end only once all before it is on its way.

        Raises one of LOST if the end was not written, so that the server cannot have taken it.
        """
        protocol, transport = self._client.protocol, self._client.transport
        if protocol is None or transport is None:
            raise SMTPServerDisconnected("Connection lost")
        protocol.write(content)
        await self._drain(cast("asyncio.WriteTransport", transport))
        protocol.write(b".\r\n")
        return protocol

    async def _drain(self, transport: asyncio.WriteTransport) -> None:
        nap = 0.0
        deadline = time.monotonic() + self._server.content_timeout
        while transport.get_write_buffer_size() and not transport.is_closing():
            if time.monotonic() > deadline:
                raise TimeoutError("Timed out writing the message")
            await asyncio.sleep(nap)
            nap = min(nap + 0.001, _LONGEST_NAP)

    async def _outcome(self, protocol: SMTPProtocol) -> Delivery:
        """The answer to the message's end. From here on, silence proves nothing."""
        try:
            reply = await protocol.read_response(timeout=self._server.content_timeout)
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
