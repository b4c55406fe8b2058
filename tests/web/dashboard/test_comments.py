"""What people write about, as a page."""

import re

from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded


async def test_topics_lead_to_the_comments_behind_them(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/comments?period=all")).text
    assert re.search(r'responses\?q=size\+guide&amp;period=all"[^>]*>size guide', html)
    number = re.search(r"From ([\d,]+) comments", html)
    assert number
    assert int(number[1]) > 50
    assert "&lt;script" not in html, "punctuation belongs to no word"


async def test_a_time_without_comments_says_so(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/comments?channel=mobile")).text
    assert "Nobody has written anything in this time" in html
    assert 'href="?period=all"' in html


async def test_a_new_project_has_none(alice: Person, shop: Tenant) -> None:
    assert "Nobody has written anything" in (await alice.get("/-/p/shop/comments")).text
