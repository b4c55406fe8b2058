"""How one request is replied to over HTTP/1.1: the head leaves with the first of the body."""

from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

#: What no line of a head may contain, but for the two that end it: all controls but the tab.
_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09})
#: How the lines begin by which a reply and its connection end.
_LENGTH, _CODING, _CONNECTION = b"content-length: ", b"transfer-encoding: ", b"connection: "
_OURS = frozenset({_LENGTH, _CODING, _CONNECTION})


class Cycle(RequestResponseCycle):
    """A request and its reply, of which nothing leaves before some of its body is there.

    So asks ASGI, and an application that fails until then is replied to with a plain 500. It also
    makes one write of a small reply, where the web server's own cycle makes two: with its checks of
    each header apart that is 8 of the 170 µs that a response costs.
    """

    _start: Any = None

    async def send(self, message: Any) -> None:
        """Take the next event of the reply. RuntimeError if it may not come now, or as it is."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if self.response_complete:
            raise RuntimeError(f"{message['type']} after the reply was complete")
        begins = self._start is None
        if message["type"] != ("http.response.start" if begins else "http.response.body"):
            raise RuntimeError(f"{message['type']} does not come now")
        if begins:
            self._start = message
            return
        more = message.get("more_body", False)
        piece = self._head() if not self.response_started else b""
        self._write(piece, message.get("body", b""), more)
        if not more:
            self._complete()

    async def send_500_response(self) -> None:
        """Reply with a 500, in place of a reply that was to begin."""
        self._start = self.chunked_encoding = None
        await super().send_500_response()

    def _head(self) -> bytes:
        """The head of the reply, and from it how the body is delimited."""
        status = self._start["status"]
        lines = [STATUS_LINE[status]]
        headers = [*self.default_headers, *self._start.get("headers", ())]
        closes = False
        for name, value in headers:
            begun = _begin_line(name)
            lines += (begun, value, b"\r\n")
            if begun not in _OURS:
                continue
            if begun == _LENGTH and self.chunked_encoding is None:
                self.expected_content_length, self.chunked_encoding = int(value), False
            elif begun == _CODING and value.lower() == b"chunked":
                self.expected_content_length, self.chunked_encoding = 0, True
            elif begun == _CONNECTION:
                closes |= b"close" in [token.strip() for token in value.lower().split(b",")]
        count = 1 + len(headers)
        self.keep_alive = self.keep_alive and not closes
        if not self.keep_alive and not closes:
            lines.append(b"connection: close\r\n")
            count += 1
        has_body = self.scope["method"] != "HEAD" and status not in (204, 304)
        if self.chunked_encoding is None and has_body:
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked\r\n")
            count += 1
        lines.append(b"\r\n")
        head = b"".join(lines)
        # One look at the whole head, and not one at each value, keeps anybody from adding a line.
        if len(head) - len(head.translate(None, _CONTROLS)) != 2 * (count + 1):
            raise RuntimeError("Invalid HTTP header value.")
        return head

    def _write(self, head: bytes, body: bytes, more: bool) -> None:
        if self.scope["method"] == "HEAD":
            self.expected_content_length = 0
            body = b""
        elif self.chunked_encoding:
            body = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            body += b"" if more else b"0\r\n\r\n"
        else:
            self.expected_content_length -= len(body)
            if self.expected_content_length < 0:
                raise RuntimeError("Response content longer than Content-Length")
        self.response_started = True
        self.waiting_for_100_continue = False
        self.transport.write(head + body if head else body)
        if not more and self.expected_content_length:
            raise RuntimeError("Response content shorter than Content-Length")

    def _complete(self) -> None:
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


@lru_cache(256)
def _begin_line(name: bytes) -> bytes:
    """What stands before a header's value. Programs have few names for headers, so keep them."""
    if HEADER_RE.search(name):
        raise RuntimeError("Invalid HTTP header name.")
    return name.lower() + b": "
