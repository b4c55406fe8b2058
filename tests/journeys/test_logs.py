"""Whatever people send and whatever breaks, no line of the log tells anything of them.

A server takes calls on every wire, sends mail and is clicked on; then its database is broken in a
way that has the drivers quote what they were given. Its log is read with all that was sent in hand.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tellback.app import database_url
from tellback.config import Config
from tellback.store.engine import open_engine
from tests.journeys.people import COMMENT, MAIL, OTHER, PASSWORD, PEER, REQUEST_ID, People, told_of
from tests.journeys.running import (
    TELLBACK,
    Inbox,
    command,
    environment,
    smtp_server,
    wait_until,
)

#: Errors of both engines that quote the row.
BREAK = {
    "sqlite": (
        "create trigger broken before insert on responses begin"
        f" select raise(abort, '{MAIL} said {COMMENT}'); end",
    ),
    "postgresql": (
        "create function broken() returns trigger language plpgsql as"
        " $$ begin raise exception '% said so', new; end $$",
        "create trigger broken before insert on responses for each row execute function broken()",
    ),
}
TEAR_DOWN = ("alter table suppressions rename to gone", "alter table invitations rename to lost")
#: The database is used again.
MEND = (
    "drop trigger broken on responses",
    "drop function broken()",
    "alter table gone rename to suppressions",
    "alter table lost rename to invitations",
)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as opened:
        yield opened


@contextmanager
def logging_server(config: Config, log: Path, **settings: str) -> Iterator[str]:
    """A server whose log is a file; it must end well."""
    with log.open("w") as written:
        process = subprocess.Popen(
            [TELLBACK, "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
            env=environment(config, TRUSTED_PROXIES="127.0.0.1", **settings),
        )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().rpartition(" ")[2].strip()
    finally:
        process.terminate()
        assert process.wait(30) == 0
        process.stdout.close()


@pytest.mark.parametrize("level", ["info", "debug"])
def test_the_log_tells_nothing_of_anybody(
    config: Config, inbox: Inbox, tmp_path: Path, level: str
) -> None:
    made = command(config, "project", "create", "Shop")
    command(config, "user", "create", OTHER, "--password-stdin", given=PASSWORD + "\n")
    log = tmp_path / "log"
    people = People(made["credentials"])
    with (
        logging_server(config, log, LOG_LEVEL=level, SMTP_URL=inbox.url) as url,
        httpx.Client(base_url=url, headers={"X-Forwarded-For": PEER}, timeout=30) as client,
    ):
        people.speak_on_every_wire(client)
        people.click(client, inbox.to(MAIL))
        people.send_what_will_not_do(client, url, config)
        change(config, BREAK)
        people.speak_on_every_wire(client, again=True)
        people.click(client, inbox.to(OTHER))
        change(config, dict.fromkeys(BREAK, TEAR_DOWN))
        people.look_at_everything(client)
    change(config, {"sqlite": (), "postgresql": MEND})
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert people.statuses >= {200, 201, 400, 401, 404, 500}
    all_was_tried(lines, level)
    nothing_is_told(log.read_text(), people)
    lines_are_tied_together(lines)


def change(config: Config, statements: dict[str, tuple[str, ...]]) -> None:
    """Break the database under the server."""
    engine = open_engine(database_url(config), writing=True)
    with engine.begin() as connection:
        for statement in statements[engine.dialect.name]:
            connection.execute(text(statement))
    engine.dispose()


def all_was_tried(lines: list[dict[str, Any]], level: str) -> None:
    """The test would prove nothing if nothing had gone wrong."""
    events = {line["event"] for line in lines}
    assert events >= {"request", "jobs failed", "request failed", "page failed"}
    told = " ".join(line.get("exception", "") for line in lines)
    assert "tellback/store" in told
    assert re.search(r"\[(SQLITE_CONSTRAINT_TRIGGER|P0001)\]", told)
    wires = {line.get("wire") for line in lines if line["event"] == "request"}
    everybody = {"boolean", "edna", "liveperson", "rocketchat", "satismeter", "api", "pages"}
    assert wires >= everybody
    assert ("debug" in {line["level"] for line in lines}) == (level == "debug")


def nothing_is_told(log: str, people: People) -> None:
    """Not a word of what was sent."""
    assert [(word, _line_with(word, log)) for word in told_of(people, log)] == []


def _line_with(word: str, log: str) -> str:
    return next(line for line in log.splitlines() if word.lower() in line.lower())


def lines_are_tied_together(lines: list[dict[str, Any]]) -> None:
    """What went wrong is found from the request, in whichever thread it did."""
    given = [line for line in lines if line.get("request_id") == REQUEST_ID]
    assert [line["status"] for line in given if line["event"] == "request"] == [400]
    ended = {line["request_id"] for line in lines if line["event"] == "request"}
    for line in lines:
        if line["event"] == "jobs failed" and line["action"] == "submit_responses":
            assert len(line["requests"]) == 1
            assert set(line["requests"]) <= ended
        if line["event"] in ("request failed", "page failed"):
            assert line["request_id"] in ended


def test_a_terminals_log_can_be_asked_for(config: Config, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with logging_server(config, log, LOG_FORMAT="console") as url:
        assert httpx.get(f"{url}/nothing").status_code == 404
        wait_until(lambda: "request" in log.read_text())
    assert not log.read_text().startswith("{")
