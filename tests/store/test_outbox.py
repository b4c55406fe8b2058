"""Finding what is to be done must stay cheap however long the queue is."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection

from tellback.core.instants import HOUR
from tellback.store import outbox
from tellback.store.asks import asked_at
from tellback.store.database import Database
from tellback.store.database import Transaction as Tx
from tellback.store.ids import new_id
from tellback.store.outbox import next_due, projects_with_dead_leases, take_due
from tellback.store.projects import find_project
from tellback.store.quota import find_allowance
from tellback.store.recipients import find_people, suppressed_among
from tellback.store.tables import (
    contact_identities,
    contacts,
    events,
    invitations,
    responses,
    suppressions,
)
from tests.outgoing import NOON, Sending, make_sending
from tests.store.plans import Plan, fill, planning


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


async def in_writer(shop: Sending, look: Callable[[Connection], object]) -> list[Plan]:
    """How the engine goes about what a look at the database asks, where there is much in it."""
    tables = (invitations, responses, events, contacts, suppressions)

    def plans(tx: Tx, jobs: Sequence[Callable[[Connection], object]]) -> list[list[Plan]]:
        fill(tx.connection, shop.project.id, *tables)
        # Of each kind so many that looking through all of them is no choice.
        fill(tx.connection, shop.project.id, contact_identities, rows=8_000)
        with planning(tx.connection) as found:
            jobs[0](tx.connection)
        return [found]

    found: list[Plan] = await shop.database.write_one(plans, look)
    return found


async def test_looking_for_work_scans_no_invitations(shop: Sending) -> None:
    def look(connection: Connection) -> None:
        next_due(connection)
        take_due(connection, shop.project.id, NOON, 10)
        projects_with_dead_leases(connection, NOON, None)
        outbox.find_dead(connection, shop.project.id, NOON, None, 10)

    found = await in_writer(shop, look)
    assert not [plan for plan in found if plan.sorts or plan.reads_whole("invitations")]
    used = [index for plan in found for index in plan.indexes]
    assert used.count("ix_invitations_due") == 2
    assert used.count("ix_invitations_leased") == 2


async def test_mails_are_moved_on_by_their_ids(shop: Sending) -> None:
    project_id, worker, ids = shop.project.id, shop.worker, [new_id(), new_id()]

    def move(connection: Connection) -> None:
        outbox.mark_claimed(connection, project_id, ids, worker, NOON + HOUR, NOON)
        outbox.mark_sending(connection, project_id, worker, ids, "shop.example")
        outbox.find_unwanted(connection, project_id, worker, ids)
        outbox.mark_just_sent(connection, project_id, worker, ids, NOON)
        outbox.extend_leases(connection, project_id, worker, ids, NOON + HOUR)

    found = await in_writer(shop, move)
    steps = [step for plan in found for step in plan.steps if step.table == "invitations"]
    assert len(steps) >= 5
    assert {frozenset(step.columns) for step in steps} == {frozenset(("project_id", "id"))}


async def test_people_are_judged_by_what_is_theirs(shop: Sending) -> None:
    def look(connection: Connection) -> None:
        asked_at(connection, shop.project.id, [new_id()], since=0)
        take_due(connection, shop.project.id, NOON, 10)
        find_people(connection, shop.project.id, [new_id()])
        suppressed_among(connection, shop.project.id, ["alice@example.com"])

    found = await in_writer(shop, look)
    steps = [step for plan in found for step in plan.steps]
    assert len([step for step in steps if step.columns >= {"project_id", "contact_id"}]) == 3
    assert {"project_id", "kind", "value"} in [step.columns for step in steps]
    assert {"project_id", "address"} in [step.columns for step in steps]


async def test_counting_what_has_gone_reads_nothing_else(shop: Sending) -> None:
    await shop.set(quota_per_day=5)

    def look(connection: Connection) -> None:
        project = find_project(connection, shop.project.id)
        assert project is not None
        find_allowance(connection, project, NOON)

    found = await in_writer(shop, look)
    steps = [step for plan in found for step in plan.steps]
    assert not [plan for plan in found if plan.reads_whole("invitations")]
    for index, column in (
        ("ix_invitations_sent", "sent_at"),
        ("ix_invitations_unknown", "claimed_at"),
    ):
        bounds = [step.bounds for step in steps if step.index == index]
        assert [column in each for each in bounds] == [True, True]


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
