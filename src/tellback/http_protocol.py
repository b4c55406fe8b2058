"""What our web server adds to its HTTP protocol: bounded heads, and replies in one piece."""

import asyncio
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tellback.http_reply import Cycle

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

    def on_headers_complete(self) -> None:
        """Start the application; as the web server does, but with a cycle of ours."""
        version = self.parser.get_http_version()
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        self.scope["http_version"] = version
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["path"] = unquote(path) if "%" in path else path
        self.scope["raw_path"] = url.path
        self.scope["query_string"] = url.query or b""
        before, self.cycle = (
            self.cycle,
            Cycle(
                scope=self.scope,
                transport=self.transport,
                flow=self.flow,
                logger=self.logger,
                access_logger=self.access_logger,
                access_log=False,
                default_headers=self.server_state.default_headers,
                message_event=asyncio.Event(),
                expect_100_continue=self.expect_100_continue,
                keep_alive=version != "1.0" and self.parser.should_keep_alive(),
                on_response=self.on_response_complete,
            ),
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            # The caller does not wait for replies before it asks again: one after the other.
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))
