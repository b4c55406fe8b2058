"""Every page of the dashboard, for everybody who may see it and who may not, in every light.

The pages come from the route table, so that none is forgotten. What axe, the console, the policy
and the width of a screen say of them is the same on every database, so one is enough.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from litestar.handlers import BaseRouteHandler
from playwright.sync_api import Browser, Page, Response, expect

from tellback.core.users import SEES, Role
from tellback.web.dashboard.router import HANDLERS
from tellback.web.pages import CONTENT_SECURITY_POLICY
from tests.journeys.browsing import (
    NARROW,
    OF_COLOURS,
    WIDE,
    Browse,
    Open,
    Watch,
    browsing,
    flaws,
    scrolls_sideways,
    sign_in,
)
from tests.journeys.furnished import Site

pytestmark = [pytest.mark.engine("sqlite")]
#: Who walks: somebody of each role in both projects.
WALKERS = {
    Role.OWNER: "alice@example.com",
    Role.ANALYST: "erin@example.com",
    Role.AGENT: "zoe@example.com",
}
SHOP = "/-/p/shop"
#: Pages that say of themselves that something is wrong. Others' responses are none for an agent,
#: who does not search by what people are like either.
STATUS = {"missing": 404, "responses by a mistake": 400}
STATUS_FOR_AGENTS = {"missing": 404, "a response": 404}
#: What a browser may go to and is not walked here, and why.
ELSEWHERE = {
    "/": "leads to the projects",
    "/-/login": "is for who has not signed in; test_dashboard_browser.py goes there",
    "/-/password/{token}": "is for who has no password yet; test_roles_browser.py goes there",
    f"{SHOP}/responses/newer": "a number for a script",
    f"{SHOP}/responses/live": "a stream for a script; test_live_browser.py listens to it",
    f"{SHOP}/responses/{{id}}/pane": "a piece of a page",
    f"{SHOP}/responses/export": "a file",
    f"{SHOP}/invitations/export": "a file",
    f"{SHOP}/people/export": "a file",
    f"{SHOP}/conversations/export": "a file",
    f"{SHOP}/comments/export": "a file",
    f"{SHOP}/rejected/export": "a file",
    f"{SHOP}/people/{{id}}/export": "a file",
    f"{SHOP}/surveys/{{key}}/file": "a file",
    f"{SHOP}/surveys/{{key}}/preview/page": "a respondent's page, framed in the preview",
    f"{SHOP}/surveys/{{key}}/preview/mail": "a mail, framed in the preview",
    f"{SHOP}/surveys/{{key}}/preview/widget": "somebody's page, framed in the preview",
    f"{SHOP}/widget-preview.js": "a script of that page",
    f"{SHOP}/invitations/ask/mail/{{id}}": "a mail, framed in what would be sent",
    f"{SHOP}/outbox/{{id}}/html": "a mail, framed in its page",
    f"{SHOP}/rejected/{{id}}/body": "a file",
    f"{SHOP}/look": "a piece of the settings",
    f"{SHOP}/look/page": "a respondent's page, framed in the look",
    f"{SHOP}/look/mail": "a mail, framed in the look",
    f"{SHOP}/widget": "a made-up shop around the widget; test_widget_browser.py goes there",
}
#: What a page may weigh for who comes for the first time, with all that it loads, in bytes. Pages
#: are not compressed on their way (see web/pages.py), so this is more than they weigh by gzip.
HEAVIEST = 150_000
_OPEN_FOLDS = "for (const fold of document.querySelectorAll('main details')) fold.open = true"
_LINKS = "links => links.map(link => link.getAttribute('href'))"

ROUTES: dict[str, BaseRouteHandler] = {
    path.replace("{slug:str}", "shop").replace(":str}", "}"): handler
    for handler in HANDLERS
    if "GET" in handler.http_methods
    for path in handler.paths
}
_PATTERNS = {
    route: re.escape(route).replace(r"\{id\}", "[0-9a-f]{32}").replace(r"\{key\}", r"[\w-]+")
    for route in ROUTES
}


def route_of(address: str) -> str:
    """The route that an address belongs to, in any project."""
    path = re.sub("^/-/p/[^/]+", SHOP, urlsplit(address).path).rstrip("/") or "/"
    if path in ROUTES:
        return path
    found = [route for route, pattern in _PATTERNS.items() if re.fullmatch(pattern, path)]
    assert len(found) == 1, f"{address} is no page of the dashboard"
    return found[0]


def is_refused(role: Role, address: str) -> bool:
    """Whether a page is not for a role."""
    area = ROUTES[route_of(address)].opt.get("area")
    return area is not None and area not in SEES[role]


def status_of(role: Role, name: str, address: str) -> int:
    """What a page answers to a role."""
    own = STATUS_FOR_AGENTS if role is Role.AGENT else STATUS
    return own.get(name) or (403 if is_refused(role, address) else 200)


def test_everybody_walks_every_page(site: Site) -> None:
    assert set(WALKERS) == set(Role)
    walked = {route_of(address) for address in site.pages.values()}
    assert set(ROUTES) - walked - set(ELSEWHERE) == set(), "furnished.py names no such page"
    assert set(ELSEWHERE) - set(ROUTES) == set(), "there is no such route any more"
    assert set(ELSEWHERE) & walked == set(), "what is walked is no exception"


def test_what_breaks_the_policy_is_heard(browser: Browser) -> None:
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Content-Type": "text/html"}
    body = "<title>Red</title><body style='color: red'>"
    heard = pytest.raises(AssertionError, match="policy: style-src")
    with heard, browsing(browser) as open_page:
        page, _ = open_page()
        page.route("**/*", lambda route: route.fulfill(body=body, headers=headers))
        page.goto("http://127.0.0.1/")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("role", WALKERS)
def test_every_page_is_fit_for_everybody(site: Site, open_page: Open, role: Role) -> None:
    page, watch = open_page(base_url=site.url)
    sign_in(page, WALKERS[role])
    # Each page as somebody finds it who has never been there.
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    wrong = {}
    for name, address in site.pages.items():
        watch.loaded.clear()
        reply = page.goto(address)
        expected = status_of(role, name, address)
        found = [*said(reply, expected), *dead_ends(page, role)]
        if expected != 403:
            found += [*heaviness(watch), *looks(page)]
        if found:
            wrong[name] = found
    assert wrong == {}
    assert watch.hosts - {""} == {urlsplit(site.url).netloc}


def test_a_refusal_is_fit_for_everybody(browse: Browse) -> None:
    page = browse("bob@example.com")
    for address, title in (
        ("/-/p/shop/outbox", "Your role does not show this page"),
        ("/-/p/brand-new/", "There is nothing here"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        assert list(looks(page)) == []


def said(reply: Response | None, expected: int) -> Iterator[str]:
    """Whether a page has its status."""
    assert reply is not None
    if reply.status != expected:
        yield f"status {reply.status} and not {expected}"


def dead_ends(page: Page, role: Role) -> Iterator[str]:
    """Links to what somebody may not see; a link to what is no page at all fails at once."""
    ours = "a[href^='/-/']:not([href^='/-/r/'], [href^='/-/s/'], [href^='/-/api/'])"
    for address in page.locator(ours).evaluate_all(_LINKS):
        if is_refused(role, address):
            yield f"leads to {address}"


def heaviness(watch: Watch) -> Iterator[str]:
    """Whether a page weighs too much with all that it loads."""
    if not 1_000 < watch.weight <= HEAVIEST:
        yield f"weighs {watch.weight} bytes"


def looks(page: Page) -> Iterator[str]:
    """What is wrong with the looks of a page, on two screens and in two lights.

    What axe says of the structure depends on the screen alone, of the colours on both.
    """
    page.evaluate(_OPEN_FOLDS)
    rules: tuple[str, ...]
    for screen, size in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme, rules in (("light", ()), ("dark", OF_COLOURS)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            yield from (f"{screen}, {scheme}: {flaw}" for flaw in flaws(page, *rules))
        if wider := scrolls_sideways(page):
            yield f"{screen}: {wider} pixels too wide"
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
