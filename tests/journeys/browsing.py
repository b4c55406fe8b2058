"""Our pages in a real browser: what they load, what sticks out, and what is fit for everybody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.web.dashboard.people import PASSWORD
from tools.ensure_chromium import FLAGS, find_chromium

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
#: What a survey's page may weigh with all that it loads, in bytes.
HEAVIEST = 20_000
#: What a thumb hits (WCAG 2.5.5 asks for 44 pixels; a cell of eleven may be narrower, not lower).
TAPPED = 44
CONDITIONS = {
    "wide and light": {"viewport": WIDE, "color_scheme": "light"},
    "narrow and dark": {"viewport": NARROW, "color_scheme": "dark", "has_touch": True},
}
#: The rules that a page may break in one colour scheme and keep in the other.
OF_COLOURS = ("color-contrast", "link-in-text-block")
#: What is left when its page goes, such as a preview under way: nobody waits for it any more.
_LEFT_BEHIND = "net::ERR_ABORTED"
#: What is said of a page with a field that is to have the focus, where somebody types before it is
#: all there.
_TYPED_AT_ONCE = "Autofocus processing was blocked"
_TELL_BREACHES = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""

Open = Callable[..., tuple[Page, "Watch"]]
#: Opens the dashboard for somebody, or for nobody yet.
Browse = Callable[..., Page]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield opened
        opened.close()


class Watch:
    """What a page loads, and what the browser complains of: errors, warnings and its policy."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        #: Their sizes are asked for later: who asks at once may be answered by a closed browser.
        self.loaded: list[Request] = []
        context.add_init_script(_TELL_BREACHES)
        context.on("console", lambda message: self._hear(message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        context.on("requestfinished", self._keep)
        context.on("requestfailed", self._miss)

    @property
    def weight(self) -> int:
        """The bytes of the last page with all that it needs, however much of that was kept."""
        page, parts = 0, {}
        for request in self.loaded:
            if request.url.startswith("data:"):
                continue
            sizes = request.sizes()
            size = sizes["responseBodySize"] + sizes["responseHeadersSize"]
            if request.is_navigation_request() and request.frame.parent_frame is None:
                page = size
            else:
                parts[request.url] = max(size, parts.get(request.url, 0))
        return page + sum(parts.values())

    def _hear(self, text: str) -> None:
        # A page with a status above 399 is none to complain of, nor is being faster than it.
        if "status of 4" not in text and not text.startswith(_TYPED_AT_ONCE):
            self.complaints.append(text)

    def _keep(self, request: Request) -> None:
        self.loaded.append(request)

    def _miss(self, request: Request) -> None:
        if request.failure != _LEFT_BEHIND:
            self.complaints.append(f"{request.url}: {request.failure}")


@contextmanager
def browsing(browser: Browser) -> Iterator[Open]:
    """Opens pages with the given conditions; what the browser complains of fails the test."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(**conditions: Any) -> tuple[Page, Watch]:
        settings = {"locale": "en-GB", "viewport": WIDE, "color_scheme": "light", **conditions}
        context = browser.new_context(**settings)
        watch = Watch(context)
        opened.append((context, watch))
        return context.new_page(), watch

    yield open_page
    for context, watch in opened:
        context.close()
        assert not watch.complaints, str(watch.complaints)


def sign_in(page: Page, email: str) -> None:
    """Sign in to the dashboard by its form."""
    page.goto("/-/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def press(page: Page, what: Locator) -> None:
    """Press something, and wait for the page that it leads to."""
    with page.expect_navigation():
        what.click()


def tab_to(page: Page, what: Locator) -> None:
    """Go on by the keyboard until something has the focus, and see that it shows that."""
    expect(what).to_have_count(1)
    for _ in range(150):
        page.keyboard.press("Tab")
        if what.evaluate("element => element === document.activeElement"):
            focus_is_visible(page)
            return
    raise AssertionError("the keyboard does not get there")


def focus_is_visible(page: Page) -> None:
    """What has the focus, or the tile that stands for it, has a ring around it."""
    width = page.evaluate(
        """() => {
            const focused = document.activeElement;
            const shown = focused.nextElementSibling?.matches(".face")
                ? focused.nextElementSibling : focused;
            const style = getComputedStyle(shown);
            return style.outlineStyle === "solid" ? parseFloat(style.outlineWidth) : 0;
        }"""
    )
    assert width >= 2


def overflowing(page: Page) -> list[str]:
    """What sticks out to the side."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body, body *:not(.heard, .heard *)")]
            .filter(each => {
                const box = each.getBoundingClientRect();
                return box.right > innerWidth + 0.5 || box.left < -0.5;
            })
            .map(each => each.outerHTML.slice(0, 80))"""
    )
    return found


def scrolls_sideways(page: Page) -> int:
    """By how many pixels a page is wider than the screen; what scrolls by itself does not count."""
    wider: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider


def too_small(page: Page) -> list[str]:
    """What can be pressed and is hard to hit."""
    found: list[str] = page.evaluate(
        """least => [...document.querySelectorAll("button, input:not([type=hidden]), select")]
            .filter(each => each.checkVisibility())
            .map(each => [each, each.getBoundingClientRect()])
            .filter(([, box]) => box.height < least || box.width < 36)
            .map(([each]) => each.outerHTML.slice(0, 80))""",
        TAPPED,
    )
    return found


def flaws(page: Page, *rules: str, without: tuple[str, ...] = ()) -> list[str]:
    """What axe finds wrong with a page: by all its rules, by some, or by all but some."""
    options: dict[str, Any] = {
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in without},
    }
    if rules:
        options["runOnly"] = list(rules)
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]


def is_fit_for_everybody(page: Page, watch: Watch, url: str) -> None:
    """Readable and usable with any eyes, hands and screen; light, and by itself."""
    assert not (found := flaws(page)), found
    assert watch.hosts - {""} == {urlsplit(url).netloc}, watch.hosts
    assert 1_000 < watch.weight <= HEAVIEST, watch.weight
    inline = "script:not([src]), style, [style]"
    assert page.evaluate("what => document.querySelectorAll(what).length", inline) == 0
    assert not (found := overflowing(page)), found
    assert not (found := too_small(page)), found
