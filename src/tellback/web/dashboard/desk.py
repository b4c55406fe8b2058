"""What every page of the dashboard is made with: templates, sessions, counts."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import MediaType

from tellback.core.model import Project
from tellback.core.users import SEES
from tellback.dialects.native import OWN_TITLES
from tellback.web.bidi import neutral
from tellback.web.dashboard.attempts import Attempts
from tellback.web.dashboard.clock import Clock
from tellback.web.dashboard.door import AnyRequest, Door, Entry, entry_of
from tellback.web.dashboard.figures import Counter
from tellback.web.dashboard.forgery import FIELD, form_token
from tellback.web.dashboard.navigation import first_page, navigation_for
from tellback.web.dashboard.numbers import FILTERS
from tellback.web.dashboard.passwords import Passwords
from tellback.web.dashboard.values import in_words, opening
from tellback.web.exports import OFFERED
from tellback.web.pages import HEADERS, HOME, Site

_STATIC = HOME / "static" / "dashboard"
#: Pages hold personal data, so no cache may keep them. Our own forms must say where they come from.
_HEADERS = {**HEADERS, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


@dataclass(slots=True)
class Desk:
    """Everything that the handlers share, made once per application."""

    site: Site
    door: Door = field(init=False)
    attempts: Attempts = field(init=False)
    counter: Counter = field(init=False)
    passwords: Passwords = field(default_factory=Passwords)
    environment: Environment = field(init=False)

    def __post_init__(self) -> None:
        self.door = Door(self.site)
        self.attempts = Attempts(self.site.database.clock)
        self.counter = Counter(self.site.database)
        self.environment = _environment(self.wires)

    @property
    def wires(self) -> dict[str, str]:
        """The titles of all wires by name, our own API last."""
        titles = {name: dialect.title for name, dialect in self.site.dialects.items()}
        return {**titles, **OWN_TITLES}

    def clock(self, project: Project | None = None) -> Clock:
        """This moment on a project's clock; in UTC without one."""
        now = self.site.database.clock()
        return Clock(now, project.settings.zone() if project else ZoneInfo("UTC"))

    def page(
        self,
        request: AnyRequest,
        template: str,
        *,
        status: int = 200,
        cookies: Iterable[Cookie] = (),
        **context: Any,
    ) -> Response[str]:
        """A page for whoever sent the request."""
        entry = entry_of(request)
        kept = list(cookies)
        if entry.prolonged:
            kept.append(self.door.session_cookie(request, entry.secret))
        html = self.environment.get_template(template).render(
            {**self._around(request, entry), **context}
        )
        return Response(
            html, media_type=MediaType.HTML, status_code=status, headers=_HEADERS, cookies=kept
        )

    def base_url(self, request: AnyRequest) -> str:
        """How this server is reached from outside, without a slash at the end."""
        configured = self.site.config.public_url.rstrip("/")
        return configured or str(request.base_url).rstrip("/")

    def _around(self, request: AnyRequest, entry: Entry) -> dict[str, Any]:
        """What every template may count on."""
        visitor = entry.visitor
        membership = visitor.membership if visitor else None
        project = membership.project if membership else None
        return {
            "form_field": FIELD,
            "form_token": form_token(entry.secret),
            "path": request.url.path,
            "clock": self.clock(project),
            "visitor": visitor,
            "membership": membership,
            "project": project,
            "home": f"/-/p/{project.slug}/" if project else "/-/",
            "areas": SEES[membership.role] if membership else frozenset(),
            "navigation": navigation_for(membership.role) if membership else [],
            "section": None,
        }


def _environment(titles: Mapping[str, str]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HOME / "templates" / "dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=neutral,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.filters.update(opening=opening, in_words=in_words)
    environment.filters["first_page"] = first_page
    environment.filters["wire"] = lambda name: titles.get(name, name)
    environment.globals["asset"] = _assets()
    environment.globals["formats"] = OFFERED
    return environment


def _assets() -> Any:
    """Paths of our static files with a part that changes with them, so that none is stale."""
    paths = {
        file.name: f"/-/static/dashboard/{file.name}?v={_digest(file.read_bytes())}"
        for file in _STATIC.iterdir()
        if file.is_file()
    }
    return paths.__getitem__


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


#: What a handler declares to be given the desk.
GivenDesk = NamedDependency[Desk]
