"""Cancelling an invitation, and sending one again."""

import re

from tellback.core.invitation import State
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.outgoing import Sending
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded


async def one(person: Person, state: State) -> str:
    """The page of an invitation in a state."""
    html = (await person.get(f"/-/p/shop/invitations?state={state}")).text
    found = re.search(r"/-/p/shop/invitations/[0-9a-f]{32}", html)
    assert found
    return found[0]


async def test_what_is_queued_is_cancelled(
    alice: Person, database: Database, shop: Tenant, sown: Seeded
) -> None:
    page = await one(alice, State.QUEUED)
    assert "Cancel this invitation" in (await alice.get(page)).text
    reply = await alice.send(page, f"{page}/cancel", {})
    html = (await alice.get(reply.headers["location"])).text
    assert "It is cancelled. Nothing will be sent." in html
    assert "Cancel this invitation" not in html
    row = await Sending(database, shop.made.project).row(page[-32:])
    assert (row.state, row.reason) == ("cancelled", "cancelled by its project")


async def test_what_is_unknown_is_sent_again(
    alice: Person, database: Database, shop: Tenant, sown: Seeded
) -> None:
    page = await one(alice, State.UNKNOWN)
    sending = Sending(database, shop.made.project)
    await sending.change(page[-32:], created_at=database.clock())
    assert "Cancel this invitation" not in (await alice.get(page)).text
    reply = await alice.send(page, f"{page}/resend", {})
    assert "It is queued again" in (await alice.get(reply.headers["location"])).text
    assert await sending.state(page[-32:]) == "queued"


async def test_what_has_moved_on_meanwhile_is_shown_as_it_is(
    alice: Person, database: Database, shop: Tenant, sown: Seeded
) -> None:
    page = await one(alice, State.QUEUED)
    sending = Sending(database, shop.made.project)
    await sending.change(page[-32:], state="sent", sent_at=database.clock())
    for verb, why in (("cancel", "waits no more"), ("resend", "it is known what became")):
        reply = await alice.send("/-/account", f"{page}/{verb}", {})
        assert reply.status_code == 409
        assert "Nothing was changed" in reply.text
        assert why in reply.text
        assert ">Sent<" in reply.text
    assert await sending.state(page[-32:]) == "sent"


async def test_changing_is_the_owners_alone(
    alice: Person,
    bob: Person,
    charlie: Person,
    database: Database,
    shop: Tenant,
    other: Tenant,
    sown: Seeded,
) -> None:
    page = await one(alice, State.QUEUED)
    assert "Cancel this invitation" not in (await bob.get(page)).text
    for verb in ("cancel", "resend"):
        assert (await bob.send("/-/account", f"{page}/{verb}", {})).status_code == 403
        assert (await charlie.send("/-/account", f"{page}/{verb}", {})).status_code == 404
        theirs = page.replace("shop", "other")
        assert (await charlie.send("/-/account", f"{theirs}/{verb}", {})).status_code == 404
        forged = {"form_token": "x"}
        assert (await alice.client.post(f"{page}/{verb}", data=forged)).status_code == 403
    assert await Sending(database, shop.made.project).state(page[-32:]) == "queued"
