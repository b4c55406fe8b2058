"""Our own pages under ``/-/``: what they share, and the application that serves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.middleware.base import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from tellback.config import Config
from tellback.dialects.contract import Dialect
from tellback.dialects.limits import RateLimiter
from tellback.store.database import Database
from tellback.store.response_feed import find_newest
from tellback.telemetry.pace import Pace
from tellback.web.bidi import neutral
from tellback.web.news import News

HOME = Path(__file__).parent
#: No inline code or style, nothing from elsewhere, in no one's frame.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: Only our own sheets and scripts are compressed, which are the same for everybody: the length of a
#: page would tell a stranger, whose words are on it, what is secret beside them (BREACH).
_COMPRESSED = DefineMiddleware(CompressionMiddleware, config=CompressionConfig("gzip"))
#: What every reply carries that does not say otherwise.
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What pages work with. ``limiter`` counts what strangers send, ``news`` tells open pages."""

    config: Config
    database: Database
    dialects: Mapping[str, Dialect]
    pace: Pace = field(default_factory=Pace)
    limiter: RateLimiter = field(init=False)
    news: News = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limiter", RateLimiter(self.now))
        object.__setattr__(self, "news", News(lambda ids: self.database.look(find_newest, ids)))

    def now(self) -> int:
        """What time it is, in ms."""
        return self.database.clock()


def build_pages(
    site: Site, handlers: Sequence[Any], exception_handlers: Mapping[Any, Any] | None = None
) -> Litestar:
    """The application of everything under ``/-/``; handlers find `Site` as ``state.site``.

    ``exception_handlers`` make the reply where a handler's own router has none for an error.
    """
    static = create_static_files_router(
        path="/-/static", directories=[HOME / "static"], middleware=[_COMPRESSED]
    )
    return Litestar(
        [static, *handlers],
        state=State({"site": site}),
        template_config=TemplateConfig(
            directory=HOME / "templates", engine=JinjaTemplateEngine, engine_callback=_set_up
        ),
        before_request=_check_pace,
        after_request=_with_headers,
        exception_handlers=dict(exception_handlers or {}),
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def _set_up(engine: JinjaTemplateEngine) -> None:
    engine.engine.finalize = neutral
    # Templates come with the program: to look at each file for each page is in vain.
    engine.engine.auto_reload = False


async def _check_pace(request: Request[Any, Any, Any]) -> None:
    """Refuse who would wait for too long. What somebody has typed is not thrown away at the door.

    A handler that is ``never_hurried`` shows it again where the database takes nothing more.
    """
    if not request.route_handler.opt.get("never_hurried"):
        site_of(request).pace.check()


async def _with_headers(response: Response[Any]) -> Response[Any]:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def site_of(request: Request[Any, Any, Any]) -> Site:
    """The `Site` of the application that serves this request."""
    site: Site = request.app.state.site
    return site
