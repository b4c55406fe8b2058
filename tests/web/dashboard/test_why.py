"""Why somebody was or was not asked."""

import re

import pytest

from tellback.actions.suppress import suppress
from tellback.core.commands import Suppress
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded

WHY = "/-/p/shop/invitations/why"


async def test_the_page_asks_for_somebody(alice: Person, shop: Tenant) -> None:
    assert "Say whom you mean" in (await alice.get(WHY)).text
    assert "Say whom you mean" in (await alice.get(f"{WHY}?who=%20%00")).text


async def test_a_stranger_may_be_asked(alice: Person, shop: Tenant) -> None:
    html = (await alice.get(f"{WHY}?who=Ada@example.com")).text
    assert "ada@example.com is not known to Shop." in html
    assert ">May be asked now</p>" in html


async def test_who_unsubscribed_is_never_asked(
    alice: Person, database: Database, shop: Tenant
) -> None:
    job = (shop.made.project, Suppress("ada@example.com", "unsubscribed"))
    await database.write_one(suppress, job)
    html = (await alice.get(f"{WHY}?who=ada@example.com")).text
    assert "Will not be asked, as things are" in html
    assert "is suppressed since" in html


@pytest.mark.parametrize("who", ["<b>", "x" * 5000, "email:", "'", "🙂"])
async def test_any_words_are_looked_for(alice: Person, shop: Tenant, who: str) -> None:
    reply = await alice.client.get(WHY, params={"who": who})
    assert reply.status_code == 200
    assert "<b>" not in reply.text


async def test_every_invitation_is_one_click_away(
    alice: Person, bob: Person, shop: Tenant, sown: Seeded
) -> None:
    listed = (await alice.get("/-/p/shop/invitations")).text
    found = re.search(r'invitations/[0-9a-f]{32}">([^<]+@[^<]+)</a>', listed)
    assert found
    # Who may see invitations may see why there are none.
    html = (await bob.get(f"{WHY}?who={found[1]}")).text
    link = re.search(r'href="(/-/p/shop/invitations/[0-9a-f]{32})"', html)
    assert link
    assert (await bob.get(link[1])).status_code == 200
    assert found[1] in (await bob.get(link[1])).text
