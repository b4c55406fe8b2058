"""What is told of a request: its counts, its line, and its id."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from tellback.telemetry.requests import OPERATION, REQUEST_ID, Telemetry, Told, given_id


async def ask(app: Any, *headers: tuple[bytes, bytes]) -> list[Any]:
    """What an application sends in reply."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/-/x", "headers": list(headers)}
    await app(scope, None, send)
    return sent


def answering(status: int, seen: list[str] | None = None) -> Any:
    """An application that answers so, and notes the id that it was called under."""

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        scope[OPERATION] = "look"
        if seen is not None:
            seen.append(REQUEST_ID.get())
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


async def test_the_reply_names_the_id_that_the_log_has() -> None:
    seen: list[str] = []
    told = Told(answering(200, seen), "api", Telemetry(), lambda: "0" * 32)
    (start, _) = await ask(told)
    assert seen == ["0" * 32]
    assert (b"x-request-id", b"0" * 32) in start["headers"]


async def test_a_given_id_is_kept() -> None:
    seen: list[str] = []
    told = Told(answering(200, seen), "api", Telemetry(), lambda: "0" * 32)
    await ask(told, (b"x-request-id", b"4bf92f35-77b3-4da6-a3ce-929d0e0e4736"))
    assert seen == ["4bf92f35-77b3-4da6-a3ce-929d0e0e4736"]


@pytest.mark.parametrize(
    "given",
    [b"", b"short", b"alice@example.com-0000", b"a" * 65, b"abcdefgh\nabcdefgh", b"\xc3" * 20],
)
def test_what_is_no_id_is_not_believed(given: bytes) -> None:
    assert given_id([(b"x-request-id", given)]) is None


async def test_a_request_is_counted_under_its_operation() -> None:
    telemetry = Telemetry()
    await ask(Told(answering(404), "api", telemetry, str))
    assert telemetry.figures.requests == {("api", "look", 4): 1}


async def test_a_page_is_counted_under_the_form_of_its_path() -> None:
    async def page(scope: Any, _receive: Any, send: Any) -> None:
        scope["path_template"] = "/-/p/{slug}/"
        await send({"type": "http.response.start", "status": 200})

    telemetry = Telemetry()
    await ask(Told(page, "pages", telemetry, str))
    assert telemetry.figures.requests == {("pages", "/-/p/{slug}/", 2): 1}


async def test_who_hangs_up_is_not_counted() -> None:
    async def silent(_scope: Any, _receive: Any, _send: Any) -> None:
        """Nobody is there to reply to."""

    telemetry = Telemetry()
    await ask(Told(silent, "api", telemetry, str))
    assert not telemetry.figures.requests


@pytest.mark.parametrize(
    ("log_all", "status", "level"),
    [
        (False, 200, None),
        (True, 200, "debug"),
        (False, 404, "info"),
        (False, 500, "warning"),
        (True, 503, "warning"),
    ],
)
async def test_a_line_is_written_of_what_did_not_go_well(
    log_all: bool, status: int, level: str | None
) -> None:
    with capture_logs() as lines:
        await ask(Told(answering(status), "api", Telemetry(log_all=log_all), str))
    assert [line["log_level"] for line in lines] == ([level] if level else [])
    for line in lines:
        assert line["ms"] >= 0
        assert (line["wire"], line["operation"], line["status"]) == ("api", "look", status)


def test_refusals_are_counted_by_kind() -> None:
    telemetry = Telemetry()
    telemetry.refused("wire", ["Invalid", "Invalid", "NotFound"])
    assert telemetry.figures.refused == {("wire", "Invalid"): 2, ("wire", "NotFound"): 1}
