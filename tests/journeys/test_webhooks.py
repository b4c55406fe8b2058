"""A conversation closes, its platform is told by webhook, and the person answers by the link."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from standardwebhooks import Webhook
from typer.testing import CliRunner

from tellback.actions.keep_webhook_keys import KeepWebhookKey, keep_webhook_keys
from tellback.actions.record_conversations import record_conversations
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.app import open_database
from tellback.cli import app as commands
from tellback.config import Config
from tellback.core.conversations import RecordConversation
from tellback.core.model import ContactKey, Identity, Project
from tellback.core.webhooks import write_secret
from tellback.dialects.provision import make_project
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tellback.store.explain import explain
from tellback.store.outgoing_events import list_events
from tellback.store.projects import find_project
from tellback.store.verify import verify
from tests.journeys.running import environment, running_server, start_server
from tests.webhooks.receivers import OK, Receiver, answer, never, receiving

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
KEY = ContactKey(Identity.EXTERNAL, "alice")


@dataclass(slots=True)
class Platform:
    """The chat platform's side, and the owner's: on the server's database, from this process."""

    database: Database
    project: Project
    secret: str

    async def close(self, reference: str) -> Any:
        """Tell of a conversation's end."""
        news = RecordConversation(
            "wire", reference, KEY, channel="web", traits={"name": "Alice"}, is_open=False
        )
        project = await self.database.read(find_project, self.project.id)
        return (await self.database.write_one(record_conversations, (project, news))).conversation

    async def delivered(self, id_: str) -> Any:
        """An event, once it has been delivered."""
        async with asyncio.timeout(30):
            while True:
                rows = await self.database.read(list_events, self.project.id, 9)
                row = next(row for row in rows if row.id == id_)
                if row.state == "delivered":
                    return row
                await asyncio.sleep(0.1)


@asynccontextmanager
async def platform(config: Config, receiver: Receiver) -> AsyncIterator[Platform]:
    """A project that asks when conversations close, and tells that receiver."""
    database = await asyncio.to_thread(open_database, config)
    try:
        project = (await make_project(database, load_dialects(), "Shop")).project
        for name, value in (("close_survey", "1"), ("webhook_url", receiver.url)):
            await database.write_one(set_settings, SetSetting(project.id, name, value))
        key = await database.write_one(keep_webhook_keys, KeepWebhookKey(project.id))
        yield Platform(database, project, write_secret(key))
    finally:
        await asyncio.to_thread(database.close)


async def test_a_close_becomes_an_event_and_an_answer(config: Config) -> None:
    async with receiving() as receiver, platform(config, receiver) as shop:
        with running_server(config) as server:
            conversation = await shop.close("chat-1")
            calls = {each.json["type"]: each for each in await receiver.heard(2, 30)}
            assert calls.keys() == {"conversation.closed", "invitation.created"}
            call = calls["invitation.created"]
            said = Webhook(shop.secret).verify(call.body, call.headers)
            told = said["data"]
            assert said["type"] == "invitation.created"
            assert told["conversation"]["number"] == conversation.number
            assert told["conversation"]["reference"] == "chat-1"
            assert told["contact"]["keys"]["external"] == "alice"
            assert told["link"].startswith(server.url)
            assert told["survey"]["questions"]
            assert told["wires"].keys() == {
                name for name, each in load_dialects().items() if each.chat_message
            }
            async with httpx.AsyncClient(headers=PERSON, timeout=30) as person:
                await answer_by(person, told["link"])
            assert (await shop.delivered(call.id)).status == 204
            created = (await receiver.heard(3, 30))[2]
            assert created.json["type"] == "response.created"
            assert created.json["data"]["conversation"]["number"] == conversation.number
            assert created.json["data"]["invitation"]["id"] == told["invitation"]["id"]
        assert (await shop.database.read(verify)).findings == []
        story = await shop.database.read(explain, shop.project, "alice", shop.database.clock())
        (asked,) = story.invitations
        assert (asked.channel, asked.state) == ("chat", "responded")
        assert asked.conversation == conversation.number


async def answer_by(person: httpx.AsyncClient, link: str) -> None:
    """Open the survey's page and answer its first question."""
    page = await person.get(link)
    assert page.status_code == 200
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    radio = r'type="radio" id="[^"]+" name="([^"]+)" value="([^"]+)"'
    name, value = re.findall(radio, page.text)[0]
    done = await person.post(link, data={**fields, name: value}, follow_redirects=True)
    assert done.status_code == 200
    assert "Thank you" in done.text


async def test_a_killed_server_tells_it_again_under_the_same_id(config: Config) -> None:
    async with receiving(never, OK) as receiver, platform(config, receiver) as shop:
        server = await asyncio.to_thread(start_server, config)
        await shop.close("chat-1")
        await receiver.heard(1, 30)
        await asyncio.to_thread(server.kill)
        if server.process.stdout:
            server.process.stdout.close()
        first = receiver.calls[0]
        with running_server(config):
            event = await shop.delivered(first.id)
    again = [call for call in receiver.calls if call.id == first.id]
    assert len(again) == event.attempts == 2
    Webhook(shop.secret).verify(again[1].body, again[1].headers)


async def told(config: Config, *words: str, status: int = 0) -> Any:
    """What a command about the webhook prints as JSON."""
    arguments = ["project", "webhook", *words, "--json"]
    runner = CliRunner(env=environment(config))
    done = await asyncio.to_thread(runner.invoke, commands, arguments)
    assert done.exit_code == status, done.output
    return json.loads(done.output)


async def test_an_owner_tries_the_address_and_changes_the_secret(config: Config) -> None:
    async with receiving(OK, answer(500, b"no"), OK) as receiver:
        async with platform(config, receiver):
            pass
        await told(config, "set", "")
        made = await told(config, "rotate")
        assert await told(config, "set", receiver.url) == {"url": receiver.url, "secret": None}
        assert await told(config, "test") == {"delivered": True, "status": 204, "error": None}
        first = receiver.calls[0]
        assert Webhook(made["secret"]).verify(first.body, first.headers) == {
            "type": "webhook.test",
            "timestamp": first.json["timestamp"],
            "data": {"project": "shop"},
        }
        assert await told(config, "test", status=1) == {
            "delivered": False,
            "status": 500,
            "error": "no",
        }
        new = (await told(config, "rotate"))["secret"]
        await told(config, "test")
        for secret in (made["secret"], new):
            Webhook(secret).verify(receiver.calls[2].body, receiver.calls[2].headers)
        shown = await told(config, "show")
        assert shown == {"project": "shop", "url": receiver.url, "secrets": 3}
        assert await told(config, "log") == []
