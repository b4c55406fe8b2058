"""The made-up shop with a project's widget on it."""

from tellback.dialects.keys import find_key, revoke_key
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.widget.publishing import BINARY, CES, CSAT, placed, publish

PAGE = "/-/p/shop/widget"


async def test_it_carries_the_projects_own_key(
    alice: Person, shop: Tenant, database: Database
) -> None:
    shown = placed(BINARY, sample=0)
    await publish(database, shop.made.project, vote=shown, ces=CES, csat=CSAT)
    html = (await alice.get(PAGE)).text
    key = shop.keys("widget")["widget_key"]
    assert f'<script async src="/-/widget.js" data-key="{key}"></script>' in html
    assert 'data-open="vote"' in html
    assert "after <code>paid</code>" in html
    assert "in the page: <code>/help/*</code>" in html


async def test_it_says_what_is_missing(alice: Person, shop: Tenant, database: Database) -> None:
    assert "No live survey is published to the widget yet" in (await alice.get(PAGE)).text
    key = await find_key(database, shop.made.project, shop.keys("widget")["widget_key"])
    await revoke_key(database, shop.made.project, key)
    html = (await alice.get(PAGE)).text
    assert "has no key for the widget yet" in html
    assert "widget.js" not in html


async def test_only_who_may_see_the_wires_sees_it(
    bob: Person, charlie: Person, stranger: Person
) -> None:
    assert (await bob.get(PAGE)).status_code == 403
    assert (await charlie.get(PAGE)).status_code == 404
    assert (await stranger.get(PAGE)).status_code == 303


async def test_a_part_of_it_has_an_address(alice: Person) -> None:
    html = (await alice.get(f"{PAGE}?view=help")).text
    assert 'aria-labelledby="bicycles-title" hidden' in html
    assert 'aria-labelledby="help-title">' in html
    assert 'aria-labelledby="help-title">' not in (await alice.get(f"{PAGE}?view=x")).text
