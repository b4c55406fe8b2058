"""A visitor's conversation over real HTTP, from the first call to the owner's figures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tellback.config import Config
from tests.journeys.running import command, running_server

TOKEN = "d4a8338e5a7d98b6750b4f839431b34a3f4813b2c43f7d89597948f21f607bb4"
PASSWORD = "correct horse battery staple"


@dataclass
class Shop:
    """A running server with one project, and how to call it."""

    config: Config
    url: str
    keys: dict[str, Any]

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The body of a call that succeeds."""
        reply = httpx.request(
            method, f"{self.url}/api/v1/livechat/{path}", json=body, headers=headers
        )
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"] == "application/json"
        assert reply.json()["success"] is True
        return reply.json()

    def agent(self, method: str, path: str) -> Any:
        """The same, with the keys of an agent."""
        login = {"X-Auth-Token": self.keys["auth_token"], "X-User-Id": self.keys["user_id"]}
        return self.call(method, path, **login)


@pytest.fixture
def shop(config: Config) -> Iterator[Shop]:
    made = command(config, "project", "create", "Shop")
    command(config, "user", "create", "alice@example.com", "--password-stdin", given=PASSWORD)
    with running_server(config, "--role", "web") as server:
        yield Shop(config, server.url, made["credentials"]["rocketchat"])


def said(satisfaction: str, comment: str) -> list[dict[str, str]]:
    return [
        {"name": "satisfaction", "value": satisfaction},
        {"name": "additionalFeedback", "value": comment},
    ]


def test_a_room_is_opened_closed_rated_and_seen(shop: Shop) -> None:
    shop.call("POST", "visitor", {"visitor": {"token": TOKEN, "name": "Ada"}})
    config = shop.call("GET", f"config?token={TOKEN}")["config"]
    assert "satisfaction" in config["survey"]["items"]
    rid = shop.call("GET", f"room?token={TOKEN}")["room"]["_id"]
    shop.call("POST", "message", {"token": TOKEN, "rid": rid, "msg": "Hello?"})
    shop.call("POST", "room.close", {"token": TOKEN, "rid": rid})
    for survey in (said("1", "Nobody came."), said("5", "Somebody came after all.")):
        shop.call("POST", "room.survey", {"token": TOKEN, "rid": rid, "data": survey})
    [room] = shop.agent("GET", "rooms")["rooms"]
    assert room["surveyFeedback"] == {
        "satisfaction": "5",
        "additionalFeedback": "Somebody came after all.",
    }
    assert (room["msgs"], room["closer"], "open" in room) == (1, "visitor", False)
    shows_the_owner(shop)
    assert command(shop.config, "verify")["clean"]


def shows_the_owner(shop: Shop) -> None:
    """The dashboard has what was said last, scored, and nothing of what it replaced."""
    with httpx.Client(base_url=shop.url, follow_redirects=True) as browser:
        form = browser.get("/-/login").text
        token = re.search(r'name="form_token" value="([^"]+)"', form)
        assert token
        fields = {"email": "alice@example.com", "password": PASSWORD, "form_token": token[1]}
        browser.post("/-/login", data=fields).raise_for_status()
        listed = browser.get("/-/p/shop/responses").text
        assert "Somebody came after all." in listed
        assert "Nobody came." not in listed
        assert "Chat feedback" in browser.get("/-/p/shop/").text


def test_what_the_servers_webhook_tells_can_be_rated(shop: Shop) -> None:
    event = {
        "type": "LivechatSession",
        "_id": "gMMeBpWyLeowCrzBv",
        "createdAt": "2026-01-10T10:00:00.000Z",
        "closedAt": "2026-01-10T10:10:00.000Z",
        "visitor": {"token": TOKEN, "name": "Ada", "email": "ada@example.org"},
        "agent": {"username": "bob"},
        "tags": ["billing"],
    }
    secret = {"X-RocketChat-Livechat-Token": shop.keys["webhook_token"]}
    shop.call("POST", "webhook.receive", event, **secret)
    body = {"token": TOKEN, "rid": event["_id"], "data": said("4", "Quick.")}
    shop.call("POST", "room.survey", body)
    [room] = shop.agent("GET", "rooms?agents[]=bob&tags[]=billing&open=false")["rooms"]
    assert room["surveyFeedback"]["satisfaction"] == "4"
    assert (room["servedBy"]["username"], room["v"]["name"]) == ("bob", "Ada")
    assert command(shop.config, "verify")["clean"]


def test_visitors_behind_one_address_do_not_use_up_each_others_calls(shop: Shop) -> None:
    url = f"{shop.url}/api/v1/livechat/room.survey"
    with httpx.Client() as client:
        mine = [client.post(url, json={"token": "a", "rid": "r"}) for _ in range(11)]
        others = client.post(url, json={"token": "b", "rid": "r"})
    assert [reply.status_code for reply in mine] == [400] * 10 + [429]
    left = [int(reply.headers["x-ratelimit-remaining"]) for reply in mine]
    assert left == [*range(9, -1, -1), 0]
    assert int(mine[0].headers["x-ratelimit-reset"]) > 10**12
    assert others.status_code == 400
    assert others.headers["x-ratelimit-remaining"] == "9"
