"""A thread closes, an integration sends its client a survey, and the chat window answers it.

There is no public client of this wire, so that every byte is looked at instead.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.actions.keep_webhook_keys import KeepWebhookKey, keep_webhook_keys
from tellback.actions.record_conversations import record_conversations
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.app import open_database
from tellback.config import Config
from tellback.core.conversations import ConversationKey, GetConversation, RecordConversation
from tellback.core.model import ContactKey, Identity, Project
from tellback.core.queries import SummariseResponses
from tellback.dialects.provision import make_project
from tellback.dialects.registry import load_dialects
from tellback.store.conversation_records import get_conversation
from tellback.store.database import Database
from tellback.store.response_records import summarise_responses
from tellback.store.verify import verify
from tellback.surveyfile import read_survey
from tests.journeys.running import command, running_server
from tests.webhooks.receivers import Receiver, receiving

EXTERNAL = "ad750674-f0e5-4398-b902-87075a72d16a"
VARY = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"]
SEND, ANSWER = "/api/v1/quality/send", "/api/v1/quality/answer"
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
SMS_ONLY = """\
key: edna
name: Quality of service
type: csat
repeat_after_days: 0
channels: [sms]
questions:
  - {id: rating, type: scale, text: Please rate our service, minimum: 1, maximum: 5, metric: csat}
"""


@dataclass(frozen=True)
class Reply:
    """A reply as it stood on the wire; headers with their repetitions."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass
class Journey:
    """A shop with a server, a chat platform and a receiver of webhooks."""

    config: Config
    url: str
    tokens: dict[str, Any]
    database: Database
    project: Project
    receiver: Receiver

    async def post(self, path: str, body: Any, token: str = "integrator_token") -> Reply:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self._exchange("POST", path, token, raw)

    async def get(self, path: str) -> Reply:
        return await self._exchange("GET", path, "operator_token", b"")

    async def send(self, form: Any = None, **target: Any) -> Reply:
        """Send the ready survey, or another."""
        client = target or {"type": "externalClientId", "id": EXTERNAL}
        form = self.tokens["qualityFormId"] if form is None else form
        return await self.post(SEND, {"clientId": client, "qualityFormId": form})

    async def record(self, reference: str, **what: Any) -> int:
        """News from the chat platform; the thread's number."""
        contact = ContactKey(Identity.EXTERNAL, EXTERNAL)
        news = RecordConversation("wire", reference, contact, channel="web", **what)
        done = await self.database.write_one(record_conversations, (self.project, news))
        return int(done.conversation.number)

    async def set(self, name: str, text: str) -> None:
        """Change a setting of the project."""
        await self.database.write_one(set_settings, SetSetting(self.project.id, name, text))

    async def apply(self, source: str) -> None:
        """Bring a survey to what a file says."""
        said = read_survey(source)
        job = ApplySurvey(self.project, said.key, said.live, said.definition)
        await self.database.write_one(apply_surveys, job)

    async def ratings(self) -> tuple[int, float]:
        """How many have rated, and the sum of what they gave."""
        query = SummariseResponses("edna", "csat")
        tally = (await self.database.read(summarise_responses, self.project, query)).tally
        return tally.n, sum(rating * count for rating, count in tally.counts.items())

    async def responses(self, thread: int) -> Any:
        query = GetConversation(ConversationKey(number=thread))
        return (await self.database.read(get_conversation, self.project, query)).responses

    async def told(self, count: int) -> Any:
        """What the webhook says of the latest invitation."""
        calls = await self.receiver.heard(count, 30)
        assert calls[-1].json["type"] == "invitation.created"
        return calls[-1].json["data"]

    async def _exchange(self, method: str, path: str, token: str, body: bytes) -> Reply:
        host, port = self.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n"
            f"Authorization: Bearer {self.tokens[token]}\r\n"
        )
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}\r\n".encode() + body)
        raw = await reader.read()
        writer.close()
        await writer.wait_closed()
        start, _, rest = raw.partition(b"\r\n\r\n")
        status, *lines = start.decode("latin-1").split("\r\n")
        pairs = [line.split(": ", 1) for line in lines]
        return Reply(status, [(name.lower(), value) for name, value in pairs], rest)


@asynccontextmanager
async def travelling(config: Config) -> AsyncIterator[Journey]:
    """A journey, at the end of which everything adds up."""
    database: Database = await asyncio.to_thread(open_database, config)
    try:
        made = await make_project(database, load_dialects(), "Shop")
        async with receiving() as receiver:
            await database.write_one(keep_webhook_keys, KeepWebhookKey(made.project.id))
            url = SetSetting(made.project.id, "webhook_url", receiver.url)
            await database.write_one(set_settings, url)
            with running_server(config) as server:
                tokens = dict(made.credentials["edna"])
                yield Journey(config, server.url, tokens, database, made.project, receiver)
        report = await database.read(verify)
        assert report.clean, report.findings
    finally:
        await asyncio.to_thread(database.close)


