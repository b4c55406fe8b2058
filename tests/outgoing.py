"""A project that asks by e-mail, seen from the sender's side, on a clock that tests set."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, insert, select, update

from tellback.actions.claim_invitations import Claimed, ClaimInvitations, claim_invitations
from tellback.actions.create_project import CreateProject, create_projects
from tellback.actions.mark_sending import MarkSending, mark_sendings
from tellback.actions.record_deliveries import RecordDelivery, Result, record_deliveries
from tellback.actions.request_invitations import request_invitations
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.core.commands import RequestInvitation
from tellback.core.instants import parse_instant
from tellback.core.model import (
    Choice,
    Project,
    Question,
    QuestionType,
    SurveyDefinition,
    SurveyType,
    Transaction,
)
from tellback.core.settings import ProjectSettings
from tellback.store import tables
from tellback.store.database import Database
from tellback.store.database import Transaction as Tx
from tellback.store.ids import new_id, now_ms

WIRE = "wire"
NOON = parse_instant("2026-11-12T12:00:00Z") or 0
FREE = ProjectSettings(throttle_per_day=None, throttle_per_week=None, throttle_per_month=None)
SURVEY = SurveyDefinition(
    name="How was it?",
    type=SurveyType.BINARY,
    questions=(
        Question(
            "happy",
            QuestionType.BINARY,
            {"en": "Were you happy?", "de": "Waren Sie zufrieden?"},
            choices=(
                Choice("positive", {"en": "Yes", "de": "Ja"}),
                Choice("negative", {"en": "No", "de": "Nein"}),
            ),
            metric="binary",
        ),
        Question("why", QuestionType.LONG_TEXT, {"en": "Why?"}),
    ),
    subject={"en": "A question", "de": "Eine Frage"},
)


@dataclass(slots=True)
class Clock:
    """What time it is for the database."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now


@dataclass(slots=True)
class Sending:
    """What a sender does, one step at a time, for one project."""

    database: Database
    project: Project
    worker: str = "here:1"
    clock: Clock = field(default_factory=Clock)

    async def ask(self, address: str = "alice@example.com", **changes: Any) -> str:
        """Request an invitation; its id."""
        return (await self.ask_all([address], **changes))[0]

    async def ask_all(self, addresses: list[str], **changes: Any) -> list[str]:
        """Request invitations in one call; their ids."""
        request_id = new_id()
        commands = [
            RequestInvitation(
                dialect=WIRE,
                request_id=request_id,
                address=address,
                reference=f"order {new_id()}",
                transaction=Transaction("order", NOON, 12.5, "EUR"),
            )
            for address in addresses
        ]
        jobs = [(self.project, replace(command, **changes)) for command in commands]
        return [outcome.id for outcome in await self.database.write(request_invitations, jobs)]

    async def claim(self, limit: int = 100, worker: str | None = None) -> list[str]:
        """Claim what is due; the ids of what may be sent."""
        return [invitation.id for invitation in (await self.claimed(limit, worker)).invitations]

    async def claimed(self, limit: int = 100, worker: str | None = None) -> Claimed:
        """Claim what is due."""
        job = ClaimInvitations(self.project.id, worker or self.worker, limit, lease=60_000)
        claimed: Claimed = await self.database.write_one(claim_invitations, job)
        return claimed

    async def begin(self, *ids: str, worker: str | None = None) -> list[bool]:
        """Record that mails are about to be handed over; whether each may go."""
        jobs = [
            MarkSending(self.project.id, id_, worker or self.worker, "shop.example") for id_ in ids
        ]
        return await self.database.write(mark_sendings, jobs)

    async def end(
        self, result: Result, *ids: str, reason: str | None = None, worker: str | None = None
    ) -> list[bool]:
        """Record what came of mails; whether that counted."""
        jobs = [
            RecordDelivery(self.project.id, id_, worker or self.worker, result, reason)
            for id_ in ids
        ]
        return await self.database.write(record_deliveries, jobs)

    async def send(self, address: str = "alice@example.com") -> str:
        """Ask somebody and have the mail go at once; the invitation's id."""
        id_ = await self.ask(address)
        assert id_ in await self.claim()
        assert await self.begin(id_) == [True]
        assert await self.end(Result.SENT, id_) == [True]
        return id_

    async def row(self, id_: str) -> Any:
        """An invitation as it is stored."""
        return await self.database.read(_row, self.project.id, id_)

    async def state(self, id_: str) -> str:
        """An invitation's state."""
        return str((await self.row(id_)).state)

    async def states(self) -> dict[str, int]:
        """How many invitations are in each state."""
        return await self.database.read(_states, self.project.id)

    async def set(self, **settings: object) -> None:
        """Change the project's settings."""
        for name, value in settings.items():
            text = "" if value is None else str(value).lower()
            await self.database.write_one(set_settings, SetSetting(self.project.id, name, text))

    async def change(self, id_: str, **values: object) -> None:
        """Make an invitation's row something that no action would."""
        await self.change_row("invitations", id_, **values)

    async def change_row(self, table: str, id_: str, **values: object) -> None:
        """Make a row something that no action would."""
        await self.database.write(_change, [(table, self.project.id, id_, values)])

    async def insert(self, table: str, **values: object) -> None:
        """Put a row somewhere, behind all actions."""
        row = {"project_id": self.project.id, **values}
        await self.database.write(_insert, [(table, row)])


async def make_sending(
    database: Database, name: str = "Shop", settings: ProjectSettings = FREE
) -> Sending:
    """A project with one survey, on a clock that shows noon."""
    clock = database.clock if isinstance(database.clock, Clock) else Clock()
    database.clock = clock
    made = await database.write_one(
        create_projects, CreateProject(name, settings, [], [(WIRE, SURVEY)])
    )
    return Sending(database, made.project, clock=clock)


def on_real_time(sending: Sending) -> None:
    """Let the database go by the machine's clock again."""
    sending.database.clock = now_ms


def _row(connection: Connection, project_id: str, id_: str) -> Any:
    table = tables.invitations
    statement = select(table).where(table.c.project_id == project_id, table.c.id == id_)
    return connection.execute(statement).one()


def _states(connection: Connection, project_id: str) -> dict[str, int]:
    table = tables.invitations
    found: dict[str, int] = {}
    statement = select(table.c.state).where(table.c.project_id == project_id)
    for state in connection.execute(statement).scalars():
        found[state] = found.get(state, 0) + 1
    return found


def _change(tx: Tx, jobs: Any) -> list[None]:
    for name, project_id, id_, values in jobs:
        table = tables.metadata.tables[name]
        mine = (table.c.project_id == project_id, table.c.id == id_)
        assert tx.connection.execute(update(table).where(*mine).values(**values)).rowcount == 1
    return [None for _ in jobs]


def _insert(tx: Tx, jobs: Any) -> list[None]:
    for table, row in jobs:
        tx.connection.execute(insert(tables.metadata.tables[table]), row)
    return [None for _ in jobs]
