"""Who comes in: sessions, their cookies, and what each visitor may see. Every request passes here.

A route says what it needs in its ``opt``: ``public=True`` needs nobody, ``area=…`` needs a member
of the project in the path whose role sees that area. Everything else needs somebody signed in.
What a page asks for ``by_itself=True`` prolongs no session.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.response import Redirect

from tellback.actions.sign_in import LIFETIME, extend_sessions
from tellback.core.errors import Overloaded
from tellback.core.instants import HOUR, SECOND
from tellback.core.users import SEES, Area, Membership, User, Visitor
from tellback.store.ids import new_token
from tellback.store.sessions import find_visitor
from tellback.web.dashboard.forgery import is_ours
from tellback.web.pages import Site

AnyRequest = Request[Any, Any, Any]
#: A session is prolonged when it is used, but not at every click.
_PROLONG_AFTER = HOUR
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HOME, SIGN_IN = "/-/", "/-/login"


class NotYourArea(PermissionDeniedException):
    """A member asked for what their role does not show."""


class StaleForm(PermissionDeniedException):
    """A form came that was not made by us for this visitor."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known about whoever sent a request.

    ``secret`` is what their form tokens are made from: the session's token, or for somebody who is
    not signed in the value of another cookie. ``prolonged`` says that the cookie must be set again.
    """

    visitor: Visitor | None
    secret: str
    prolonged: bool = False

    @property
    def user(self) -> User:
        """Who is signed in; the door has made sure that somebody is."""
        assert self.visitor is not None  # noqa: S101 - public pages do not ask
        return self.visitor.user

    @property
    def membership(self) -> Membership:
        """Their part in the project of the path; the door has made sure that there is one."""
        assert self.visitor is not None  # noqa: S101
        assert self.visitor.membership is not None  # noqa: S101 - only routes with an area ask
        return self.visitor.membership


@dataclass(frozen=True, slots=True)
class Door:
    """Lets requests in or sends them away."""

    site: Site

    async def admit(self, request: AnyRequest) -> Response[Any] | None:
        """Let a request pass (None), or answer it: called before every handler."""
        self.site.pace.check()
        visitor, token = await self._visitor(request)
        secret = token if visitor else request.cookies.get(self._cookie("form", request))
        # Set before anything is refused: pages of refusal are for somebody, too.
        request.state.entry = Entry(visitor, secret or new_token())
        public_url = self.site.config.public_url
        if request.method not in _SAFE and not await is_ours(request, secret, public_url):
            raise StaleForm
        needs = request.route_handler.opt
        if visitor is None:
            return None if needs.get("public") else Redirect(_sign_in_url(request), status_code=303)
        if "slug" in request.path_params:
            _check_area(visitor, needs["area"])
        # A page that asks by itself is no sign that somebody is there.
        if not needs.get("by_itself") and await self._prolong(visitor, token):
            request.state.entry = Entry(visitor, token, prolonged=True)
        return None

    def session_cookie(self, request: AnyRequest, token: str) -> Cookie:
        """The cookie of somebody who is signed in."""
        return self._make("session", request, token, LIFETIME // SECOND)

    def form_cookie(self, request: AnyRequest, secret: str) -> Cookie:
        """The cookie behind the forms of somebody who is not signed in; gone with the browser."""
        return self._make("form", request, secret, None)

    def farewell_cookie(self, request: AnyRequest) -> Cookie:
        """Takes the session's cookie away."""
        return self._make("session", request, "", 0)

    async def _visitor(self, request: AnyRequest) -> tuple[Visitor | None, str]:
        token = request.cookies.get(self._cookie("session", request), "")
        if not token:
            return None, ""
        slug = request.path_params.get("slug")
        now = self.site.database.clock()
        return await self.site.database.read(find_visitor, token, slug, now), token

    async def _prolong(self, visitor: Visitor, token: str) -> bool:
        if visitor.expires_at - self.site.database.clock() > LIFETIME - _PROLONG_AFTER:
            return False
        try:
            await self.site.database.write_one(extend_sessions, token)
        except Overloaded:
            return False
        return True

    def _make(self, name: str, request: AnyRequest, value: str, max_age: int | None) -> Cookie:
        return Cookie(
            self._cookie(name, request),
            value=value,
            max_age=max_age,
            secure=self._is_https(request) or None,
            httponly=True,
            samesite="lax",
        )

    def _cookie(self, name: str, request: AnyRequest) -> str:
        # A browser takes a cookie called __Host- from this very host only, and only over https.
        prefix = "__Host-" if self._is_https(request) else ""
        return f"{prefix}tellback-{name}"

    def _is_https(self, request: AnyRequest) -> bool:
        url = self.site.config.public_url
        return url.startswith("https:") if url else request.url.scheme == "https"


def entry_of(request: AnyRequest) -> Entry:
    """Who sent this request."""
    entry: Entry = request.state.entry
    return entry


def safe_target(target: object) -> str:
    """Where to go after signing in: a page of ours, whatever a link asked for."""
    if not isinstance(target, str) or not target.startswith(HOME):
        return HOME
    # Browsers read a backslash as a slash and skip control characters.
    plain = target.isascii() and target.isprintable() and "\\" not in target
    parts = urlsplit(target)
    return target if plain and not parts.netloc and not parts.scheme else HOME


def _sign_in_url(request: AnyRequest) -> str:
    if request.method not in _SAFE or request.url.path in {"/", "/-", HOME}:
        return SIGN_IN
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{SIGN_IN}?{urlencode({'next': request.url.path + query})}"


def _check_area(visitor: Visitor, area: Area) -> None:
    # Whether the project does not exist or is not theirs must look the same.
    if visitor.membership is None:
        raise NotFoundException
    if area not in SEES[visitor.membership.role]:
        raise NotYourArea
