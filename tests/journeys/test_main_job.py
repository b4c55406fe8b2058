"""The main job, end to end: ask by e-mail, a scanner comes, a person answers, the figures move.

Real parts: the server as a process, an SMTP server, Chromium.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tellback.config import Config
from tests.journeys.running import Inbox, Server, command, running_server, smtp_server, wait_until
from tools.ensure_chromium import FLAGS, find_chromium

PASSWORD = "correct horse battery"
PEOPLE = ("ada@example.com", "grace@example.org", "alan@example.net")


def survey_item(number: int, address: str) -> dict[str, Any]:
    return {
        "$email": address,
        "$transaction_id": f"order-{number}",
        "$transaction_date": "2026-11-20T10:00:00Z",
        "$transaction_amount": 99.5,
        "$transaction_currency": "EUR",
        "properties": {"city": {"S": "Berlin"}},
    }


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as opened:
        yield opened


@pytest.fixture
def project(config: Config) -> Any:
    made = command(config, "project", "create", "Shop")
    command(
        config, "user", "create", "alice@example.com", "--password-stdin", given=PASSWORD + "\n"
    )
    return made


@pytest.fixture
def server(config: Config, project: Any, inbox: Inbox) -> Iterator[Server]:
    with running_server(config, SMTP_URL=inbox.url) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def api(server: Server, project: Any) -> Iterator[httpx.Client]:
    key = project["credentials"]["boolean"]["api_key"]
    with httpx.Client(
        base_url=server.url,
        auth=(key, ""),
        headers={"User-Agent": "journey", "Content-Type": "application/json"},
    ) as client:
        yield client


def test_ask_scan_answer_tell(
    api: httpx.Client, server: Server, inbox: Inbox, browser: Browser, config: Config
) -> None:
    ids = ask_everybody(api)
    mails = {address: inbox.to(address) for address in PEOPLE}
    a_scanner_follows_every_link(mails["ada@example.com"])
    nothing_is_counted(api, ids["ada@example.com"])

    page = browser.new_page()
    a_person_answers(page, mails["ada@example.com"])
    the_listing_knows(api, ids["ada@example.com"])
    the_dashboard_shows_it(page, server)
    assert command(config, "verify")["findings"] == []


def ask_everybody(api: httpx.Client) -> dict[str, str]:
    items = [survey_item(number, address) for number, address in enumerate(PEOPLE)]
    reply = api.post("/v1/surveys", json=items).raise_for_status().json()
    assert [item["message"] for item in reply["response"]] == ["accepted"] * len(PEOPLE)
    listed = api.get("/v1/surveys").json()["response"]["data"]
    return {item["$email"]: item["$id"] for item in listed}


def links_of(mail: EmailMessage) -> list[str]:
    html = mail.get_body(("html",))
    assert html is not None
    found = re.findall(r'(?:href|src)="(http[^"]+)"', html.get_content())
    header = re.findall(r"<(http[^>]+)>", mail["List-Unsubscribe"])
    return [link.replace("&amp;", "&") for link in [*found, *header]]


def a_scanner_follows_every_link(mail: EmailMessage) -> None:
    links = links_of(mail)
    assert len(links) >= 5
    with (
        httpx.Client(headers={"User-Agent": "Mozilla/5.0"}) as scanner,
        ThreadPoolExecutor(4) as go,
    ):
        statuses = [r.status_code for r in go.map(scanner.head, links)]
        statuses += [r.status_code for r in go.map(scanner.get, links)]
    assert set(statuses) == {200}


def nothing_is_counted(api: httpx.Client, id_: str) -> None:
    item = api.get(f"/v1/surveys/{id_}").json()["response"]
    assert item["$feedback"] == 0
    assert "$response_received_at" not in item
    assert "$opened_at" not in item
    scores = api.get("/v1/scores").json()["response"]
    assert scores["has_score"] is False
    again = api.post("/v1/surveys", json=[survey_item(99, "ada@example.com")]).json()
    assert again["response"][0]["message"] == "accepted"


def a_person_answers(page: Page, mail: EmailMessage) -> None:
    html = mail.get_body(("html",))
    assert html is not None
    page.set_content(html.get_content())
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Yes").click()
    survey = opened.value
    expect(survey.get_by_role("radio", name="Yes")).to_be_checked()
    survey.get_by_role("textbox").fill("Came a day early, thank you")
    survey.get_by_role("button").first.click()
    expect(survey.get_by_text("Came a day early, thank you")).to_be_visible()
    survey.close()


def the_listing_knows(api: httpx.Client, id_: str) -> None:
    wait_until(lambda: api.get(f"/v1/surveys/{id_}").json()["response"]["$feedback"] == 1)
    item = api.get(f"/v1/surveys/{id_}").json()["response"]
    assert item["$comment"] == "Came a day early, thank you"
    assert item["$opened_at"] <= item["$response_received_at"]
    assert item["$survey_sent"] is True
    found = api.get("/v1/surveys", params={"feedback": 1, "comments": "true"}).json()["response"]
    assert [row["$id"] for row in found["data"]] == [id_]


def the_dashboard_shows_it(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/-/p/shop/")
    page.get_by_label("E-mail").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Came a day early, thank you")).to_be_visible()
