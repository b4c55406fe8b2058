"""A project whose surveys are published to the widget, and the calls of a page's script."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from sqlalchemy import Connection, Table, select

from tellback.actions.define_surveys import define_surveys
from tellback.app import App
from tellback.core.commands import DefineSurvey
from tellback.core.model import (
    Place,
    Project,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    SurveyType,
    WidgetRule,
)
from tellback.store.database import Database

BASE = "http://testserver"
#: The browser's own id of somebody.
VISITOR = "0123456789abcdef0123456789abcdef"
NPS = SurveyDefinition(
    "NPS",
    SurveyType.NPS,
    (
        Question(
            "nps",
            QuestionType.NPS,
            {"en": "How likely are you to recommend us?", "de": "Wie wahrscheinlich?"},
            metric="nps",
        ),
        Question(
            "wrong",
            QuestionType.LONG_TEXT,
            {"en": "What went wrong?"},
            show_if=(ShowIf("nps", at_most=6),),
        ),
        Question(
            "liked",
            QuestionType.LONG_TEXT,
            {"en": "What did you like?"},
            show_if=(ShowIf("nps", at_least=7),),
        ),
    ),
    widget=WidgetRule(),
)
STARS = Question(
    "stars", QuestionType.STARS, {"en": "How was it?"}, minimum=1, maximum=5, metric="csat"
)
CSAT = SurveyDefinition(
    "CSAT", SurveyType.CSAT, (STARS,), widget=WidgetRule(Place.INLINE, pages=("/help/*",))
)
EASE = Question("ease", QuestionType.SCALE, {"en": "How easy?"}, minimum=1, maximum=7, metric="ces")
CES = SurveyDefinition("CES", SurveyType.CES, (EASE,), widget=WidgetRule(events=("paid",)))
VOTE = Question("vote", QuestionType.BINARY, {"en": "Did you find it?"}, metric="binary")
BINARY = SurveyDefinition("Binary", SurveyType.BINARY, (VOTE,))


async def publish(database: Database, project: Project, **definitions: SurveyDefinition) -> None:
    """Define surveys, by their keys."""
    for key, definition in definitions.items():
        command = DefineSurvey("api", key, definition)
        await database.write_one(define_surveys, (project, command))


def placed(definition: SurveyDefinition, **rule: Any) -> SurveyDefinition:
    """A survey with another rule for the widget."""
    return replace(definition, widget=replace(definition.widget or WidgetRule(), **rule))


@dataclass(frozen=True, slots=True)
class PageScript:
    """What a page's script calls, with its project's public key."""

    client: httpx.AsyncClient
    key: str

    async def surveys(self, **headers: str) -> httpx.Response:
        """What is published."""
        return await self.client.get(f"/-/widget/{self.key}", headers=headers)

    async def call(self, name: str, body: Any, **headers: str) -> httpx.Response:
        """Any call."""
        return await self.client.post(f"/-/widget/{self.key}/{name}", json=body, headers=headers)

    async def ask(self, *surveys: str, **more: Any) -> Any:
        """Ask for the first of some surveys; what is shown, or None."""
        body = {"surveys": surveys or ("nps",), "visitor": VISITOR, **more}
        reply = await self.call("ask", body)
        assert reply.status_code == 200, reply.text
        return reply.json()["ask"]

    async def answer(self, ticket: str, answers: Mapping[str, Any], **more: Any) -> httpx.Response:
        """Hand an answer in."""
        return await self.call("answer", {"ticket": ticket, "answers": answers, **more})


@asynccontextmanager
async def page_script(app: App, key: str) -> AsyncIterator[PageScript]:
    """A page's script in this process."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield PageScript(client, key)


async def rows(database: Database, table: Table) -> list[Any]:
    """All rows of a table, the oldest first."""

    def read(connection: Connection) -> list[Any]:
        return list(connection.execute(select(table).order_by(table.c.id)))

    found: list[Any] = await database.read(read)
    return found
