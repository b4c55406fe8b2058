"""The list of responses."""

import re
from collections.abc import Sequence

from sqlalchemy import update

from tellback.store.database import Database, Transaction
from tellback.store.tables import responses
from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded

_ONE = re.compile(r'<article class="reading">(.*?)</article>', re.DOTALL)
_OLDER = re.compile(r'class="next" href="([^"]+)"')


async def walk(person: Person, path: str) -> list[str]:
    """Every response of every page, newest first."""
    found, page = [], path
    for _ in range(60):
        html = (await person.get(page)).text
        found += _ONE.findall(html)
        older = _OLDER.search(html)
        if older is None:
            return found
        page = path.partition("?")[0] + older[1].replace("&amp;", "&")
    raise AssertionError("the pages never end")


async def test_all_pages_together_hold_every_response_once(alice: Person, sown: Seeded) -> None:
    readings = await walk(alice, "/-/p/shop/responses")
    assert len(readings) == len(set(readings)) or len(readings) == len(sown.responses)
    assert len(readings) == len(sown.responses)
    moments = re.findall(r'<time datetime="([^"]+)"', "".join(readings))
    assert moments == sorted(moments, reverse=True)


async def test_those_with_a_comment_can_be_read_alone(alice: Person, sown: Seeded) -> None:
    everything = await walk(alice, "/-/p/shop/responses")
    commented = await walk(alice, "/-/p/shop/responses?comments=1")
    assert commented == [one for one in everything if 'class="comment muted"' not in one]
    assert 0 < len(commented) < len(everything)


async def test_a_reading_says_who_what_and_where_from(alice: Person, sown: Seeded) -> None:
    html = "".join(await walk(alice, "/-/p/shop/responses"))
    assert "Ada Lovelace" in html
    assert "Somebody unnamed" in html
    assert "SatisMeter, in app" in html
    assert "Boolean, e-mail" in html
    assert "Rating: positive: Great" in html
    assert "Rating: 10 of 10, promoter" in html
    assert "Rating: 1 on a scale from 1 to 5" in html
    assert "After delivery (nps)" in html


async def test_a_link_leads_to_the_story_of_whoever_was_asked(alice: Person, sown: Seeded) -> None:
    html = "".join(await walk(alice, "/-/p/shop/responses"))
    links = set(re.findall(r'href="(/-/p/shop/invitations/[0-9a-f]{32})"', html))
    assert links
    for link in sorted(links)[:3]:
        assert "What happened" in (await alice.get(link)).text


async def test_a_page_past_the_end_says_so(alice: Person, sown: Seeded) -> None:
    html = (await alice.get(f"/-/p/shop/responses?before=1-{'0' * 32}")).text
    assert "No older responses" in html
    assert '<a href="?">Newest</a>' in html


async def test_a_broken_link_is_the_first_page(alice: Person, sown: Seeded) -> None:
    first = (await alice.get("/-/p/shop/responses")).text
    for before in ("x", "1-2", "-" * 50, "9" * 40 + "-" + "0" * 32):
        assert (await alice.get(f"/-/p/shop/responses?before={before}")).text == first


async def test_an_empty_project_says_what_to_do(alice: Person, shop: Tenant) -> None:
    html = (await alice.get("/-/p/shop/responses")).text
    assert "No responses yet" in html
    assert 'href="/-/p/shop/connect"' in html
    assert "No comments yet" in (await alice.get("/-/p/shop/responses?comments=1")).text


async def test_a_long_comment_is_folded_and_turns_nothing_around(
    alice: Person, sown: Seeded, database: Database
) -> None:
    written = "\u202eword " * 1000 + "at last"
    await database.write_one(_comment_everywhere, written)
    html = (await alice.get("/-/p/shop/responses?comments=1")).text
    assert "\u202e" not in html
    assert html.count("<summary>The rest</summary>") == html.count("at last</p></details>") == 25
    story = re.search(r"/-/p/shop/invitations/[0-9a-f]{32}", html)
    assert story
    assert "<summary>The rest</summary>" in (await alice.get(story[0])).text


def _comment_everywhere(tx: Transaction, written: Sequence[str]) -> list[None]:
    tx.connection.execute(update(responses).values(comment=written[0]))
    return [None for _ in written]
