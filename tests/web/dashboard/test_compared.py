"""Searches that have a name, and two of them side by side."""

import re
from urllib.parse import urlencode

from tellback.core.score import Recommendations, Tally, nps
from tellback.web.dashboard.compared import line_of
from tellback.web.dashboard.measures import PROMOTERS
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded

LIST, COMPARE = "/-/p/shop/responses", "/-/p/shop/responses/compare"
SAVE = f"{LIST}/searches"


def test_a_difference_is_told_of_enough_answers_only() -> None:
    many, few = (nps(Recommendations.of(Tally({10: times}))) for times in (50, 4))
    low = nps(Recommendations.of(Tally({0: 50})))
    line = line_of(PROMOTERS, many, low)
    assert line.change is not None
    assert (line.change.difference, line.verdict) == (200, "A is really higher")
    assert line_of(PROMOTERS, low, many).verdict == "A is really lower"
    assert line_of(PROMOTERS, many, many).verdict == "within noise"
    assert line_of(PROMOTERS, many, few).verdict == "too few answers to compare"


async def test_a_search_is_saved_found_and_removed(
    alice: Person, bob: Person, charlie: Person, sown: Seeded
) -> None:
    page = f"{LIST}?rating=bad"
    assert "Save this search" in (await alice.get(page)).text
    fields = {"name": "Angry <b>", "query": "rating=bad&before=x&nonsense=1"}
    reply = await alice.send(page, SAVE, fields)
    assert (reply.status_code, reply.headers["location"]) == (303, f"{LIST}?rating=bad")
    html = (await bob.get(page)).text
    assert 'aria-current="true">Angry &lt;b&gt;</a>' in html
    assert "Save this search" not in html
    drop = re.search(r'action="([^"]+/drop)"', (await bob.get(COMPARE)).text)
    assert drop
    assert (await charlie.send("/-/account", drop[1], {})).status_code == 404
    assert (await bob.send(COMPARE, drop[1], {})).status_code == 303
    assert (await bob.send(LIST + "?q=x", drop[1], {})).status_code == 404
    assert "Angry" not in (await alice.get(page)).text


async def test_a_search_without_a_name_is_not_saved(alice: Person, sown: Seeded) -> None:
    reply = await alice.send(f"{LIST}?q=x", SAVE, {"name": " ", "query": "q=x"})
    assert reply.status_code == 400
    assert "a name has 1 to 60 characters" in reply.text


async def test_two_searches_side_by_side(alice: Person, sown: Seeded) -> None:
    query = urlencode({"a": "rating=promoter", "b": "rating=detractor"})
    html = (await alice.get(f"{COMPARE}?{query}")).text
    assert "+200" in html
    assert "A is really higher" in html
    counts = re.findall(r">([AB]): ([\d,]+) responses?</a>", html)
    assert [name for name, _ in counts] == ["A", "B"]
    for (_, count), kind in zip(counts, ("promoter", "detractor"), strict=True):
        listed = await alice.get(f"{LIST}/export?format=ndjson&rating={kind}")
        assert len(listed.text.splitlines()) == int(count)


async def test_all_is_compared_with_all_from_the_roll_up(alice: Person, sown: Seeded) -> None:
    html = (await alice.get(COMPARE)).text
    assert html.count(f": {len(sown.responses)} responses</a>") == 2
    assert "within noise" in html


async def test_a_search_is_compared_with_all_others_unless_something_is_chosen(
    alice: Person, sown: Seeded
) -> None:
    for days in ("", "&from=2026-01-01&to=2026-10-31"):
        html = (await alice.get(f"{COMPARE}?{urlencode({'a': f'rating=detractor{days}'})}")).text
        one, others = re.findall(r"[AB]: ([\d,]+) (?:response|other)s?<", html)
        listed = await alice.get(f"{LIST}/export?format=ndjson&rating=detractor{days}")
        everything = await alice.get(f"{LIST}/export?format=ndjson{days}")
        assert int(one) == len(listed.text.splitlines())
        assert int(one) + int(others) == len(everything.text.splitlines())
        assert '<option value="others" selected>' in html
    assert "A is really lower" in html
    html = (await alice.get(f"{COMPARE}?{urlencode({'a': 'rating=detractor', 'b': ''})}")).text
    assert f"B: {len(sown.responses)} responses</a>" in html


async def test_what_cannot_be_read_is_said(alice: Person, sown: Seeded) -> None:
    html = (await alice.get(f"{COMPARE}?{urlencode({'a': 'where=x'})}")).text
    assert "Nothing was counted" in html
    assert "Mend A" in html
