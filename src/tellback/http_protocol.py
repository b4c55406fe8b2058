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
    _idle_since: float | None = None

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

    def on_response_complete(self) -> None:
        """Go on with the next request, or wait for one."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_after(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super()._unset_keepalive_if_required()
        super().connection_lost(exc)

    def _unset_keepalive_if_required(self) -> None:
        """Note that the connection is in use; its timer stays as it is.

        Of a timer for each request and not each connection 2 of the 170 µs would be spent.
        """
        self._idle_since = None

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it has been idle for long enough, or else look again later."""
        self.timeout_keep_alive_task = None
        if self.transport.is_closing():
            return
        idle = 0.0 if self._idle_since is None else self.loop.time() - self._idle_since
        if self._idle_since is None or idle < self.timeout_keep_alive:
            self._look_after(self.timeout_keep_alive - idle)
        else:
            self.transport.close()

    def _look_after(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )
