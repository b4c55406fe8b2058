"""Surveys over our own API: the same both ways, as JSON and as YAML."""

from typing import Any

import yaml

from tellback.web.api.operations import YAML
from tests.web.api.calling import Caller

FILE = """\
key: chat
name: After a chat
type: csat
questions:
- id: rating
  type: stars
  text: How was it?
  minimum: 1
  maximum: 5
  metric: csat
"""
AS_YAML = {"Content-Type": YAML}


async def put(caller: Caller, body: Any, key: str = "chat") -> Any:
    reply = await caller.client.put(f"/-/api/surveys/{key}", json=body)
    return reply.json()


async def test_a_file_goes_in_and_comes_out(alice: Caller) -> None:
    made = await alice.send("PUT", "/surveys/chat", FILE.encode(), AS_YAML)
    assert made.status_code == 200, made.text
    assert (made.json()["version"], made.json()["changed"]) == (1, True)
    file = await alice.send("GET", "/surveys/chat", headers={"Accept": YAML})
    assert file.headers["content-type"] == YAML
    again = await alice.send("PUT", "/surveys/chat", file.content, AS_YAML)
    assert (again.json()["version"], again.json()["changed"]) == (1, False)


async def test_json_says_the_same_as_yaml(alice: Caller) -> None:
    await alice.send("PUT", "/surveys/chat", FILE.encode(), AS_YAML)
    assert (await put(alice, yaml.safe_load(FILE)))["changed"] is False
    seen = (await alice.get("/surveys/chat")).json()
    assert (await put(alice, seen["definition"]))["changed"] is False


async def test_each_change_is_a_version_that_stays(alice: Caller) -> None:
    data = yaml.safe_load(FILE)
    await put(alice, data)
    await put(alice, {**data, "name": "After the chat"})
    found = (await alice.get("/surveys/chat/versions")).json()["items"]
    assert [(one["version"], one["definition"]["name"]) for one in found] == [
        (1, "After a chat"),
        (2, "After the chat"),
    ]
    assert [one["published_by"] for one in found] == ["api", "api"]
    first = (await alice.get("/surveys/chat/versions/1")).json()
    assert first["definition"]["name"] == "After a chat"
    text = await alice.send("GET", "/surveys/chat/versions/1", headers={"Accept": YAML})
    assert yaml.safe_load(text.text)["name"] == "After a chat"
    for version in ("3", "0", "01", "x"):
        assert (await alice.get(f"/surveys/chat/versions/{version}")).status_code == 404


async def test_surveys_are_listed(alice: Caller) -> None:
    await put(alice, yaml.safe_load(FILE))
    listed = (await alice.get("/surveys")).json()["items"]
    assert "chat" in [one["key"] for one in listed]
    number = next(one["number"] for one in listed if one["key"] == "chat")
    assert (await alice.get(f"/surveys/{number}")).json()["key"] == "chat"


async def test_what_is_wrong_with_a_file_is_said(alice: Caller) -> None:
    data = yaml.safe_load(FILE)
    wrong: list[Any] = [
        {**data, "key": "other"},
        {**data, "colour": "red"},
        {**data, "type": "x"},
        {**data, "name": "\0"},
        {"key": "chat"},
    ]
    for body in wrong:
        reply = await alice.client.put("/-/api/surveys/chat", json=body)
        assert reply.status_code == 422, reply.text
        assert reply.json()["errors"]
    for text in (b"- a", b"\xff", b'key: chat\nname: "\\0"', b"key: [", b""):
        reply = await alice.send("PUT", "/surveys/chat", text, AS_YAML)
        assert reply.status_code == 422, reply.text
