"""Takes the pictures of docs/dashboard.md and of the README, from a demo of its own.

`make screenshots` runs it. The demo's answers are made up and the same for everybody, but end
today, so the pictures change with each run: take them when a page has changed.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright

from tools.ensure_chromium import FLAGS, find_chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
_WIDE, _PHONE = (1280, 800), (390, 780)
_PATIENCE = 60
_SURVEY, _PUBLIC = "main table a", "main a.breaks[target=_blank]"
_RUNNING = re.compile(
    r"running on (?P<url>\S+) .*?Open\s+\S+(?P<home>/-/p/\S+/).*?"
    r"Sign in\s+(?P<email>\S+)\s+with the password\s+(?P<password>\S+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, the page below the project's, in which light and on what screen.

    ``follow`` are links to go on by from that page, ``rest`` is how long to look first (ms).
    """

    name: str
    path: str
    scheme: str = "light"
    size: tuple[int, int] = _WIDE
    follow: tuple[str, ...] = ()
    rest: int = 300


SHOTS = (
    Shot("overview", "?period=90"),
    Shot("overview-dark", "?period=90", "dark"),
    Shot("overview-phone", "?period=90", size=_PHONE),
    Shot("responses", "responses", follow=("main .readings a",)),
    Shot("responses-phone", "responses", size=_PHONE),
    Shot("compare", "responses/compare?a=rating%3Dbad"),
    Shot("comments", "comments?period=90"),
    Shot("conversations", "conversations?period=90"),
    Shot("people", "people"),
    Shot("person", "people?who=customer-7"),
    Shot("surveys", "surveys"),
    Shot("survey", "surveys", follow=(_SURVEY,)),
    Shot("editor", "surveys", follow=(_SURVEY, "main a.button[href$='/edit']"), rest=1_500),
    Shot("survey-page", "surveys", follow=(_SURVEY, _PUBLIC), size=_PHONE),
    Shot("survey-page-dark", "surveys", "dark", follow=(_SURVEY, _PUBLIC)),
    Shot("invitations", "invitations"),
    Shot("invitation", "invitations", follow=("table.list tbody a",)),
    Shot("ask", "invitations/ask"),
    Shot("outbox", "outbox", follow=("table.list tbody a",)),
    Shot("connect", "connect"),
    Shot("rejected", "rejected"),
    Shot("settings", "settings"),
    Shot("members", "members"),
    Shot("widget", "widget", rest=4_000),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo, and who may sign in."""

    url: str
    home: str
    email: str
    password: str


@contextmanager
def running_demo() -> Iterator[Demo]:
    """A demo on a free port and an empty directory; gone afterwards."""
    tellback = Path(sys.executable).with_name("tellback")
    with tempfile.TemporaryDirectory() as data:
        printed = Path(data) / "printed.txt"
        with printed.open("w") as output:
            command = [str(tellback), "demo", "--port", "0", "--data", f"{data}/demo"]
            demo = subprocess.Popen(command, stdout=output)
        try:
            yield _await(printed)
        finally:
            demo.terminate()
            demo.wait()


def _await(printed: Path) -> Demo:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if found := _RUNNING.search(printed.read_text()):
            return Demo(**found.groupdict())
        time.sleep(0.1)
    raise TimeoutError("the demo did not start")


def take(browser: Browser, demo: Demo, folder: Path) -> None:
    """All pictures."""
    signing_in = browser.new_page()
    signing_in.goto(f"{demo.url}/-/login")
    signing_in.fill("[name=email]", demo.email)
    signing_in.fill("[name=password]", demo.password)
    with signing_in.expect_navigation():
        signing_in.click("button[type=submit]")
    state = signing_in.context.storage_state()
    for shot in SHOTS:
        width, height = shot.size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if shot.scheme == "dark" else "light",
            locale="en-GB",
            storage_state=state,
        )
        page = context.new_page()
        _go(page, demo, shot)
        page.screenshot(path=folder / f"{shot.name}.png")
        context.close()


def _go(page: Page, demo: Demo, shot: Shot) -> None:
    page.goto(f"{demo.url}{demo.home}{shot.path}", wait_until="networkidle")
    for link in shot.follow:
        address = page.locator(link).first.get_attribute("href")
        page.goto(urljoin(page.url, address), wait_until="networkidle")
    page.wait_for_timeout(shot.rest)


def main() -> None:
    """Take all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    with running_demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        take(browser, demo, FOLDER)
        browser.close()


if __name__ == "__main__":
    main()
