"""Finds the Chromium that the browser tests drive, and installs one where there is none.

``python -m tools.ensure_chromium`` installs; tests ask `find_chromium` and pass `FLAGS`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SETTING = "TELLBACK_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Root has no sandbox to run in; the rest keeps the browser from looking for hosts on the internet.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The library is what Playwright's own driver lacks on a bare machine.
PACKAGES = ("chromium", "fonts-liberation", "libatomic1")
_FAILED = f"""\
The browser tests need Chromium or Chrome and what Playwright drives it with; not all of it could
be found or installed.
Install one (on Debian: sudo apt-get install {" ".join(PACKAGES)})
or name one in {SETTING}."""
_PLAYWRIGHT_PATH = """\
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)"""


def find_chromium() -> str | None:
    """The path of a browser that starts; the one named in the environment, if any, or none."""
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    if named := os.environ.get(SETTING):
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))
    if path := _ask_playwright():
        yield path


def _ask_playwright() -> str:
    """Where Playwright keeps its own browser, there or not; nothing where it cannot run.

    Asked in a process of its own, for tests may call this from within an event loop.
    """
    command = [sys.executable, "-c", _PLAYWRIGHT_PATH]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _starts(path: str) -> bool:
    """Ubuntu's package is a stub that only says where to get the browser; so it is asked."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def install_chromium() -> None:
    """Try the ways that need no password, one after the other; `is_ready` tells if one did."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        script = Path(__file__).with_name("apt_install.sh")
        subprocess.run([script, *PACKAGES], check=False)
        if is_ready():
            return
    print("Installing Playwright's Chromium", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def is_ready() -> bool:
    """Whether there is a browser, and Playwright can run to drive it."""
    return bool(find_chromium() and _ask_playwright())


def main() -> int:
    """Install a browser unless there is one. 1 when that did not help."""
    if is_ready():
        return 0
    if not os.environ.get(SETTING):
        install_chromium()
        if is_ready():
            return 0
    print(_FAILED, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
