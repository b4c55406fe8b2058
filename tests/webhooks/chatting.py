"""A project whose conversations are asked about, and a courier that tells of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from standardwebhooks import Webhook

from tellback.actions.ask_in_conversations import ask_in_conversations
from tellback.actions.create_project import CreateProject, create_projects
from tellback.actions.keep_webhook_keys import KeepWebhookKey, keep_webhook_keys
from tellback.actions.record_conversations import record_conversations
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.core.conversations import AskInConversation, ConversationKey, RecordConversation
from tellback.core.instants import DAY
from tellback.core.model import ContactKey, Identity, Project
from tellback.core.settings import ProjectSettings
from tellback.core.webhooks import write_secret
from tellback.dialects.contract import Dialect
from tellback.store.database import Database
from tellback.store.ids import new_id
from tellback.store.outgoing_events import list_events
from tellback.webhooks.courier import Courier
from tellback.webhooks.post import Poster
from tests.actions.workroom import NPS, WIRE
from tests.webhooks.receivers import Call

BASE = "https://ask.example"
FREE = {"throttle_per_day": None, "throttle_per_week": None, "throttle_per_month": None}


@dataclass(slots=True)
class Chats:
    """What tests do with a project's conversations."""

    database: Database
    project: Project
    secret: str = ""

    async def set(self, **settings: object) -> None:
        for name, value in settings.items():
            job = SetSetting(self.project.id, name, str(value))
            changed = await self.database.write_one(set_settings, job)
            self.project = Project(
                **{
                    name: getattr(self.project, name)
                    for name in ("id", "name", "slug", "created_at", "secret")
                },
                settings=changed,
            )

    async def rotate(self) -> str:
        """A new secret, and what it is."""
        key = await self.database.write_one(
            keep_webhook_keys, KeepWebhookKey(self.project.id, rotate=True)
        )
        self.secret = write_secret(key)
        return self.secret

    async def closed(self, reference: str | None = None, who: str = "alice", **what: Any) -> Any:
        """A conversation that has long been over, so that its end itself is no news."""
        contact = ContactKey(Identity.EXTERNAL, who)
        reference = reference or new_id()
        over = None if what.get("is_open") else self.database.clock() - 2 * DAY
        given = {"contact": contact, "closed_at": over, "channel": "web", **what}
        command = RecordConversation(WIRE, reference, **given)
        done = await self.database.write_one(record_conversations, (self.project, command))
        return done.conversation

    async def ask(self, survey: str = WIRE, **what: Any) -> str:
        """Send a survey into a conversation that is over: the invitation's id."""
        conversation = await self.closed(**what)
        command = AskInConversation(WIRE, survey, ConversationKey(id=conversation.id))
        asked = await self.database.write_one(ask_in_conversations, (self.project, command))
        return str(asked.invitation_id)

    async def events(self) -> list[Any]:
        """The events, oldest first."""
        rows = await self.database.read(list_events, self.project.id, 1_000)
        return list(reversed(rows))

    async def settled(self, count: int = 1, seconds: float = 10.0) -> list[Any]:
        """Wait until that many events are settled; all of them."""
        async with asyncio.timeout(seconds):
            while True:
                rows = await self.events()
                if sum(row.settled_at is not None for row in rows) >= count:
                    return rows
                await asyncio.sleep(0.01)

    async def attempted(self, attempts: int = 1, seconds: float = 10.0) -> Any:
        """Wait until something has come of that many attempts at the only event."""
        async with asyncio.timeout(seconds):
            while True:
                (row,) = await self.events()
                if row.attempts >= attempts and (row.error or row.status):
                    return row
                await asyncio.sleep(0.01)

    def verify(self, call: Call) -> Any:
        """What a call says, once its signature has been checked by the public library."""
        return Webhook(self.secret).verify(call.body, call.headers)


async def make_chats(database: Database, name: str = "Shop") -> Chats:
    """alice's and bob's project, which limits nothing; with a secret."""
    job = CreateProject(name, ProjectSettings(**FREE), [], [(WIRE, NPS)])
    made = await database.write_one(create_projects, job)
    chats = Chats(database, made.project)
    await chats.rotate()
    return chats


@asynccontextmanager
async def telling(
    database: Database, dialects: Mapping[str, Dialect] | None = None, timeout: float = 5.0
) -> AsyncIterator[Courier]:
    """A courier at work; stopped, and waited for, at the end."""
    courier = Courier(database, dialects or {}, BASE, Poster(timeout))
    running = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        courier.stop()
        await running
