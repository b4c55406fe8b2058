"""One person over all wires: asked by mail, answering in the app, rating two chats.

A server of its own process and a real SMTP server; every wire by plain HTTP, as its callers do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tellback.config import Config
from tests.journeys.running import (
    Inbox,
    command,
    running_server,
    smtp_server,
    wait_until,
)

ADDRESS = "ada@example.com"
VISITOR = "d4a8338e5a7d98b6750b4f839431b34a"


@dataclass
class Wires:
    """A project's wires, each with what its callers hold."""

    config: Config
    url: str
    keys: dict[str, Any]
    inbox: Inbox

    def native(self, method: str, path: str, **what: Any) -> Any:
        key = self.keys["api"]["manage_key"]
        reply = httpx.request(
            method, f"{self.url}/-/api{path}", headers={"Authorization": f"Bearer {key}"}, **what
        )
        assert reply.status_code < 300, reply.text
        return reply.json()

    def vendor(self, method: str, path: str, **what: Any) -> httpx.Response:
        reply = httpx.request(method, f"{self.url}{path}", **what)
        assert reply.status_code < 300, reply.text
        return reply


@pytest.fixture
def wires(config: Config) -> Iterator[Wires]:
    made = command(config, "project", "create", "Shop")
    command(config, "project", "set", "close_survey", "rocketchat")
    with smtp_server() as inbox, running_server(config, SMTP_URL=inbox.url) as server:
        yield Wires(config, server.url, made["credentials"], inbox)


def test_one_person_over_all_wires(wires: Wires) -> None:
    answer_a_mail(wires)
    answer_in_the_app(wires)
    person = be_known_as_one(wires)
    room = rate_a_room(wires)
    rate_a_thread(wires)

    story = wires.native("GET", f"/contacts/{person}")
    said = {one["wire"]: one for one in story["responses"]}
    assert said.keys() == {"boolean", "satismeter", "rocketchat", "edna"}
    assert said["satismeter"]["rating"] == 9
    assert said["rocketchat"]["comment"] == "Thankszzzzz"
    assert {one["reference"] for one in story["conversations"]} == {room, "thread-1"}
    # Two chats ended, and neither brought about a survey: she had been asked that day.
    states = sorted((one["channel"], one["state"]) for one in story["invitations"])
    assert states == [
        ("chat", "responded"),
        ("chat", "throttled"),
        ("chat", "throttled"),
        ("email", "responded"),
    ]
    told = command(wires.config, "explain", ADDRESS)
    reasons = [one["reason"] for one in told["invitations"] if one["state"] == "throttled"]
    assert len(reasons) == 2, told
    assert all("asked" in reason for reason in reasons), reasons
    assert command(wires.config, "verify")["clean"]


def answer_a_mail(wires: Wires) -> None:
    """Boolean's wire asks by mail; the link's page takes the answer."""
    item = {
        "$email": ADDRESS,
        "$transaction_id": "4125",
        "$transaction_date": "2016-01-13T04:30:30Z",
        "$transaction_amount": 999,
        "$transaction_currency": "USD",
    }
    key = wires.keys["boolean"]["api_key"]
    wires.vendor("POST", "/v1/surveys", json=[item], auth=(key, ""))
    text = wires.inbox.to(ADDRESS).get_body(("plain",))
    assert text is not None
    link = re.search(r"http\S+/-/r/\S+", text.get_content())
    assert link, text.get_content()
    with httpx.Client(follow_redirects=True) as browser:
        page = browser.get(link[0])
        fields = dict(re.findall(r'<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
        taken = browser.post(link[0].partition("?")[0], data={**fields, "q.vote": "positive"})
        assert taken.status_code == 200, taken.text


def answer_in_the_app(wires: Wires) -> None:
    """SatisMeter's wire brings an answer of somebody whom the app calls 007."""
    keys = wires.keys["satismeter"]
    body = {
        "writeKey": keys["write_key"],
        "campaign": keys["campaign"],
        "rating": 9,
        "userId": "007",
        "traits": {"name": "Ada", "email": ADDRESS},
    }
    wires.vendor("POST", "/api/responses", json=body)


def be_known_as_one(wires: Wires) -> str:
    """The address that was mailed and the app's user are two, until the project says otherwise."""
    assert len(wires.native("GET", "/contacts")["items"]) == 2
    item = {"identities": {"external": "007", "email": ADDRESS}, "merge": True}
    done = wires.native("POST", "/contacts", json={"items": [item]})
    (person,) = wires.native("GET", "/contacts")["items"]
    assert done["items"][0]["id"] == person["id"]
    return str(person["id"])


def rate_a_room(wires: Wires) -> str:
    """Rocket.Chat's wire: a visitor chats, the chat ends, the visitor rates it."""
    guest = {"visitor": {"token": VISITOR, "name": "Ada", "email": ADDRESS}}
    wires.vendor("POST", "/api/v1/livechat/visitor", json=guest)
    room = wires.vendor("GET", f"/api/v1/livechat/room?token={VISITOR}").json()["room"]["_id"]
    # The shop knows who its visitor is, and says so.
    identities = {"external": "007", "visitor": VISITOR}
    mine = {"reference": room, "contact": {"identities": identities}}
    wires.native("POST", "/conversations", json={"items": [mine]})
    wires.vendor("POST", "/api/v1/livechat/room.close", json={"rid": room, "token": VISITOR})
    said = [
        {"name": "satisfaction", "value": "5"},
        {"name": "additionalFeedback", "value": "Thankszzzzz"},
    ]
    body = {"rid": room, "token": VISITOR, "data": said}
    wires.vendor("POST", "/api/v1/livechat/room.survey", json=body)
    return str(room)


def rate_a_thread(wires: Wires) -> None:
    """edna's wire: the shop sends a survey to a closed thread, the chat window sends the answer."""
    thread = {
        "reference": "thread-1",
        "contact": {"identities": {"external": "007"}},
        "channel": "MOBILE",
        "open": False,
    }
    wires.native("POST", "/conversations", json={"items": [thread]})
    keys = wires.keys["edna"]
    token = {"Authorization": f"Bearer {keys['integrator_token']}"}
    target = {"type": "externalClientId", "id": "007"}
    body = {"clientId": target, "qualityFormId": keys["qualityFormId"]}
    wires.vendor("POST", "/api/v1/quality/send", json=body, headers=token)
    asked = wires.native("GET", "/invitations")["items"]
    sending = next(one for one in asked if one["wire"] == "edna" and one["state"] == "sent")
    answer = {
        "type": "SURVEY_QUESTION_ANSWER",
        "sendingId": sending["number"],
        "questionId": keys["questionId"],
        "rate": 4,
    }
    wires.vendor("POST", "/api/v1/quality/answer", json=answer, headers=token)

    def judged() -> bool:
        found = wires.native("GET", "/invitations")["items"]
        return sum(one["state"] == "throttled" for one in found) == 2

    wait_until(judged)
