"""What is told of every request: counts, a line in the log, and the id that its lines share."""

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

import structlog

from tellback.telemetry.figures import Figures

log = structlog.get_logger()
#: The id of the request that is being served; empty outside of one.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
#: What proxies and tracing tools make. Too narrow for an address or a name.
_GIVEN = re.compile(rb"[0-9A-Za-z-]{16,64}")
#: Where an application says, in a request's scope, which of its operations it was.
OPERATION = "tellback.operation"
#: Where it says, before it replies, that the reply lasts for as long as the caller likes.
LASTING = "tellback.lasting"


class Telemetry:
    """Where the parts of a process tell what they have done.

    With ``log_all`` every request has a line, otherwise only those that were refused or failed:
    a line costs a fifth of what storing a response does. ``traces``: whether `committed` wants to
    know the requests whose jobs these were.
    """

    traces = False

    def __init__(self, figures: Figures | None = None, *, log_all: bool = False) -> None:
        self.figures = figures or Figures()
        self._log_all = log_all

    def request(self, wire: str, operation: str, method: str, status: int, began: float) -> None:
        """Tell of a request that was answered; ``began`` by `time.perf_counter`."""
        seconds = time.perf_counter() - began
        self.figures.count_request(wire, operation, status, seconds)
        if self._log_all or status >= 400:
            _line(status)(
                "request",
                wire=wire,
                operation=operation,
                method=method,
                status=status,
                ms=round(seconds * 1000, 2),
            )

    def refused(self, wire: str, kinds: Iterable[str]) -> None:
        """Count what a wire has refused, by the kinds of the errors."""
        for kind in kinds:
            self.figures.refused[wire, kind] += 1

    def waited(self, seconds: float) -> None:
        """Tell how long the first of a run's jobs has waited for the writer."""
        self.figures.waits.observe(seconds)

    def committed(
        self,
        action: str,
        jobs: int,
        began: float,
        facts: Mapping[tuple[str, ...], int],
        requests: Sequence[str] = (),
    ) -> None:
        """Tell of jobs that are on disk, and of what has come about with them."""
        self.figures.count_commit(jobs, time.perf_counter() - began, facts)

    def failed(self, action: str, jobs: int) -> None:
        """Tell of jobs that could not be carried out."""
        self.figures.failed[action] += jobs

    def mailed(self, invitation_id: str, result: str, began: float) -> None:
        """Tell what came of a mail, from when it was taken in hand until that was on disk."""

    def wrap(self, app: Any, untold: Collection[str]) -> Any:
        """An application to serve in its place; nothing is told of the paths of ``untold``."""
        return app

    def close(self) -> None:
        """Pass on what has been told and not yet passed on."""


def given_id(headers: Mapping[bytes, bytes] | Iterable[tuple[bytes, bytes]]) -> str | None:
    """The id that a proxy has given the request, if it is one that the log may show."""
    given = dict(headers).get(b"x-request-id")
    return given.decode() if given and _GIVEN.fullmatch(given) else None


class Told:
    """An application whose requests are told of; each reply names the request's id."""

    def __init__(
        self, app: Any, wire: str, telemetry: Telemetry, new_id: Callable[[], str]
    ) -> None:
        self.app, self._wire = app, wire
        self._telemetry, self._new_id = telemetry, new_id

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, or the server's life-cycle messages."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, told = time.perf_counter(), 0, False
        request_id = given_id(scope["headers"]) or self._new_id()
        REQUEST_ID.set(request_id)

        async def tell(message: Any) -> None:
            nonlocal status, told
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
                message = {**message, "headers": headers}
            await send(message)
            if LASTING in scope and not told:
                # Told of now: how long somebody stays is not how long we take.
                told = True
                self._tell(scope, status, began)

        await self.app(scope, receive, tell)
        if status and not told:
            self._tell(scope, status, began)

    def _tell(self, scope: Any, status: int, began: float) -> None:
        # Pages have no names: their path's form stands for them, never the path itself.
        operation = scope.get(OPERATION) or scope.get("path_template") or "unknown"
        self._telemetry.request(self._wire, operation, scope["method"], status, began)


def _line(status: int) -> Callable[..., None]:
    if status >= 500:
        return log.warning  # type: ignore[no-any-return]
    return log.info if status >= 400 else log.debug  # type: ignore[no-any-return]
