"""The last moment before a mail goes."""

import pytest

from tellback.actions.mark_sending import MarkSending, mark_sendings
from tellback.actions.suppress import suppress
from tellback.core.commands import Suppress
from tellback.store.database import Database
from tests.outgoing import Sending, make_sending


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


async def test_what_is_about_to_go_says_so_with_its_message_id(shop: Sending) -> None:
    id_ = await shop.ask()
    await shop.claim()
    assert await shop.begin(id_) == [True]
    row = await shop.row(id_)
    assert (row.state, row.message_id) == ("sending", f"<{id_}@shop.example>")
    assert row.lease_owner == shop.worker


async def test_who_does_not_hold_it_may_not_send_it(shop: Sending) -> None:
    id_ = await shop.ask()
    assert await shop.begin(id_) == [False]
    await shop.claim()
    assert await shop.begin(id_, worker="somebody else") == [False]
    assert await shop.state(id_) == "claimed"


async def test_nothing_goes_twice(shop: Sending) -> None:
    id_ = await shop.ask()
    await shop.claim()
    assert await shop.begin(id_) == [True]
    assert await shop.begin(id_) == [False]


async def test_nothing_goes_twice_in_one_commit(shop: Sending) -> None:
    id_ = await shop.ask()
    await shop.claim()
    jobs = [
        MarkSending(shop.project.id, id_, worker, domain)
        for worker, domain in [
            ("another", "shop.example"),
            (shop.worker, "shop.example"),
            (shop.worker, "shop.example"),
            (shop.worker, "other.example"),
        ]
    ]
    assert await shop.database.write(mark_sendings, jobs) == [False, True, False, False]
    assert (await shop.row(id_)).message_id == f"<{id_}@shop.example>"


@pytest.mark.parametrize("state", ["cancelled", "queued", "unknown", "responded"])
async def test_what_was_called_off_meanwhile_stays(shop: Sending, state: str) -> None:
    id_ = await shop.ask()
    await shop.claim()
    await shop.change(id_, state=state)
    assert await shop.begin(id_) == [False]
    assert await shop.state(id_) == state


async def test_who_opts_out_at_the_last_moment_gets_nothing(shop: Sending) -> None:
    bob, alice = await shop.ask_all(["bob@example.com", "alice@example.com"])
    await shop.claim()
    job = (shop.project, Suppress("bob@example.com", "unsubscribed"))
    await shop.database.write(suppress, [job])
    assert await shop.begin(bob, alice) == [False, True]
    row = await shop.row(bob)
    assert (row.state, row.reason) == ("suppressed", "the address is never mailed: unsubscribed")
    assert row.lease_owner is None


async def test_projects_are_kept_apart(database: Database, shop: Sending) -> None:
    other = await make_sending(database, "Other")
    id_ = await shop.ask()
    await shop.claim()
    assert await other.begin(id_) == [False]
