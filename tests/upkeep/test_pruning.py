"""Forgetting in the background: each project in its time, a little at a time, beside writers."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select

from tellback.actions.forget_old import ForgetOld
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.config import Config
from tellback.core.commands import RecordRejection
from tellback.core.instants import DAY
from tellback.core.retention import SETTING, Fleeting, kept_for
from tellback.core.settings import SETTINGS, ProjectSettings
from tellback.store.database import Database, Transaction
from tellback.store.ids import now_ms
from tellback.store.kept_replies import KeptReply, insert_reply
from tellback.store.outgoing_events import insert_outgoing_events
from tellback.store.rejected_inputs import NOBODY, insert_rejections
from tellback.store.rows import insert_rows
from tellback.store.sessions import insert_session
from tellback.store.tables import (
    events,
    kept_replies,
    outgoing_events,
    rejected_inputs,
    sessions,
    signals,
)
from tellback.telemetry.exposition import Exposition
from tellback.upkeep.pruning import Pruning
from tellback.upkeep.rolling import Rolling
from tests.conftest import Tenant
from tests.engines import opened

NOW = 1_795_000_000_000
_SIGNAL = ("project_id", "id", "invitation_id", "kind", "scanner", "created_at")
_EVENT = ("project_id", "id", "dialect", "contact_id", "name", "created_at")
_TOLD = ("project_id", "id", "type", "subject_id", "state", "due_at", "created_at", "settled_at")
#: Where each kind is, and by which column its age can be told.
TABLES: dict[Fleeting, tuple[Table, str]] = {
    Fleeting.SIGNALS: (signals, "created_at"),
    Fleeting.EVENTS: (events, "created_at"),
    Fleeting.WEBHOOK: (outgoing_events, "created_at"),
    Fleeting.REJECTED: (rejected_inputs, "created_at"),
    Fleeting.REPLIES: (kept_replies, "created_at"),
    Fleeting.SESSIONS: (sessions, "expires_at"),
}


@pytest.fixture
def now(database: Database) -> list[int]:
    """What time it is; its only member may be changed."""
    moment = [NOW]
    database.clock = lambda: moment[0]
    return moment


def _id(at: int, number: int) -> str:
    return f"{at:012x}{number:020x}"


def _put(tx: Transaction, jobs: Sequence[tuple[Fleeting, str, int, int]]) -> list[None]:
    """Rows as the actions make them, in the past: (kind, whose, when, a number of its own)."""
    connection = tx.connection
    for kind, owner, at, number in jobs:
        id_ = _id(at, number)
        if kind is Fleeting.SIGNALS:
            insert_rows(connection, signals, _SIGNAL, [(owner, id_, id_, "open", "head", at)])
        elif kind is Fleeting.EVENTS:
            row = (owner, id_, "wire", id_, "$shown:" + "5" * 32, at)
            insert_rows(connection, events, _EVENT, [row])
        elif kind is Fleeting.WEBHOOK:
            told = (owner, id_, "conversation.closed", id_, "delivered", at, at, at)
            insert_rows(connection, outgoing_events, _TOLD, [told])
        elif kind is Fleeting.REJECTED:
            entry = RecordRejection("wire", "ask", "POST", "/ask", 400, "no", b"")
            insert_rejections(connection, [(owner, entry)], at)
        elif kind is Fleeting.REPLIES:
            insert_reply(connection, owner, f"{number}", KeptReply(b"", 200, {}, b""), at)
        else:
            insert_session(connection, id_, "a" * 32, at - DAY, at)
    return [None for _ in jobs]


async def put(
    database: Database, kind: Fleeting, owner: str, ages: Sequence[float], first: int = 0
) -> None:
    """Rows of these ages in days."""
    jobs = [(kind, owner, NOW - int(age * DAY), first + n) for n, age in enumerate(ages)]
    await database.write(_put, jobs)


async def ages(database: Database, kind: Fleeting, owner: str | None = None) -> list[float]:
    """How old in days what is left is, the youngest first."""
    table, column = TABLES[kind]

    def left(connection: Connection) -> list[float]:
        statement = select(table.c[column])
        if owner is not None:
            statement = statement.where(table.c.project_id == owner)
        return sorted((NOW - at) / DAY for at in connection.execute(statement).scalars())

    return await database.read(left)


async def test_each_project_has_its_own_time(
    now: list[int], database: Database, shop: Tenant, other: Tenant
) -> None:
    for kind, name in SETTING.items():
        days = kept_for(kind, ProjectSettings()) // DAY
        await database.write_one(set_settings, SetSetting(other.id, name, "100"))
        for number, owner in enumerate((shop.id, other.id)):
            await put(database, kind, owner, (0, 99, 102, days - 1, days + 2), number * 10)
    rolling = Rolling(database, "worker")
    for tenant in (shop, other):
        while await rolling.roll_up(tenant.id):
            pass
    assert set(await Pruning(database).all()) == {kind.value for kind in SETTING}
    for kind in SETTING:
        days = kept_for(kind, ProjectSettings()) // DAY
        usual = sorted(age for age in (0, 99, 102, days - 1) if age < days)
        assert await ages(database, kind, shop.id) == usual, kind
        wanted = sorted(age for age in (0, 99, days - 1, days + 2) if age < 100)
        assert await ages(database, kind, other.id) == wanted, kind
    assert await Pruning(database).all() == {}


async def test_what_is_over_goes_with_it(now: list[int], database: Database, shop: Tenant) -> None:
    await put(database, Fleeting.REPLIES, shop.id, (0.9, 1.1, 30))
    await put(database, Fleeting.SESSIONS, NOBODY, (-1, 0.1, 30))
    for owner in (NOBODY, "f" * 32):
        await put(database, Fleeting.REJECTED, owner, (29, 31))
    forgotten = await Pruning(database).all()
    assert forgotten == {"replies": 2, "sessions": 2, "rejected": 2}
    assert await ages(database, Fleeting.REPLIES) == [0.9]
    assert await ages(database, Fleeting.SESSIONS) == [-1]
    # What belongs to nobody, or to a project that is gone, has the usual time.
    assert await ages(database, Fleeting.REJECTED) == [29, 29]


async def test_what_waits_is_not_forgotten_however_old(
    now: list[int], database: Database, shop: Tenant
) -> None:
    def queue(tx: Transaction, jobs: Sequence[int]) -> list[None]:
        (before,) = jobs
        # Ids are of the moment at which they are made.
        subject = [("response.created", "5" * 32)]
        insert_outgoing_events(tx.connection, shop.id, subject, before)
        return [None]

    await put(database, Fleeting.WEBHOOK, shop.id, (60, 40))
    await database.write_one(queue, NOW - 50 * DAY)
    now[0] = max(now[0], now_ms()) + 40 * DAY
    assert await Pruning(database).all() == {"webhook": 2}
    assert await ages(database, Fleeting.WEBHOOK) == [50]


async def test_a_little_at_a_time(now: list[int], database: Database, shop: Tenant) -> None:
    most = ForgetOld(Fleeting.REPLIES, "", 0).most
    await put(database, Fleeting.REPLIES, shop.id, [2.0] * (2 * most + 1))
    ticks = iter(range(100))
    pruning = Pruning(database, clock=lambda: next(ticks))
    rests = [await pruning() for _ in range(3)]
    # Four times as long as it has worked, and in the end for an hour.
    assert rests == [4.0, 4.0, 3600.0]
    assert await ages(database, Fleeting.REPLIES) == []


async def test_two_do_it_side_by_side(
    now: list[int], config: Config, database: Database, shop: Tenant
) -> None:
    """Each with a writer of its own, as in two processes."""
    await put(database, Fleeting.REPLIES, shop.id, [2.0] * 1_200)
    with opened(config) as another:
        another.clock = database.clock
        prunings = (Pruning(each) for each in (database, another, database))
        done = await asyncio.gather(*(pruning.all() for pruning in prunings))
    assert sum(one.get("replies", 0) for one in done) == 1_200
    assert await ages(database, Fleeting.REPLIES) == []


async def test_writers_go_on_meanwhile(
    now: list[int], database: Database, shop: Tenant, other: Tenant
) -> None:
    """They get their turn between the little that is deleted at a time."""
    await put(database, Fleeting.REPLIES, shop.id, [2.0] * 4_000)
    forgetting = asyncio.create_task(Pruning(database).all())
    written = 0
    while not forgetting.done():
        owner = (shop.id, other.id)[written % 2]
        await put(database, Fleeting.REPLIES, owner, [0.0], 10_000 + written)
        written += 1
    assert await forgetting == {"replies": 4_000}
    assert written > 3, "each had its turn before the last of eight"
    assert await ages(database, Fleeting.REPLIES) == [0.0] * written


async def test_it_is_counted(now: list[int], database: Database, shop: Tenant) -> None:
    await put(database, Fleeting.REPLIES, shop.id, [2.0] * 3)
    await Pruning(database).all()
    page, _ = Exposition(database.telemetry.figures).write(())
    assert 'tellback_rows_forgotten_total{kind="replies"} 3.0' in page.decode()
    assert 'tellback_rows_forgotten_total{kind="signals"} 0.0' in page.decode()


async def test_a_failure_does_not_keep_the_others_waiting(
    now: list[int], database: Database, shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(database, Fleeting.REJECTED, shop.id, [31])
    await put(database, Fleeting.REPLIES, shop.id, [2])
    write = database.write_one

    async def failing(action: Any, job: Any) -> Any:
        if job.kind is Fleeting.REJECTED:
            raise RuntimeError
        return await write(action, job)

    monkeypatch.setattr(database, "write_one", failing)
    pruning = Pruning(database)
    with pytest.raises(RuntimeError):
        await pruning()
    assert await pruning() == 3600.0
    assert await ages(database, Fleeting.REPLIES) == []


def test_every_setting_has_its_kind() -> None:
    assert set(SETTING.values()) == {name for name in SETTINGS if name.startswith("keep_")}
