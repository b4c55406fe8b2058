"""What a line of the log looks like, whoever wrote it."""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tellback.logs import configure_logs
from tellback.telemetry.requests import REQUEST_ID

SAID = "alice@example.com"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (sys.excepthook, threading.excepthook, root.handlers[:], root.level)
    yield
    sys.excepthook, threading.excepthook = before[:2]
    root.handlers[:], root.level = before[2], before[3]
    structlog.reset_defaults()


@pytest.fixture
def read(capsys: pytest.CaptureFixture[str]) -> Any:
    """Reads the lines that have been written."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_has_its_requests_id(read: Any) -> None:
    configure_logs("info", "json")
    log = structlog.get_logger()
    reset = REQUEST_ID.set("0" * 32)
    log.info("one")
    REQUEST_ID.reset(reset)
    log.info("other")
    one, other = read()
    assert one["request_id"] == "0" * 32
    assert "request_id" not in other
    assert one["timestamp"].endswith("Z")


def test_an_error_is_told_without_its_words(read: Any) -> None:
    configure_logs("info", "json")
    log = structlog.get_logger()
    error = ValueError(SAID)
    try:
        raise error
    except ValueError:
        log.exception("one")
    log.error("two", exc_info=error)
    log.error("three", exc_info=(ValueError, error, None))
    log.error("four", exc_info=None)
    lines = read()
    assert [line.get("exception", "-").rpartition("\n")[2] for line in lines] == [
        *["ValueError"] * 3,
        "-",
    ]


@pytest.mark.parametrize(
    ("message", "values", "event"),
    [
        ("Application shutdown failed. Exiting.", (), "Application shutdown failed. Exiting."),
        ("error ignored in %s: %s", ("rollback", SAID), "error ignored in %s"),
        (f"Task failed\nfuture: <Task '{SAID}'>", (), "Task failed"),
        (f"Exception in callback do({SAID!r})", (), "Exception in callback do"),
        (ValueError(SAID), (), ""),
    ],
)
def test_other_peoples_lines_tell_the_form_of_what_they_say(
    read: Any, message: Any, values: tuple[str, ...], event: str
) -> None:
    configure_logs("debug", "json")
    logging.getLogger("library").warning(message, *values)
    logging.getLogger("library").info("not said")
    (line,) = read()
    assert line["logger"] == "library"
    assert line["level"] == "warning"
    assert line["event"] == event


def test_a_lost_error_of_the_event_loop_is_told_without_its_words(read: Any) -> None:
    configure_logs("info", "json")

    async def fail() -> None:
        asyncio.get_running_loop().call_soon(int, SAID)
        await asyncio.sleep(0)

    asyncio.run(fail())
    (line,) = read()
    assert line["exception"].endswith("ValueError")
    assert SAID not in str(line)


def test_a_crash_is_a_line_too(read: Any) -> None:
    configure_logs("info", "json")
    thread = threading.Thread(target=int, args=(SAID,))
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError(SAID), None)
    lines = read()
    assert [line["event"] for line in lines] == ["thread crashed", "crashed"]
    assert SAID not in str(lines)


def test_readable_lines_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "console")
    structlog.get_logger().info("hello", number=1)
    said = capsys.readouterr().err
    assert "hello" in said
    assert "{" not in said
