"""The list of responses."""

import re
from collections.abc import Sequence
from urllib.parse import quote

import pytest
from sqlalchemy import insert, update

from tellback.core.instants import HOUR
from tellback.core.model import (
    Choice,
    Question,
    QuestionType,
    Survey,
    SurveyDefinition,
    SurveyType,
)
from tellback.store.database import Database, Transaction
from tellback.store.ids import new_ids
from tellback.store.surveys import insert_survey
from tellback.store.tables import contact_identities, contacts, conversations, responses
from tests.conftest import Tenant
from tests.web.dashboard.people import Clock, Person
from tests.web.dashboard.seeds import Seeded

_ONE = re.compile(r'<article class="reading brief">(.*?)</article>', re.DOTALL)
_LINK = re.compile(r'href="(/-/p/shop/responses/[0-9a-f]{32}[^"]*)"')
_OLDER = re.compile(r'class="next" href="([^"]+)"')

_PARTS = (Choice("a", {"en": "The parcel"}), Choice("b", {"en": "The price"}), Choice("c"))
_STARRED = (Choice("4", {"en": "Good"}),)
_FORM = SurveyDefinition(
    "A form",
    SurveyType.FORM,
    (
        Question("stars", QuestionType.STARS, {"en": "Stars?"}, None, 1, 5, _STARRED),
        Question(
            "about", QuestionType.MULTIPLE_CHOICE, {"en": "What <i>of</i> it?"}, choices=_PARTS
        ),
        Question("why", QuestionType.LONG_TEXT, {"en": "Why?"}),
        Question("never", QuestionType.SHORT_TEXT, {"en": "Never asked"}),
    ),
)


async def walk(person: Person, path: str) -> list[str]:
    """Every response of every page, newest first."""
    found, page = [], path
    for _ in range(60):
        html = (await person.get(page)).text
        found += _ONE.findall(html)
        older = _OLDER.search(html)
        if older is None:
            return found
        page = older[1].replace("&amp;", "&")
    raise AssertionError("the pages never end")


def ids(found: Sequence[str]) -> list[str]:
    """Which responses were found."""
    return re.findall(r'data-response="([^"]+)"', "".join(found))


async def test_all_pages_together_hold_every_response_once(alice: Person, sown: Seeded) -> None:
    readings = await walk(alice, "/-/p/shop/responses")
    assert len(readings) == len(set(readings)) or len(readings) == len(sown.responses)
    assert len(readings) == len(sown.responses)
    moments = re.findall(r'<time datetime="([^"]+)"', "".join(readings))
    assert moments == sorted(moments, reverse=True)


async def test_those_with_a_comment_can_be_read_alone(alice: Person, sown: Seeded) -> None:
    everything = await walk(alice, "/-/p/shop/responses")
    commented = await walk(alice, "/-/p/shop/responses?comments=1")
    assert ids(commented) == ids([o for o in everything if 'class="comment muted"' not in o])
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


async def test_a_link_leads_to_all_that_is_known(alice: Person, sown: Seeded) -> None:
    html = "".join(await walk(alice, "/-/p/shop/responses?survey=seeded-binary"))
    links = [link.replace("&amp;", "&") for link in _LINK.findall(html)]
    assert links
    for link in links[:3]:
        page = (await alice.get(link)).text
        assert 'aria-current="true"' in page
        story = re.search(r'href="(/-/p/shop/invitations/[0-9a-f]{32})"', page)
        assert story
        assert "What happened" in (await alice.get(story[1])).text


async def test_a_page_past_the_end_says_so(alice: Person, sown: Seeded) -> None:
    html = (await alice.get(f"/-/p/shop/responses?before=1-{'0' * 32}")).text
    assert "No older responses" in html
    assert '<a href="/-/p/shop/responses?">Newest</a>' in html


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
    listed = (await alice.get("/-/p/shop/responses?comments=1")).text
    assert "\u202e" not in listed
    html = (await alice.get(f"/-/p/shop/responses/{sown.responses[0]}")).text
    assert "\u202e" not in html
    assert html.count("<summary>The rest</summary>") == html.count("at last</p></details>") == 1
    story = (await alice.get(f"/-/p/shop/invitations/{await _answered(alice)}")).text
    assert "<summary>The rest</summary>" in story


