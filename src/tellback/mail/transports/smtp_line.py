"""The line to an SMTP server that is ready for mail: commands go out, their replies come back.

aiosmtplib opens the connection, greets and logs in; then this takes its place, since its care for
each single command costs as much as everything else that a mail takes.
"""

import asyncio
from collections import deque

from aiosmtplib import (
    SMTPReadTimeoutError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPStatus,
)

_LONGEST = 32_768  # octets of one reply with all its lines


class Line(asyncio.Protocol):
    """Replies are handed out in their order. One that nothing asked for ends the connection."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self.transport = transport
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._said: list[bytes] = []
        self._expected = 0
        self._replies: deque[SMTPResponse] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._error: Exception | None = None
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether the connection is there, as far as anybody has told us."""
        return self._error is None and not self.transport.is_closing()

    def write(self, data: bytes, replies: int = 1) -> None:
        """Send something that will be answered that many times.

        Raises SMTPServerDisconnected if there is nobody to send it to.
        """
        if not self.is_open:
            raise self._error or SMTPServerDisconnected("Connection lost")
        self._expected += replies
        self.transport.write(data)

    async def reply(self, timeout: float) -> SMTPResponse:
        """The next reply; ``timeout`` is in seconds.

        Raises SMTPReadTimeoutError, SMTPServerDisconnected, or SMTPResponseException for what is
        no reply.
        """
        while not self._replies:
            if self._error is not None:
                raise self._error
            waiter = self._waiter = self._loop.create_future()
            timer = self._loop.call_later(timeout, self._give_up)
            try:
                await waiter
            finally:
                timer.cancel()
        return self._replies.popleft()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._take(line)
        if len(self._buffer) + sum(map(len, self._said)) > _LONGEST:
            self._fail(SMTPResponseException(SMTPStatus.invalid_response, "Response too long"))
        self._wake()

    def eof_received(self) -> bool:
        """See `asyncio.Protocol`."""
        self._fail(SMTPServerDisconnected("Unexpected EOF received"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._fail(SMTPServerDisconnected("Connection lost"))

    def _take(self, line: bytes) -> None:
        if not line[:3].isdigit():
            text = f"Malformed SMTP response line: {line.decode('utf-8', 'ignore')}"
            self._fail(SMTPResponseException(SMTPStatus.invalid_response, text))
            return
        self._said.append(line[4:].strip())
        if line[3:4] == b"-":
            return
        text = b"\n".join(self._said).decode("utf-8", "surrogateescape")
        self._said.clear()
        if not self._expected:
            # Whatever it says, the replies after it would be taken for others.
            self.transport.abort()
            return
        self._expected -= 1
        self._replies.append(SMTPResponse(int(line[:3]), text))

    def _give_up(self) -> None:
        self._fail(SMTPReadTimeoutError("Timed out waiting for server response"))

    def _fail(self, error: Exception) -> None:
        self._error = self._error or error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
