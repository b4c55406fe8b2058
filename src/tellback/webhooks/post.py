"""Posting to an address that somebody else chose, over HTTP/1.1.

No redirect is followed, no proxy is asked, and the address that is connected to is the one that was
looked at: a name cannot lead elsewhere between the two. That is what a few lines of our own give
here that no client library does; replies are read by the parser that the server itself uses.
"""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from tellback.core.webhooks import is_forbidden

#: For everything, from the name to the end of the reply, and for one connection; in seconds.
TIMEOUT, _CONNECTING = 10.0, 4.0
#: What is read of a reply, in octets, and what of it is kept to show, in characters.
_MOST_READ, _MOST_SHOWN = 16_384, 200
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the receiver said: its status, and the beginning of a refusal's words."""

    status: int
    said: str = ""


class NotPosted(Exception):
    """Nobody answered, or nobody may be asked; the message says why in a few words."""


class Poster:
    """Posts JSON. Looking up names, which can hang for long, holds up nothing but other names."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._names = ThreadPoolExecutor(16, thread_name_prefix="names")
        self._tls: ssl.SSLContext | None = None

    async def post(self, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """The reply, whatever its status. Raises `NotPosted`."""
        parts, reading = urlsplit(url), _Reading()
        failure = "the connection was closed without an answer"
        try:
            async with asyncio.timeout(self._timeout):
                await self._exchange(parts, _request(parts, headers, body), reading)
        except TimeoutError:
            failure = f"no answer within {self._timeout:g} seconds"
        except (OSError, HttpParserError, HttpParserUpgrade) as error:
            failure = _why(error)
        if reading.status is None:
            raise NotPosted(failure)
        return Reply(reading.status, reading.words)

    def close(self) -> None:
        """Look up no more names."""
        self._names.shutdown(wait=False, cancel_futures=True)

    async def _exchange(self, parts: SplitResult, request: bytes, reading: "_Reading") -> None:
        reader, writer = await self._connect(parts)
        try:
            writer.write(request)
            left = _MOST_READ
            while left > 0 and not reading.done and (data := await reader.read(left)):
                left -= len(data)
                reading.parser.feed_data(data)
        finally:
            # Whatever else it would say is not waited for.
            writer.transport.abort()

    async def _connect(
        self, parts: SplitResult
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the first of the host's addresses that takes one."""
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        options: dict[str, Any] = {"limit": _MOST_READ}
        if parts.scheme == "https":
            options |= {"ssl": self._verifying(), "server_hostname": host}
        failure = OSError("it has no address")
        for address in await self._addresses(host, port):
            try:
                async with asyncio.timeout(_CONNECTING):
                    return await asyncio.open_connection(address, port, **options)
            except OSError as error:
                failure = error
        raise failure

    async def _addresses(self, host: str, port: int) -> list[str]:
        def look_up() -> list[str]:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(entry[4][0]) for entry in found))

        try:
            addresses = await asyncio.get_running_loop().run_in_executor(self._names, look_up)
        except (OSError, UnicodeError):
            raise NotPosted("its host name leads nowhere") from None
        allowed = [address for address in addresses if not is_forbidden(address)]
        if not allowed:
            raise NotPosted("nothing is ever posted to such an address")
        return allowed

    def _verifying(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


class _Reading:
    """The reply so far; the parser calls what begins with `on_`."""

    def __init__(self) -> None:
        self.parser = HttpResponseParser(self)
        self.status: int | None = None
        self.done = False
        self._body = bytearray()

    def on_headers_complete(self) -> None:
        """Of a 2xx nothing else matters; an interim answer is none."""
        status = self.parser.get_status_code()
        if status >= 200:
            self.status = status
        self.done = 200 <= status < 300

    def on_body(self, body: bytes) -> None:
        """Keep what a refusal says."""
        if not self.done:
            self._body += body

    def on_message_complete(self) -> None:
        """Stop reading, unless the answer is still to come."""
        self.done = self.status is not None

    @property
    def words(self) -> str:
        """The beginning of what it says, fit to print."""
        said = bytes(self._body[: 4 * _MOST_SHOWN]).decode("utf-8", "replace")
        shown = "".join(char if char.isprintable() else " " for char in said)
        return " ".join(shown.split())[:_MOST_SHOWN]


def _request(parts: SplitResult, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {parts.netloc}",
        "User-Agent: Tellback",
        "Accept: */*",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, OSError):
        return f"it cannot be reached: {error.strerror or error or type(error).__name__}"
    return "its answer is not HTTP"
