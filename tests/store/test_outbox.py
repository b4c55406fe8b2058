"""Finding what is to be done must stay cheap however long the queue is."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from tellback.core.instants import HOUR
from tellback.store import outbox
from tellback.store.asks import asked_at
from tellback.store.database import Database, Transaction
from tellback.store.ids import new_id
from tellback.store.outbox import next_due, projects_with_dead_leases, take_due
from tellback.store.projects import find_project
from tellback.store.quota import find_allowance
from tellback.store.recipients import find_people, suppressed_among
from tests.outgoing import NOON, Sending, make_sending


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


def plans(connection: Connection, statements: list[str]) -> str:
    rows = [
        row.detail
        for statement in statements
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
    ]
    return "\n".join(rows)


def recorded(connection: Connection, look: Callable[[Connection], object]) -> list[str]:
    """The statements that a look at the database runs, as the engine gets them."""
    heard: list[str] = []
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(heard.append)
    try:
        look(connection)
    finally:
        driver.set_trace_callback(None)
    return [statement for statement in heard if statement.startswith(("SELECT", "UPDATE"))]


async def test_looking_for_work_scans_no_invitations(shop: Sending) -> None:
    def look(connection: Connection) -> None:
        next_due(connection)
        take_due(connection, shop.project.id, NOON, 10)
        projects_with_dead_leases(connection, NOON, None)
        outbox.find_dead(connection, shop.project.id, NOON, None, 10)

    plan = await shop.database.read(lambda c: plans(c, recorded(c, look)))
    assert "SCAN invitations" not in plan
    assert "USE TEMP B-TREE FOR" not in plan
    assert plan.count("ix_invitations_due") == 2
    assert plan.count("ix_invitations_leased") == 2


async def test_mails_are_moved_on_by_their_ids(shop: Sending) -> None:
    project_id, worker, ids = shop.project.id, shop.worker, [new_id(), new_id()]

    def move(connection: Connection) -> None:
        outbox.mark_claimed(connection, project_id, ids, worker, NOON + HOUR, NOON)
        outbox.mark_sending(connection, project_id, worker, ids, "shop.example")
        outbox.find_unwanted(connection, project_id, worker, ids)
        outbox.mark_just_sent(connection, project_id, worker, ids, NOON)
        outbox.extend_leases(connection, project_id, worker, ids, NOON + HOUR)

    def planned(tx: Transaction, _: object) -> list[str]:
        return [plans(tx.connection, recorded(tx.connection, move))]

    (plan,) = await shop.database.write(planned, [None])
    assert plan.count("SEARCH invitations") == 5
    assert plan.count("sqlite_autoindex_invitations_1 (project_id=? AND id=?)") == 5


async def test_people_are_judged_by_what_is_theirs(shop: Sending) -> None:
    def look(connection: Connection) -> None:
        asked_at(connection, shop.project.id, [new_id()], NOON)
        find_people(connection, shop.project.id, ["alice@example.com"])
        suppressed_among(connection, shop.project.id, ["alice@example.com"])

    plan = await shop.database.read(lambda c: plans(c, recorded(c, look)))
    assert plan.count("(project_id=? AND contact_id=?") == 3
    assert plan.count("(project_id=? AND kind=? AND value=?)") == 1
    assert plan.count("suppressions_1 (project_id=? AND address=?)") == 1


async def test_counting_what_has_gone_reads_nothing_else(shop: Sending) -> None:
    await shop.set(quota_per_day=5)

    def look(connection: Connection) -> None:
        project = find_project(connection, shop.project.id)
        assert project is not None
        find_allowance(connection, project, NOON)

    plan = await shop.database.read(lambda c: plans(c, recorded(c, look)))
    assert "SCAN" not in plan
    assert plan.count("ix_invitations_sent (project_id=? AND sent_at>?)") == 2
    assert plan.count("ix_invitations_unknown (project_id=? AND claimed_at>?)") == 2


async def test_each_project_with_something_queued_says_when(
    database: Database, shop: Sending
) -> None:
    other = await make_sending(database, "Other")
    await make_sending(database, "Idle")
    await shop.ask_all(["a@example.com", "b@example.com"], send_at=NOON + HOUR)
    await shop.ask(send_at=NOON + 2 * HOUR)
    await other.ask()
    due = await database.read(next_due)
    assert dict(due) == {shop.project.id: NOON + HOUR, other.project.id: NOON}
    await other.claim()
    assert dict(await database.read(next_due)) == {shop.project.id: NOON + HOUR}
