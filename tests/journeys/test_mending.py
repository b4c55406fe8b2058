"""What a server refused is mended and done again; an integration moves here with its own key.

By the command line beside the running server, and by the dashboard in a real browser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tellback.config import Config
from tests.engines import Engine
from tests.journeys.running import command, running_server, wait_until
from tests.web.dashboard.people import PASSWORD
from tools.ensure_chromium import FLAGS, find_chromium

SURVEY = """\
key: launch
name: After the launch
type: nps
questions:
  - id: q-launch
    type: nps
    text: How likely are you to recommend us?
    metric: nps
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A server with a project, and the file of the survey that it lacks."""

    url: str
    config: Config
    keys: Any
    survey: Path

    def answer(self, rating: int, survey: str = "launch") -> httpx.Response:
        """Post an answer to a survey as an integration does."""
        body = {
            "writeKey": self.keys["satismeter"]["write_key"],
            "campaign": survey,
            "rating": rating,
            "userId": f"user-{rating}",
        }
        return httpx.post(f"{self.url}/api/responses", json=body)

    def run(self, *words: str, given: str | None = None) -> Any:
        """Run a command that prints JSON."""
        return command(self.config, *words, given=given)


@pytest.fixture(scope="module")
def running(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("mending")
    survey = folder / "launch.yaml"
    survey.write_text(SURVEY)
    with engine.config(folder / "data") as config:
        made = command(config, "project", "create", "Shop")
        owner = ("user", "create", "alice@example.com", "--password-stdin")
        command(config, *owner, given=f"{PASSWORD}\n")
        with running_server(config) as server:
            yield Running(server.url, config, made["credentials"], survey)


@pytest.fixture
def page(running: Running) -> Iterator[Page]:
    """alice's browser, signed in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        context = browser.new_context(base_url=running.url, java_script_enabled=False)
        opened = context.new_page()
        opened.goto("/-/login")
        opened.get_by_label("E-mail address").fill("alice@example.com")
        opened.get_by_label("Password").fill(PASSWORD)
        opened.get_by_role("button", name="Sign in").click()
        yield opened
        browser.close()


def test_an_owner_mends_the_cause_and_replays_it_in_the_dashboard(
    running: Running, page: Page
) -> None:
    assert running.answer(9, "launch").status_code >= 400
    page.goto("/-/p/shop/responses")
    expect(page.locator(".reading")).to_have_count(0)
    page.goto("/-/p/shop/rejected")
    page.get_by_label("State").select_option(label="Waiting for you")
    page.get_by_label("Wire", exact=True).select_option(label="SatisMeter")
    page.get_by_role("button", name="Show").click()
    page.locator("table.list tbody a").first.click()

    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("status")).to_contain_text("Refused again")
    running.run("survey", "apply", str(running.survey))
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("status")).to_contain_text("It was replayed and taken")
    expect(page.get_by_role("button", name="Replay")).to_have_count(0)

    page.goto("/-/p/shop/responses")
    expect(page.locator(".reading")).to_have_count(1)
    expect(page.locator(".reading")).to_contain_text("After the launch")
    page.goto("/-/p/shop/rejected?state=settled")
    expect(page.locator("table.list tbody tr")).to_have_count(1)


def test_the_command_line_finds_shows_and_replays(running: Running) -> None:
    replies = [running.answer(rating, "later") for rating in (3, 4)]
    assert {reply.status_code for reply in replies} == {replies[0].status_code}
    found = running.run("rejected", "list", "--wire", "satismeter", "--open", "--since", "1h")
    assert [entry["operation"] for entry in found] == ["submit_response"] * 2
    shown = running.run("rejected", "show", found[0]["id"])
    assert '"rating":4' in shown["body"]
    assert shown["headers"]["content-type"] == "application/json"

    later = running.survey.with_name("later.yaml")
    later.write_text(SURVEY.replace("launch", "later"))
    running.run("survey", "apply", str(later))
    results = running.run("rejected", "replay", "--wire", "satismeter", "--since", "1h")
    # In the order in which they came.
    assert [result["id"] for result in results] == [entry["id"] for entry in reversed(found)]
    assert [(result["settled"], result["status"]) for result in results] == [(True, 201)] * 2
    assert running.run("rejected", "list", "--open") == []
    again = running.run("rejected", "replay", found[0]["id"])
    assert again[0]["status"] is None
    assert "replayed before" in again[0]["reason"]


def calls(running: Running, key: str) -> int:
    """The status that a call with a key gets."""
    headers = {"User-Agent": "journey"}
    return httpx.get(f"{running.url}/v1/surveys", auth=(key, ""), headers=headers).status_code


def test_an_integration_moves_here_with_its_key_and_then_gets_another(
    running: Running, page: Page
) -> None:
    theirs = "sk-of-the-house-where-we-were-before"
    assert calls(running, theirs) == 401
    adopted = running.run(
        "project", "keys", "add", "boolean", "api_key", "--secret-stdin", given=theirs
    )
    assert (adopted["hint"], adopted["secret"]) == ("fore", theirs)
    assert calls(running, theirs) == 200

    new = running.run("project", "keys", "rotate", adopted["id"], "--grace", "1")["secret"]
    assert (calls(running, theirs), calls(running, new)) == (200, 200)
    listed = {key["hint"]: key for key in running.run("project", "keys", "list")}
    assert listed["fore"]["expires_at"] is not None
    assert theirs not in str(listed)

    page.goto("/-/p/shop/connect")
    section = page.locator("section.wire", has=page.get_by_role("heading", name="Boolean"))
    entry = section.locator(".keys > li", has_text=f"…{new[-4:]}")
    expect(entry).to_contain_text("last used")
    entry.get_by_text("Replace or revoke").click()
    entry.get_by_role("button", name="Make a new one").click()
    newest = page.locator("#secret").inner_text().strip()
    assert calls(running, newest) == 200
    # A key that was good a moment ago may be remembered for a moment.
    wait_until(lambda: calls(running, new) == 401)
    running.run("project", "keys", "revoke", adopted["id"])
    wait_until(lambda: calls(running, theirs) == 401)
    assert calls(running, newest) == 200
    assert re.fullmatch(r"sk_\w{32}", newest)
