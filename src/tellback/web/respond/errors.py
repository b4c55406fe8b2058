"""The pages for what goes wrong anywhere under ``/-/``."""

from typing import Any

import structlog
from litestar.exceptions import HTTPException
from litestar.response import Template

from tellback.core.errors import Overloaded
from tellback.web.respond.page import AnyRequest, message, reader_for

log = structlog.get_logger()
#: Whoever mistypes an address below here comes from the dashboard, and may go back to it.
_DASHBOARD, _PROJECTS = "/-/", "/-/p/"


def refused(request: AnyRequest, error: HTTPException) -> Template:
    """The page for a request that cannot be served as it is."""
    if error.status_code >= 500:
        return failed(request, error)
    headers = {name: str(value) for name, value in (error.headers or {}).items()}
    home = _DASHBOARD if request.url.path.startswith(_PROJECTS) else ""
    reader = reader_for(request)
    return message("missing", reader, status=error.status_code, headers=headers, home=home)


def failed(request: AnyRequest, error: Exception) -> Template:
    """The page for a fault of ours. What it was is for the log alone."""
    log.error("page failed", method=request.method, route=_route(request), exc_info=error)
    return message("failed", reader_for(request), status=500)


def overloaded(request: AnyRequest, error: Overloaded) -> Template:
    """The page for a moment in which too much waits already."""
    headers = {"Retry-After": str(error.retry_after)}
    return message("failed", reader_for(request), status=503, headers=headers)


def _route(request: AnyRequest) -> str:
    """The route and not the path, which may hold somebody's token."""
    handler = request.scope.get("route_handler")
    return str(handler) if handler else "none"


#: For `build_pages`: which errors have which page.
ERROR_PAGES: dict[type[Exception], Any] = {
    HTTPException: refused,
    Overloaded: overloaded,
    Exception: failed,
}
