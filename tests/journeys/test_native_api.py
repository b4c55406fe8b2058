"""Our own API over a real server: chats in bulk, an end, answers as a stream; and kill -9."""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tellback.config import Config
from tests.journeys.running import Server, command, running_server, start_server, wait_until

API = "/-/api"
ROUNDS = 6
SEED = 20261122


@dataclass(frozen=True, slots=True)
class Shop:
    """A project, and where its server's data lies."""

    config: Config
    keys: dict[str, str]

    def client(self, url: str, key: str = "manage_key") -> httpx.Client:
        """A client with one of the keys."""
        headers = {"Authorization": f"Bearer {self.keys[key]}"}
        return httpx.Client(base_url=url + API, headers=headers, timeout=20)


@pytest.fixture
def shop(config: Config) -> Shop:
    made = command(config, "project", "create", "Shop")
    return Shop(config, made["credentials"]["api"])


def test_from_chats_to_a_stream_of_answers(shop: Shop) -> None:
    with running_server(shop.config) as server:
        ingest, read = (shop.client(server.url, f"{scope}_key") for scope in ("ingest", "read"))
        with ingest, read:
            chats = [
                {"reference": f"chat-{n}", "contact": {"identities": {"external": f"u-{n}"}}}
                for n in range(1_000)
            ]
            made = ingest.post("/conversations", json={"items": chats}).json()
            assert made["refused"] == 0
            assert [one["number"] for one in made["items"]] == list(range(1, 1_001))
            closed = ingest.post("/conversations/reference:chat-7/close", json={"closed_by": "bob"})
            assert closed.json()["open"] is False
            open_ones = sum(len(page) for page in pages(read, "/conversations", open="true"))
            assert open_ones == 999
            answers = [
                {"survey": "satismeter", "rating": n % 11, "contact": chats[n]["contact"]}
                for n in range(1_000)
            ]
            told = ingest.post("/responses", json={"items": answers}).json()
            assert told["refused"] == 0
            lines = list(stream(read))
            assert [line["id"] for line in lines] == sorted(
                (one["id"] for one in told["items"]), reverse=True
            )
            score = read.get("/scores", params={"survey": "satismeter"}).json()
            assert score["total"]["n"] == 1_000
            person = read.get(f"/contacts/{closed.json()['contact_id']}").json()
            assert [one["reference"] for one in person["conversations"]] == ["chat-7"]
            assert [one["rating"] for one in person["responses"]] == [7]


def pages(client: httpx.Client, path: str, **query: Any) -> Iterator[list[Any]]:
    """The pages of a list."""
    while True:
        page = client.get(path, params={"size": 300, **query}).json()
        yield page["items"]
        if page["next"] is None:
            return
        query["after"] = page["next"]


def stream(client: httpx.Client) -> Iterator[Any]:
    """All responses, one by one."""
    headers = {"Accept": "application/x-ndjson"}
    with client.stream("GET", "/responses", headers=headers) as reply:
        assert reply.headers["transfer-encoding"] == "chunked"
        for line in reply.iter_lines():
            yield json.loads(line)


def test_an_invitation_goes_out_at_once(shop: Shop) -> None:
    """The sender is woken by what our API asks for, with an idempotency key and without."""
    with running_server(shop.config) as server, shop.client(server.url) as client:
        for number, headers in enumerate(({}, {"Idempotency-Key": "ask-1"})):
            item = {"survey": "boolean", "email": f"p{number}@example.com"}
            asked = client.post("/invitations", json={"items": [item]}, headers=headers).json()
            path = f"/invitations/{asked['items'][0]['id']}"
            wait_until(lambda path=path: client.get(path).json()["state"] == "sent", 5)


def test_what_a_killed_server_was_told_once_is_done_once(shop: Shop) -> None:
    moments = random.Random(SEED)
    body = {"items": [{"agent": "bob"}] * 200}
    replayed = 0
    with ExitStack() as running:
        server = start(running, shop)
        for number in range(ROUNDS):
            heard: list[httpx.Response] = []
            headers = {"Idempotency-Key": f"round-{number}"}
            thread = threading.Thread(target=post, args=(shop, server.url, body, headers, heard))
            thread.start()
            if number == 0:
                thread.join()
            else:
                time.sleep(moments.uniform(0, 0.15))
            server.kill()
            thread.join()
            server = start(running, shop)
            with shop.client(server.url) as client:
                reply = client.post("/conversations", json=body, headers=headers)
                assert (reply.status_code, reply.json()["refused"]) == (200, 0)
                was_replayed = reply.headers.get("idempotency-replayed") == "true"
                replayed += was_replayed
                if heard:
                    assert was_replayed
                    assert reply.content == heard[0].content
                total = sum(len(page) for page in pages(client, "/conversations"))
                assert total == 200 * (number + 1)
    assert replayed >= 1


def start(running: ExitStack, shop: Shop) -> Server:
    """A server that is ended in the end, if it has not been killed by then."""
    server = start_server(shop.config)
    running.enter_context(server.process)
    running.callback(server.process.kill)
    return server


def post(shop: Shop, url: str, body: Any, headers: Any, heard: list[httpx.Response]) -> None:
    """Post once; what was heard of it, if anything."""
    with shop.client(url) as client:
        try:
            heard.append(client.post("/conversations", json=body, headers=headers))
        except httpx.TransportError:
            return