async def _answered(person: Person) -> str:
    """The id of an invitation that was answered."""
    html = (await person.get("/-/p/shop/invitations?state=responded")).text
    found = re.search(r"/-/p/shop/invitations/([0-9a-f]{32})", html)
    assert found
    return found[1]


def _comment_everywhere(tx: Transaction, written: Sequence[str]) -> list[None]:
    tx.connection.execute(update(responses).values(comment=written[0]))
    return [None for _ in written]


async def test_every_answer_is_told_in_words(
    alice: Person, database: Database, shop: Tenant, clock: Clock
) -> None:
    await database.write_one(_answer_a_form, shop)
    link = _LINK.search((await alice.get("/-/p/shop/responses")).text)
    assert link
    fold = re.sub(r">\s+<", "><", (await alice.get(link[1])).text)
    for question, said in (
        ("Stars?", ["4 of 5 stars", "Good"]),
        ("What &lt;i&gt;of&lt;/i&gt; it?", ["The parcel", "c"]),
        ("Why?", ["&lt;b&gt;" + "x" * 3000]),
        ("gone", ["old"]),
    ):
        assert (
            f'<dt dir="auto">{question}</dt>'
            + "".join(f'<dd class="comment" dir="auto">{one}</dd>' for one in said)
            in fold
        )
    assert '<dt>Person</dt><dd class="breaks" dir="auto">&lt;u&gt;9</dd>' in fold
    assert "<span>A form</span><span>Tellback&#39;s own API, chat</span>" in fold
    assert ">Conversation 12</h3>" in fold
    assert "Never asked" not in fold


async def test_the_story_unfolds_the_answers_too(alice: Person, sown: Seeded) -> None:
    told = (await alice.get(f"/-/p/shop/invitations/{await _answered(alice)}")).text
    assert "<summary>All answers</summary>" in told
    assert '<dt dir="auto">How was it?</dt>' in told


def _answer_a_form(tx: Transaction, shops: Sequence[Tenant]) -> list[None]:
    project_id = shops[0].made.project.id
    survey_id, contact_id, conversation_id, id_ = new_ids(4)
    made = Survey(project_id, survey_id, "form", 99, 1, True, None, _FORM)
    insert_survey(tx.connection, made, tx.now)
    common = {"project_id": project_id, "updated_at": tx.now}
    person = {"properties": {}, "created_at": tx.now, "last_seen_at": tx.now}
    tx.connection.execute(insert(contacts).values(id=contact_id, **common, **person))
    known = {"kind": "external", "value": "<u>9", "contact_id": contact_id}
    tx.connection.execute(insert(contact_identities).values(project_id=project_id, **known))
    chat = {"number": 12, "reference": "c", "dialect": "api", "properties": {}, "opened_at": tx.now}
    tx.connection.execute(insert(conversations).values(id=conversation_id, **common, **chat))
    given = {"about": ["a", "c"], "stars": 4, "why": "<b>" + "x" * 3000, "gone": "old"}
    answer = {
        "dialect": "api",
        "channel": "chat",
        "survey_id": survey_id,
        "survey_version": 1,
        "contact_id": contact_id,
        "conversation_id": conversation_id,
        "answers": given,
        "completed": True,
        "dismissed": False,
        "revision": 0,
        "created_at": tx.now,
    }
    tx.connection.execute(insert(responses).values(id=id_, **common, **answer))
    return [None]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("rating=promoter", {9, 10}),
        ("rating=passive", {7, 8}),
        ("rating=detractor", {0, 3, 6}),
        ("rating=good&survey=seeded-csat", {4, 5}),
        ("rating=neutral&survey=seeded-csat", {3}),
        ("rating=bad&survey=seeded-ces", {2}),
    ],
)
async def test_ratings_are_chosen_by_what_they_say(
    alice: Person, sown: Seeded, query: str, number: set[int]
) -> None:
    html = "".join(await walk(alice, f"/-/p/shop/responses?{query}"))
    shown = re.findall(r'<span aria-hidden="true">(\d+)(?:<small>|</span>)', html)
    assert {int(one) for one in shown} == number


