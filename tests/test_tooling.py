"""What sets the project up and runs its tests: the Makefile, the locks and tools/."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from playwright.async_api import async_playwright
from playwright.sync_api import sync_playwright

from tests.journeys.running import wait_until
from tools import ensure_chromium, ensure_postgresql
from tools.postgresql_server import NotStarted, running_postgresql

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    """The pinned version of each package in a lock file."""
    return {match["name"]: match["version"] for match in PINNED.finditer(lock.read_text())}


def declared() -> Iterator[tuple[str, str]]:
    """Each requirement of pyproject.toml, with the lock file that must pin it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    runtime = {"runtime": project["project"]["dependencies"]}
    groups = runtime | extras | project["dependency-groups"]
    for group, requirements in groups.items():
        yield from ((group, text) for text in requirements if isinstance(text, str))


# Locks


@pytest.mark.parametrize(("group", "text"), list(declared()))
def test_each_requirement_is_pinned(group: str, text: str) -> None:
    requirement = Requirement(text)
    version = pins(ROOT / "requirements" / f"{group}.txt").get(requirement.name)
    assert version, f"{text} is not locked: run make lock"
    assert requirement.specifier.contains(version), f"{text} is locked as {version}: make lock"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_each_pin_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    pinned = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert pinned
    assert all(PINNED.match(pin) and "--hash=sha256:" in pin for pin in pinned)
    assert not re.search(r"://|--(extra-)?index|--find-links", text)


def test_the_locks_agree() -> None:
    versions: dict[str, set[str]] = {}
    # The clients are in an environment of their own.
    for lock in (lock for lock in LOCKS if lock.stem != "clients"):
        for name, version in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert not {name: found for name, found in versions.items() if len(found) > 1}


# Makefile


