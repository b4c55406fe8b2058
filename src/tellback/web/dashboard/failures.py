"""Pages for what goes wrong."""

from dataclasses import dataclass
from typing import Any

import structlog
from litestar import Response
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from tellback.core.errors import Overloaded, Unavailable
from tellback.store.ids import new_token
from tellback.web.dashboard.desk import Desk
from tellback.web.dashboard.door import AnyRequest, Entry, NotYourArea, StaleForm
from tellback.web.dashboard.wording import ROLES
from tellback.web.pages import HEADERS

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says that went wrong, and what to do about it."""

    title: str
    advice: str


_WORDS = {
    400: Words("That request is not clear", "Something in the address is not as it should be."),
    403: Words("This is not for you", "Somebody else may see it, but not you."),
    404: Words(
        "There is nothing here",
        "The address may be mistyped, the page may be gone, or it belongs to a project that you "
        "are not a member of.",
    ),
    405: Words("That does not work this way", "This address cannot be used like that."),
    413: Words("That is too much", "The form is larger than it could honestly be."),
    503: Words("Busy", "The server has much to do at the moment. Please try again shortly."),
}
_STALE = Words(
    "This form is out of date",
    "It was made for another session, or another site sent it. Nothing was changed. Go back, "
    "reload the page, and try again.",
)
_AWAY = Words(
    "The database does not answer",
    "What was stored before is safe. Please try again in a minute, and look whether your last "
    "change is there before you repeat it.",
)
_BROKEN = Words("Something broke", "It is our fault, and it has been logged. Please try again.")


@dataclass(frozen=True, slots=True)
class Failures:
    """Makes the reply where a page cannot be shown."""

    desk: Desk

    def refuse(self, request: AnyRequest, error: Exception) -> Response[Any]:
        """A reply to a request that will not do, or that failed through our fault."""
        status = 503 if isinstance(error, Overloaded) else getattr(error, "status_code", 500)
        if status == HTTP_500_INTERNAL_SERVER_ERROR:
            # The form of the path: what fills it may be somebody's.
            route = request.scope.get("path_template") or "unknown"
            log.error("page failed", route=route, exc_info=error)
        response = self._page(request, status, self._words(request, error, status))
        for name, value in (getattr(error, "headers", None) or {}).items():
            response.headers.setdefault(name, value)
        if isinstance(error, Overloaded):
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    def _words(self, request: AnyRequest, error: Exception, status: int) -> Words:
        if isinstance(error, StaleForm):
            return _STALE
        if isinstance(error, Unavailable):
            return _AWAY
        if isinstance(error, NotYourArea):
            role = request.state.entry.membership.role
            advice = f"You are {role} of this project. {ROLES[role]} An owner can change that."
            return Words("Your role does not show this page", advice)
        return _WORDS.get(status, _WORDS[400] if status < 500 else _BROKEN)

    def _page(self, request: AnyRequest, status: int, words: Words) -> Response[Any]:
        if "text/html" not in request.headers.get("accept", ""):
            content = {"error": words.title, "message": words.advice}
            return Response(content, status_code=status, headers=HEADERS)
        if not hasattr(request.state, "entry"):
            request.state.entry = Entry(None, new_token())
        return self.desk.page(request, "failure.html", status=status, words=words)