def answer_of(told: Any, rate: int) -> dict[str, Any]:
    """What the vendor's web client sends for the first question of a message."""
    form = json.loads(told["wires"]["edna"]["text"])
    question = form["questions"][0]
    return {
        "type": "SURVEY_QUESTION_ANSWER",
        "uuid": form["uuid"],
        "clientId": told["contact"]["keys"]["external"],
        "threadId": told["conversation"]["number"],
        "sendingId": question["sendingId"],
        "questionId": question["id"],
        "rate": rate,
        "text": question["text"],
        "appMarker": None,
        "chatApiVersion": "1.16",
        "authorized": True,
    }


def conflict(message: str, uri: str = SEND) -> dict[str, Any]:
    return {"method": "POST", "uri": uri, "code": None, "message": message}


async def clients(journey: Journey) -> Any:
    body = {"phones": None, "externalIds": [EXTERNAL]}
    return (await journey.post("/api/v1/clients/short-info", body, "supervisor_token")).json()


async def test_a_survey_goes_to_a_closed_thread_and_its_answer_comes_back(config: Config) -> None:
    async with travelling(config) as journey:
        unknown = await journey.send()
        assert (unknown.status, unknown.json()["message"]) == (
            *("HTTP/1.1 404 Not Found", "Client not found"),
        )
        thread = await journey.record("chat-1", agent="moneypenny", traits={"name": "James"})
        assert [client["hasActiveThread"] for client in await clients(journey)] == [True]
        refused = await journey.send()
        assert refused.status == "HTTP/1.1 409 Conflict"
        assert refused.json() == conflict("Client has open thread")
        assert refused.all("vary") == VARY
        assert refused.all("content-type") == ["application/json"]

        await journey.record("chat-1", is_open=False)
        assert [client["hasActiveThread"] for client in await clients(journey)] == [False]
        shown = (await journey.get(f"/api/v1/threads/{thread}")).json()
        assert (shown["status"], shown["lastAgentLogin"]) == ("CLOSED", "moneypenny")
        assert (shown["clientExternalId"], shown["clientName"]) == (EXTERNAL, "James")

        done = await journey.send(type="threadId", id=thread)
        assert (done.status, done.body) == ("HTTP/1.1 200 OK", b"")
        assert done.all("vary") == VARY
        assert done.all("content-type") == []
        assert done.all("content-length") == ["0"]

        told = await journey.told(1)
        assert (told["invitation"]["channel"], told["invitation"]["number"]) == ("chat", 1)
        assert told["invitation"]["sent_at"] is not None
        message = told["wires"]["edna"]
        assert (message["type"], message["content"]) == ("SURVEY", json.loads(message["text"]))
        assert message["content"]["id"] == journey.tokens["qualityFormId"]
        assert message["content"]["sendingId"] == 1

        before = await journey.ratings()
        kept = await journey.post(ANSWER, answer_of(told, 4))
        assert (kept.status, kept.body, kept.all("vary")) == ("HTTP/1.1 200 OK", b"", VARY)
        (response,) = await journey.responses(thread)
        assert (response.rating, response.metric, response.comment) == (4.0, "csat", None)
        assert response.contact.external == EXTERNAL
        after = await journey.ratings()
        assert (after[0] - before[0], after[1] - before[1]) == (1, 4.0)
        story = await asyncio.to_thread(command, journey.config, "explain", EXTERNAL)
        assert [asked["state"] for asked in story["invitations"]] == ["responded"]


async def test_the_personal_link_of_a_sending_is_answered_in_a_browser(config: Config) -> None:
    async with travelling(config) as journey:
        thread = await journey.record("chat-1", is_open=False)
        first, second = await journey.send(), await journey.send()
        assert first.status == second.status == "HTTP/1.1 200 OK"
        link = (await journey.told(2))["link"]
        async with httpx.AsyncClient(headers=PERSON, follow_redirects=True) as person:
            page = await person.get(link)
            assert page.status_code == 200
            assert "Please rate our service" in page.text
            hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
            found = re.findall(r'<input[^>]*type="radio"[^>]* name="([^"]+)"', page.text)
            fields = {**dict(hidden), found[0]: "5"}
            assert "Thank you" in (await person.post(link, data=fields)).text
        (response,) = await journey.responses(thread)
        assert (response.rating, response.channel) == (5.0, "chat")


async def test_the_three_conflicts_in_their_order(config: Config) -> None:
    async with travelling(config) as journey:
        thread = await journey.record("chat-1", is_open=False)
        await journey.apply(SMS_ONLY)
        form = journey.tokens["qualityFormId"]
        third = await journey.send()
        assert third.json() == conflict(f"Cannot send form {form} to thread {thread}")
        await journey.record("chat-2", first_channel="sms")
        second = await journey.send()
        assert second.json() == conflict("Client has open thread")
        await journey.set("ask_in_chat", "false")
        async with asyncio.timeout(20):
            # A changed setting may go unnoticed for a moment.
            while (first := await journey.send()).json() == second.json():
                await asyncio.sleep(0.1)
        wanted = conflict("Sending surveys via external api is disabled")
        assert (first.status, first.json()) == ("HTTP/1.1 409 Conflict", wanted)
        await journey.set("ask_in_chat", "true")
        await journey.record("chat-2", is_open=False)
        async with asyncio.timeout(20):
            # The later thread began in a channel that the survey is for.
            while (done := await journey.send()).json() == wanted:
                await asyncio.sleep(0.1)
        assert (done.status, done.body) == ("HTTP/1.1 200 OK", b"")
