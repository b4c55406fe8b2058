"""Our pages in a real browser: what they load, what sticks out, and what is fit for everybody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tools.ensure_chromium import FLAGS, find_chromium

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
#: What a page may weigh with all that it loads, in bytes.
HEAVIEST = 20_000
#: What a thumb hits (WCAG 2.5.5 asks for 44 pixels; a cell of eleven may be narrower, not lower).
TAPPED = 44
CONDITIONS = {
    "wide and light": {"viewport": WIDE, "color_scheme": "light"},
    "narrow and dark": {"viewport": NARROW, "color_scheme": "dark", "has_touch": True},
}

Open = Callable[..., tuple[Page, "Watch"]]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield opened
        opened.close()


class Watch:
    """What a page loads, and what the browser complains of."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self._page = 0
        self._parts: dict[str, int] = {}
        context.on("console", lambda message: self.complaints.append(message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("requestfinished", self._weigh)
        context.on("requestfailed", lambda request: self.complaints.append(request.url))

    @property
    def weight(self) -> int:
        """The bytes of the last page with all that it needs, however much of that was kept."""
        return self._page + sum(self._parts.values())

    def _weigh(self, request: Any) -> None:
        self.hosts.add(urlsplit(request.url).netloc)
        if request.url.startswith("data:"):
            return
        sizes = request.sizes()
        size = sizes["responseBodySize"] + sizes["responseHeadersSize"]
        if request.is_navigation_request():
            self._page = size
        else:
            self._parts[request.url] = max(size, self._parts.get(request.url, 0))


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
        # A page with a status above 399 is none to complain of.
        bad = [text for text in watch.complaints if "status of 4" not in text]
        assert not bad, str(bad)


def press(page: Page, what: Locator) -> None:
    """Press something, and wait for the page that it leads to."""
    with page.expect_navigation():
        what.click()


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


def is_fit_for_everybody(page: Page, watch: Watch, url: str) -> None:
    """Readable and usable with any eyes, hands and screen; light, and by itself."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert watch.hosts - {""} == {urlsplit(url).netloc}
    assert 1_000 < watch.weight <= HEAVIEST
    inline = "script:not([src]), style, [style]"
    assert page.evaluate("what => document.querySelectorAll(what).length", inline) == 0
    assert overflowing(page) == []
    assert too_small(page) == []
