"""A project that asks: surveys with every kind of question, and people who were asked."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Table, insert, select, update

from tellback.actions.create_project import CreateProject, create_projects
from tellback.actions.request_invitations import request_invitations
from tellback.core.commands import RequestInvitation
from tellback.core.invitation import State
from tellback.core.links import Purpose, link
from tellback.core.model import (
    Choice,
    Project,
    Question,
    QuestionType,
    ShowIf,
    Survey,
    SurveyDefinition,
    SurveyType,
    Transaction,
)
from tellback.core.settings import ProjectSettings
from tellback.store.database import Database
from tellback.store.database import Transaction as Tx
from tellback.store.ids import new_id
from tellback.store.tables import invitations

T = TypeVar("T")
ALICE = "alice@example.com"
NOW = 1_790_000_000_000
HOUR = 3_600_000
DAY = 24 * HOUR
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def choices(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, {"en": value.capitalize()}) for value in values)


COMMENT = Question("why", QuestionType.LONG_TEXT, {"en": "What could be better?"})
VOTE = Question(
    "vote",
    QuestionType.BINARY,
    {"en": "Were you happy with us?", "de": "Waren Sie zufrieden?"},
    choices=(
        Choice("positive", {"en": "Yes", "de": "Ja, sehr"}),
        Choice("negative", {"en": "No", "de": "Nein"}),
    ),
    metric="binary",
)
BINARY = SurveyDefinition("Vote", SurveyType.BINARY, (VOTE, COMMENT))
NPS = SurveyDefinition(
    "NPS",
    SurveyType.NPS,
    (
        Question(
            "nps",
            QuestionType.NPS,
            {"en": "How likely are you to recommend us to a friend or colleague?"},
            metric="nps",
        ),
        COMMENT,
    ),
    thanks={"en": "We read every word.", "de": "Wir lesen alles."},
)
EVERYTHING = SurveyDefinition(
    "Everything",
    SurveyType.FORM,
    (
        Question(
            "ease",
            QuestionType.SCALE,
            {"en": "How easy was it?"},
            minimum=1,
            maximum=7,
            metric="ces",
            required=True,
        ),
        Question("stars", QuestionType.STARS, {"en": "The driver"}, minimum=1, maximum=5),
        Question("mood", QuestionType.SMILEY, {"en": "The shop"}, minimum=1, maximum=5),
        Question(
            "reason",
            QuestionType.SINGLE_CHOICE,
            {"en": "What mattered most?"},
            choices=(*choices("price", "speed"), Choice("other", {"en": "Other"})),
        ),
        Question(
            "which",
            QuestionType.SHORT_TEXT,
            {"en": "Which other thing?"},
            required=True,
            show_if=(ShowIf("reason", any_of=("other",)),),
        ),
        Question(
            "also",
            QuestionType.MULTIPLE_CHOICE,
            {"en": "What else did you like?"},
            choices=choices("packing", "service", "website"),
        ),
        Question(
            "country", QuestionType.DROPDOWN, {"en": "Your country"}, choices=choices("fr", "de")
        ),
        Question("orders", QuestionType.NUMBER, {"en": "How many orders so far?"}),
        Question("mail", QuestionType.EMAIL, {"en": "Where may we reach you?"}),
        Question("day", QuestionType.DATE, {"en": "When did it arrive?"}),
        Question("text", QuestionType.LONG_TEXT, {"en": "Anything else?"}),
    ),
    per_page=100,
)
SURVEYS = {"binary": BINARY, "nps": NPS, "everything": EVERYTHING}


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now


@dataclass(slots=True)
class Asker:
    """A project with its surveys by name, and a hand in its database."""

    database: Database
    project: Project
    surveys: dict[str, Survey]
    asked: list[str] = field(default_factory=list)

    async def invite(
        self,
        survey: str = "binary",
        *,
        address: str = ALICE,
        language: str | None = None,
        transaction: Transaction | None = None,
        sent_at: int | None = None,
        state: State = State.SENT,
    ) -> str:
        """Ask somebody: the id of an invitation whose mail went an hour ago."""
        command = RequestInvitation(
            dialect=survey,
            request_id=new_id(),
            address=address,
            reference=transaction.id if transaction else new_id(),
            transaction=transaction,
            survey=survey,
            language=language,
        )
        made = await self.database.write_one(request_invitations, (self.project, command))
        went = self.database.clock() - HOUR if sent_at is None else sent_at
        await self.change(made.id, state=state.value, sent_at=went, attempts=1)
        return str(made.id)

    async def change(self, id_: str, **values: Any) -> None:
        """Set columns of an invitation."""
        await self.database.write_one(_update, (invitations, id_, values))

    async def add(self, table: Table, **values: Any) -> None:
        """Insert a row."""
        await self.database.write_one(_insert, (table, {"project_id": self.project.id, **values}))

    async def rows(self, table: Table) -> list[dict[str, Any]]:
        """All rows of a table."""
        return await self.database.read(_rows, table)

    async def invitation(self, id_: str) -> dict[str, Any]:
        """An invitation's row."""
        return next(row for row in await self.rows(invitations) if row["id"] == id_)

    def path(self, id_: str, purpose: Purpose = Purpose.ANSWER) -> str:
        """The path of an invitation's link."""
        return link("", self.project.secret, purpose, self.project.id, id_)


async def make_asker(
    database: Database,
    name: str = "Shop",
    settings: ProjectSettings | None = None,
    surveys: dict[str, SurveyDefinition] = SURVEYS,
) -> Asker:
    """A project that has these surveys."""
    job = CreateProject(name, settings or ProjectSettings(), (), list(surveys.items()))
    made = await database.write_one(create_projects, job)
    return Asker(database, made.project, made.surveys)


def run(awaited: Coroutine[Any, Any, T]) -> T:
    """Wait for something asynchronous, also where Playwright keeps a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, awaited).result()


def _update(tx: Tx, jobs: Sequence[tuple[Table, str, dict[str, Any]]]) -> list[None]:
    for table, id_, values in jobs:
        tx.connection.execute(update(table).where(table.c.id == id_).values(**values))
    return [None for _ in jobs]


def _insert(tx: Tx, jobs: Sequence[tuple[Table, dict[str, Any]]]) -> list[None]:
    for table, values in jobs:
        tx.connection.execute(insert(table).values(**values))
    return [None for _ in jobs]


def _rows(connection: Any, table: Table) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select(table))]
