"""What the demo's customers have said: enough to look at, and all of it true to the books."""

from sqlalchemy import Connection, func, select

from tellback.cli.sample import fill
from tellback.core.instants import DAY, HOUR
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tellback.store.tables import conversations, invitations, responses, signals
from tellback.store.verify import verify
from tests.conftest import Tenant


def ratings(connection: Connection) -> list[tuple[str, float, int]]:
    by = (responses.c.metric, responses.c.rating)
    counted = select(*by, func.count()).group_by(*by).order_by(*by)
    return [tuple(row) for row in connection.execute(counted)]  # type: ignore[misc]


def comments(connection: Connection) -> list[tuple[int, str]]:
    said = select(responses.c.created_at, responses.c.comment).where(responses.c.comment != "")
    return [tuple(row) for row in connection.execute(said)]  # type: ignore[misc]


def agents(connection: Connection) -> set[str]:
    return set(connection.execute(select(conversations.c.agent)).scalars())


async def test_two_months_of_answers(database: Database, shop: Tenant) -> None:
    dialects = list(load_dialects().values())
    now = database.clock()
    await fill(database, shop.made.project, dialects, now)
    found = await database.read(ratings)
    assert {metric for metric, _, _ in found} >= {"nps", "csat", "binary"}
    assert 500 < sum(count for *_, count in found) < 1_500
    assert len(await database.read(agents)) == 4
    said = await database.read(comments)
    assert all(now - 77 * DAY < at <= now for at, _ in said)
    (angry,) = [at for at, comment in said if "furious" in comment]
    assert abs(now - DAY + HOUR - angry) < HOUR
    assert (await database.read(verify)).findings == []


async def test_answers_to_mails_were_asked_for_by_mails(database: Database, shop: Tenant) -> None:
    await fill(database, shop.made.project, list(load_dialects().values()), database.clock())
    told = select(responses.c.invitation_id).where(responses.c.channel == "email")
    answered = [row.invitation_id for row in await database.read(lambda c: c.execute(told).all())]
    assert len(answered) > 100
    assert None not in answered
    counted = select(invitations.c.state, func.count()).group_by(invitations.c.state)
    states = dict(tuple(row) for row in await database.read(lambda c: c.execute(counted).all()))
    assert states["responded"] == len(answered)
    assert min(states[state] for state in ("sent", "opened", "clicked", "failed")) > 0
    machines = select(func.count()).where(signals.c.scanner.is_not(None))
    assert await database.read(lambda c: c.execute(machines).scalar()) == 0
