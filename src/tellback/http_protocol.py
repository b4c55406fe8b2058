"""What our web server adds to its HTTP protocol: bounded heads, and replies in one piece."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: How long the head of a request may be, in octets.
MOST_HEAD = 64 * 1024


class HttpProtocol(HttpToolsProtocol):
    """HTTP/1.1 that hangs up on a caller whose headers do not end, and replies in one piece.

    The parser itself bounds neither headers nor trailers. What is received of a message and is not
    body may be as long as `MOST_HEAD`, and 16 times the body (chunks of one octet have that much
    around them).
    """

    _received = _body = 0
    _began = False

    def connection_made(self, transport: Any) -> None:
        """Begin, with a transport that gathers what is written."""
        super().connection_made(_Gathering(transport))  # type: ignore[arg-type]

    def on_message_begin(self) -> None:
        """Count anew: what came with the last octets of the message before is not counted."""
        self._received = self._body = 0
        self._began = True
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """Count the body."""
        self._body += len(body)
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, then see how much of the message was not body."""
        self._began = False
        super().data_received(data)
        if not self._began:
            self._received += len(data)
        if self._received - self._body > MOST_HEAD + 16 * self._body:
            self.transport.close()

    def on_response_complete(self) -> None:
        """Send a head that nothing followed."""
        self.transport.flush()  # type: ignore[attr-defined]
        super().on_response_complete()


class _Gathering:
    """A transport that sends the head of a reply together with what is written next.

    The web server writes the two apart, and each write would be a system call and a packet: for a
    small reply a tenth of everything that it costs.
    """

    def __init__(self, transport: Any) -> None:
        self._transport, self._head = transport, b""
        self.is_closing = transport.is_closing
        self.pause_reading, self.resume_reading = transport.pause_reading, transport.resume_reading

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Hold a head back; write anything else, after the head that is held if one is."""
        if self._head:
            self._head, data = b"", self._head + data
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 1"):
            self._head = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        """Write a head that is held."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Write what is held, then close."""
        self.flush()
        self._transport.close()
