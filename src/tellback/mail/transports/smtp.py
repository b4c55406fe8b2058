"""Mail through an SMTP server, over a few connections that are kept open."""

import asyncio
import socket
import ssl
from dataclasses import replace

from aiosmtplib import SMTPResponseException

from tellback.mail.address import ascii_address
from tellback.mail.delivery import Deferred, Delivery, Envelope, Refused, Stage
from tellback.mail.errors import AddressRefused
from tellback.mail.transports.smtp_connect import connect
from tellback.mail.transports.smtp_session import SmtpSession
from tellback.mail.transports.smtp_text import LOST, reason
from tellback.mail.transports.smtp_url import SmtpServer

_CLOSING = 421


class SmtpTransport:
    """Up to ``connections`` mails at once, each connection used for many mails."""

    def __init__(self, server: SmtpServer, connections: int = 8) -> None:
        self._server = server
        self._tls = _tls(server)
        self._hello = server.hello
        self._free = asyncio.Semaphore(connections)
        self._idle: list[SmtpSession] = []
        self._closed = False

    async def send(self, envelope: Envelope) -> Delivery:
        """See `Transport.send`."""
        try:
            sender = ascii_address(envelope.sender)
        except AddressRefused as error:
            return Refused(None, error.message, Stage.SENDER)
        try:
            recipient = ascii_address(envelope.recipient)
        except AddressRefused as error:
            return Refused(None, error.message, Stage.RECIPIENT)
        if (sender, recipient) != (envelope.sender, envelope.recipient):
            envelope = replace(envelope, sender=sender, recipient=recipient)
        async with self._free:
            return await self._send(envelope)

    async def close(self) -> None:
        """Close the idle connections now, and each of the others after its mail."""
        self._closed = True
        sessions, self._idle = self._idle, []
        await asyncio.gather(*(session.close() for session in sessions))

    async def _send(self, envelope: Envelope) -> Delivery:
        session = await self._take()
        if session is not None:
            delivery = await self._use(session, envelope)
            if session.is_open or not _went_stale(delivery):
                return delivery
        try:
            session = await self._open()
        except LOST as error:
            code = error.code if isinstance(error, SMTPResponseException) else None
            return Deferred(code, reason(error), Stage.CONNECT)
        return await self._use(session, envelope)

    async def _take(self) -> SmtpSession | None:
        """An idle connection that still works, the most recently used first."""
        while self._idle:
            session = self._idle.pop()
            alive = False
            try:
                alive = await session.is_alive()
            finally:
                if not alive:
                    session.abort()
            if alive:
                return session
        return None

    async def _open(self) -> SmtpSession:
        if self._hello is None:
            self._hello = await asyncio.to_thread(_own_name)
        client = await connect(self._server, self._tls, self._hello)
        return SmtpSession(client, self._server)

    async def _use(self, session: SmtpSession, envelope: Envelope) -> Delivery:
        try:
            delivery = await session.send(envelope)
        except BaseException:
            session.abort()
            raise
        worn = session.sent >= self._server.messages_per_connection
        if session.is_open and (worn or self._closed):
            await session.close()
        elif session.is_open:
            self._idle.append(session)
        return delivery


def _went_stale(delivery: Delivery) -> bool:
    """Whether a kept connection was lost, or hung up on, before the message was handed over."""
    if not isinstance(delivery, Deferred):
        return False
    hung_up = delivery.code == _CLOSING and delivery.stage is not Stage.CONTENT
    return delivery.code is None or hung_up


def _own_name() -> str:
    name = socket.getfqdn()
    return name if name.isascii() and name.isprintable() and " " not in name else "localhost"


def _tls(server: SmtpServer) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