def run(*command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the project, with nothing inherited from a make around the tests."""
    return subprocess.run(
        command, cwd=ROOT, env=_outside_make() | env, capture_output=True, text=True, check=False
    )


def _outside_make() -> dict[str, str]:
    inherited = {"CI", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"}
    return {name: value for name, value in os.environ.items() if name not in inherited}


def write_script(path: Path, text: str) -> Path:
    """Write an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment that make takes for complete, with a demo that waits for a signal."""
    venv = tmp_path / "venv"
    write_script(venv / "bin/python", "")
    write_script(
        venv / "bin/tellback",
        # Only `wait` is sure to let a trap run at once. Like a server it takes a moment to stop:
        # a child that is gone before make has begun to wait for it confuses make.
        "sleep 30 >/dev/null 2>&1 &\ntrap 'kill $!; sleep 0.5; echo stopped; exit 0' INT TERM\n"
        'echo "running $*"\nwait',
    )
    for stamp in (".uv", ".runtime", ".project", ".dev", ".bench"):
        (venv / stamp).touch()
    return venv


def test_help_lists_every_target_and_is_the_default() -> None:
    listed = set(re.findall(r"^  make (\w+)", run("make").stdout, re.MULTILINE))
    assert listed >= {"install", "demo", "test", "lint", "bench", "lock", "clean", "help"}


def test_a_second_install_has_nothing_to_do(venv: Path) -> None:
    assert "Installing" not in run("make", "-n", "install", f"VENV={venv}").stdout


@pytest.mark.parametrize("older", [".uv", ".runtime", ".project", ".dev"])
def test_changed_requirements_are_installed_again(venv: Path, older: str) -> None:
    os.utime(venv / older, (0, 0))
    assert "Installing" in run("make", "-n", "install", f"VENV={venv}").stdout


def test_without_a_usable_home_the_cache_stays_in_the_environment(venv: Path) -> None:
    echo = "--eval=show: ; @echo $$UV_CACHE_DIR"
    for home in ("", "/nonexistent"):
        assert run("make", echo, "show", f"VENV={venv}", HOME=home).stdout.endswith("/cache\n")


@pytest.mark.parametrize("to_everyone", [True, False], ids=["Ctrl-C", "SIGTERM"])
def test_the_demo_stops_without_an_error_of_make(venv: Path, *, to_everyone: bool) -> None:
    demo = subprocess.Popen(
        ["make", "demo", f"VENV={venv}", "ARGS=--port 8500"],
        cwd=ROOT,
        env=_outside_make(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Whoever runs in the background of a shell ignores Ctrl-C, and so would its children.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
    )
    assert demo.stdout
    assert demo.stdout.readline() == "running demo --port 8500\n"
    if to_everyone:
        os.killpg(demo.pid, signal.SIGINT)
    else:
        demo.send_signal(signal.SIGTERM)
    output, _ = demo.communicate(timeout=10)
    assert "stopped\n" in output
    assert "***" not in output or not to_everyone


def test_tests_are_spread_over_processes() -> None:
    planned = run("make", "-n", "test", "ARGS=-n 0").stdout
    assert re.search(r"tools.pytest_spread -n auto .*-n 0$", planned, re.MULTILINE)


def test_tests_may_be_skipped_in_ci_only_by_failing() -> None:
    assert "no_skips" in run("make", "-n", "test", CI="true").stdout
    assert "no_skips" not in run("make", "-n", "test").stdout


# Setting up


def test_an_old_interpreter_is_refused_with_its_version(tmp_path: Path) -> None:
    old = write_script(
        tmp_path / "python3.9", 'case "$2" in *print*) echo 3.9 ;; *) exit 1 ;; esac'
    )
    refused = run("tools/create_venv.sh", tmp_path / "venv", PYTHON=str(old))
    assert refused.returncode != 0
    assert f"Python 3.11 or newer. {old} is 3.9." in refused.stderr


def test_a_missing_interpreter_is_said(tmp_path: Path) -> None:
    refused = run("tools/create_venv.sh", tmp_path / "venv", PYTHON="no-such-python")
    assert refused.returncode != 0
    assert "Found none as no-such-python." in refused.stderr


def test_a_missing_venv_module_says_what_to_type(tmp_path: Path) -> None:
    without = 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.12 ;; esac'
    python = write_script(tmp_path / "python3.12", without)
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    write_script(tmp_path / "id", "echo 1000")
    refused = run("tools/create_venv.sh", tmp_path / "v", PYTHON=str(python), PATH=str(tmp_path))
    assert refused.returncode != 0
    assert "sudo apt-get install python3.12-venv" in refused.stderr


# CI


SKIPS = """
import pytest

def test_that_skips():
    pytest.skip("no database here")

@pytest.mark.skip("some other day")
def test_that_is_marked():
    pass

def test_that_is_known_to_fail():
    pytest.xfail("known")

def test_that_passes():
    pass
"""


@pytest.fixture
def ci_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A place for sample tests, where the plugin of CI can be imported and no other is loaded."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return pytester


@pytest.mark.parametrize("processes", [[], ["-p", "xdist.plugin", "-n", "2"]], ids=len)
def test_a_skipped_test_fails_in_ci(ci_pytest: pytest.Pytester, processes: list[str]) -> None:
    ci_pytest.makepyfile(SKIPS)
    result = ci_pytest.runpytest_subprocess("-p", "tools.pytest_no_skips", *processes)
    result.assert_outcomes(failed=1, errors=1, passed=1, xfailed=1)
    result.stdout.fnmatch_lines(["*no database here", "No test may be skipped in CI*"])


@pytest.mark.parametrize("processes", [[], ["-p", "xdist.plugin", "-n", "2"]], ids=len)
def test_a_skipped_module_fails_in_ci(ci_pytest: pytest.Pytester, processes: list[str]) -> None:
    ci_pytest.makepyfile("import pytest\npytest.importorskip('no_such_module')")
    result = ci_pytest.runpytest_subprocess("-p", "tools.pytest_no_skips", *processes)
    result.assert_outcomes(errors=1)
    assert result.ret != 0


PIECES = """
import os, pathlib, pytest

@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("number", range(9))
def test_where_it_runs(engine, number):
    with pathlib.Path("ran").open("a") as file:
        file.write(f"{pathlib.Path(__file__).stem} {engine} {os.environ['PYTEST_XDIST_WORKER']}\\n")
"""


def test_a_files_tests_of_an_engine_go_to_one_process(ci_pytest: pytest.Pytester) -> None:
    ci_pytest.makepyfile(test_one=PIECES, test_two=PIECES)
    plugins = ("-p", "xdist.plugin", "-p", "tools.pytest_spread")
    ci_pytest.runpytest_subprocess(*plugins, "-n", "2").assert_outcomes(passed=36)
    ran = (ci_pytest.path / "ran").read_text().splitlines()
    assert len(ran) == 36
    assert len({line.rpartition(" ")[0] for line in ran}) == len(set(ran)) == 4
    assert {line.rpartition(" ")[2] for line in ran} == {"gw0", "gw1"}


@pytest.mark.parametrize("code", [0, 2])
def test_ci_ends_with_the_summary_and_tells_a_failure(tmp_path: Path, code: int) -> None:
    make = 'echo "$1 $CI"; echo "=== 3 passed ==="; echo "make: *** [test] Error 1" >&2; exit '
    write_script(tmp_path / "make", make + str(code))
    ran = run("bash", ".ci/run", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert ran.stdout.splitlines() == ["test true", "=== 3 passed ==="]
    assert bool(ran.returncode) == bool(code)


# Browser


class Page(BaseHTTPRequestHandler):
    """One page with one title."""

    def do_GET(self) -> None:
        """Serve it, whatever was asked for."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Loopback</title>")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def page_address() -> Iterator[str]:
    """The address of a page on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_the_browser_opens_a_page(page_address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=ensure_chromium.find_chromium(), args=list(ensure_chromium.FLAGS)
        )
        page = browser.new_page()
        page.goto(page_address)
        assert page.title() == "Loopback"
        browser.close()


async def test_the_browser_opens_a_page_from_async_code(page_address: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=ensure_chromium.find_chromium(), args=list(ensure_chromium.FLAGS)
        )
        page = await browser.new_page()
        await page.goto(page_address)
        assert await page.title() == "Loopback"
        await browser.close()


def test_a_named_browser_that_does_not_start_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ensure_chromium.SETTING, "/no/such/browser")
    assert ensure_chromium.main() == 1
    assert ensure_chromium.SETTING in capsys.readouterr().err


# PostgreSQL


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that is named as PostgreSQL's, and no server that runs."""
    monkeypatch.delenv(ensure_postgresql.SERVER, raising=False)
    monkeypatch.setenv(ensure_postgresql.SETTING, str(tmp_path))
    return tmp_path


