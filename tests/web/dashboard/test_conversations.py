"""How chats were rated, as a page."""

import re

import pytest

from tellback.cli.sample import fill
from tellback.dialects.registry import load_dialects
from tellback.store.conversation_scores import Group
from tellback.store.database import Database
from tellback.web.dashboard.conversations import read_group
from tests.conftest import Tenant
from tests.web.dashboard.people import Person

_ROW = re.compile(r'<th scope="row"><a[^>]*>(\w+)</a>.*?<strong>(\d+) %</strong>', re.DOTALL)


@pytest.fixture
async def chats(database: Database, shop: Tenant) -> None:
    dialects = list(load_dialects().values())
    await fill(database, shop.made.project, dialects, database.clock())


async def test_agents_are_told_apart(alice: Person, chats: None) -> None:
    html = (await alice.get("/-/p/shop/conversations?period=all")).text
    found = dict(_ROW.findall(html))
    assert found.keys() == {"Kim", "Noor", "Sam", "Alex"}
    assert all(40 < int(score) < 90 for score in found.values())
    assert html.count("within noise") + html.count("really") >= 4


async def test_by_department_and_of_one(alice: Person, chats: None) -> None:
    html = (await alice.get("/-/p/shop/conversations?period=all&of=department")).text
    assert dict(_ROW.findall(html)).keys() == {"Orders", "Returns", "Technical"}
    html = (await alice.get("/-/p/shop/conversations?period=all&who=Kim")).text
    assert "What visitors wrote to Kim" in html
    authors = re.findall(r'<span class="author" dir="auto">(\w+)</span>', html)
    assert set(authors) == {"Kim"}


async def test_a_time_without_ratings_says_so(alice: Person, shop: Tenant) -> None:
    html = (await alice.get("/-/p/shop/conversations")).text
    assert "No conversation was rated in this time" in html


def test_anything_else_is_by_agent() -> None:
    assert [read_group(text) for text in (None, "", "mood")] == [Group.AGENT] * 3
    assert read_group("channel") is Group.CHANNEL