async def test_filters_narrow_and_stay_in_the_address(alice: Person, sown: Seeded) -> None:
    query = "survey=seeded-binary&wire=boolean&channel=email&rating=positive&comments=1&q=PARCEL"
    found = await walk(alice, f"/-/p/shop/responses?{query}")
    assert found
    for one in found:
        assert "The parcel came a day early" in one
        assert "Rating: positive" in one
        assert query.replace("&", "&amp;") in one
    assert await walk(alice, f"/-/p/shop/responses?{query}&from=2020-01-01&to=2020-02-01") == []
    assert await walk(alice, f"/-/p/shop/responses?{query}&to=2020-02-01") == []
    assert len(await walk(alice, f"/-/p/shop/responses?{query}&from=2020-01-01")) == len(found)
    html = (await alice.get("/-/p/shop/responses?q=nobody+wrote+this")).text
    assert "Nothing found" in html


async def test_an_expression_finds_what_people_were_asked_about(
    alice: Person, sown: Seeded
) -> None:
    where = quote('property["city"] == "Köln" and property["sizes"] isset')
    asked = await walk(alice, f"/-/p/shop/responses?where={where}")
    assert len(asked) == len(await walk(alice, "/-/p/shop/responses?survey=seeded-binary")) > 0
    where = quote('property["city"] == "Bonn"')
    html = (await alice.get(f"/-/p/shop/responses?where={where}")).text
    assert "Nothing found" in html
    assert "Nobody was lately told to have city." in html


async def test_a_mistake_in_an_expression_is_marked(alice: Person, sown: Seeded) -> None:
    where = quote('property["city"] => "<b>"')
    reply = await alice.get(f"/-/p/shop/responses?where={where}")
    assert reply.status_code == 400
    assert "equality is written ==" in reply.text
    assert "property[&#34;city&#34;] <mark>=&gt; &#34;&lt;b&gt;&#34;</mark>" in reply.text
    assert "Nothing was searched for" in reply.text


async def test_the_pane_alone_is_what_stands_beside_the_list(alice: Person, sown: Seeded) -> None:
    path = f"/-/p/shop/responses/{sown.responses[0]}"
    alone, whole = (await alice.get(f"{path}/pane")).text, (await alice.get(path)).text
    assert alone.strip() in whole
    assert "<html" not in alone


async def test_a_response_is_nobody_elses(alice: Person, charlie: Person, sown: Seeded) -> None:
    path = f"responses/{sown.responses[0]}"
    for missing in (f"shop/responses/{'0' * 32}", "shop/responses/x", "shop/responses/x/pane"):
        assert (await alice.get(f"/-/p/{missing}")).status_code == 404
    for foreign in (f"shop/{path}", f"other/{path}", f"other/{path}/pane"):
        assert (await charlie.get(f"/-/p/{foreign}")).status_code == 404


async def test_what_came_in_since_is_counted(
    alice: Person, charlie: Person, sown: Seeded, clock: Clock
) -> None:
    html = (await alice.get("/-/p/shop/responses")).text
    newer = re.search(r'data-newer="([^"]+)"', html)
    assert newer
    assert (await alice.get(newer[1])).json() == {"newer": 0}
    old = f"/-/p/shop/responses/newer?after=1-{'0' * 32}"
    assert (await alice.get(old)).json() == {"newer": 100}
    few = (await alice.get(f"{old}&rating=passive&q=parcel")).json()["newer"]
    assert few == len(await walk(alice, "/-/p/shop/responses?rating=passive&q=parcel"))
    assert (await alice.get("/-/p/shop/responses/newer")).json() == {"newer": 0}
    assert (await charlie.get(old)).status_code == 404


async def test_a_page_that_asks_by_itself_keeps_no_session(
    alice: Person, sown: Seeded, clock: Clock
) -> None:
    path = f"/-/p/shop/responses/newer?after=1-{'0' * 32}"
    clock.now += 2 * HOUR
    assert "set-cookie" not in (await alice.get(path)).headers
    assert "set-cookie" in (await alice.get("/-/p/shop/responses")).headers