def test_a_named_folder_without_postgresql_is_an_error(
    named: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ensure_postgresql.main() == 1
    assert ensure_postgresql.SETTING in capsys.readouterr().err


def test_a_postgresql_that_is_too_old_is_none(named: Path) -> None:
    write_script(named / "initdb", "")
    for version, found in (("14.13", None), ("15.1 (Debian 15.1-1)", named), ("16devel", named)):
        write_script(named / "postgres", f'echo "postgres (PostgreSQL) {version}"')
        assert ensure_postgresql.find_postgresql() == found


def test_a_named_server_needs_nothing_installed(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ensure_postgresql.SERVER, "postgresql://somewhere/test")
    assert ensure_postgresql.main() == 0


def test_a_server_does_not_outlive_who_asked_for_it(tmp_path: Path) -> None:
    script = (
        "import os, signal\n"
        "from tools.postgresql_server import running_postgresql\n"
        "with running_postgresql() as url:\n"
        "    print(url, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = run(sys.executable, "-c", script)
    assert killed.returncode == -signal.SIGKILL
    folder = Path(killed.stdout.strip().partition("?host=")[2])
    assert folder.name
    wait_until(lambda: not folder.exists())


def test_what_keeps_a_server_from_starting_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not pytest's own folder: as root, the server is run by somebody else.
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    monkeypatch.setenv(ensure_postgresql.SETTING, str(folder))
    write_script(folder / "postgres", 'echo "postgres (PostgreSQL) 17.1"')
    write_script(folder / "initdb", "echo no room on the disk; exit 1")
    with pytest.raises(NotStarted), running_postgresql():
        pass
    failed = run(sys.executable, "-m", "tools.postgresql_server")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "no room on the disk" in failed.stderr
    shutil.rmtree(folder)
