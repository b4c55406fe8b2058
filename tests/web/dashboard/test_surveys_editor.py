"""The editor, as a browser without script uses it: it is sent whole, and nothing is lost."""

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.core.model import Survey, SurveyDefinition
from tellback.store.database import Database
from tellback.store.survey_drafts import Draft, find_draft
from tellback.store.surveys import find_by_key
from tellback.surveyfile import read_survey
from tests.conftest import Tenant
from tests.web.dashboard.forms import Fields, fields_of, with_values
from tests.web.dashboard.people import Person

HOME = "/-/p/shop/surveys"
#: Something of everything that a survey can say.
EVERYTHING = """
key: visit
name: After a visit
type: csat
subject: {en: "How was it?", de: "Wie war es?"}
header: {en: "Hello <you>\\nthere"}
allow_anonymous: false
repeat_after_days: null
channels: [web, app]
hide_after: 60
per_page: 2
colour: '#0b6e63'
link: {identify: true, properties: [city, plan]}
widget: {place: inline, pages: ['/a*', '!/b'], events: [b], sample: 5, delay: 3, snooze_days: 9}
targeting:
- {property: plan, operator: '==', value: pro}
- {property: seats, operator: '>', value: 2.5}
- {property: paid, operator: '==', value: true}
- {property: city, operator: isset}
questions:
- id: rating
  type: stars
  text: {en: "How was it?", de: "Wie war es?"}
  minimum: 1
  maximum: 5
  metric: csat
  goal: 4.5
  choices:
  - {value: '1', label: {en: Bad, de: Schlecht}}
- id: reason
  name: why
  type: multiple_choice
  text: Which?
  number: 77
  choices:
  - {value: a & b, label: {en: '"A"'}}
  - {value: c}
- id: comment
  type: long_text
  text: Why?
  label: Shorter
  placeholder: such as this
  required: true
  show_if:
  - {question: rating, at_least: 1, at_most: 2.5}
  - {question: reason, any_of: [a & b, c]}
"""


async def define(database: Database, shop: Tenant, text: str = EVERYTHING) -> Survey:
    file = read_survey(text)
    job = ApplySurvey(shop.made.project, file.key, file.live, file.definition, file.number)
    await database.write_one(apply_surveys, job)
    return await stored(database, shop, file.key)


async def stored(database: Database, shop: Tenant, key: str = "visit") -> Survey:
    survey: Survey = await database.read(find_by_key, shop.made.project.id, key)
    return survey


async def draft(database: Database, shop: Tenant, key: str = "visit") -> Draft | None:
    found: Draft | None = await database.read(find_draft, shop.made.project.id, key)
    return found


async def typed(person: Person, key: str = "visit") -> Fields:
    path = f"{HOME}/{key}/edit"
    return fields_of((await person.get(path)).text, path)


async def press(
    person: Person, fields: Fields, do: str, key: str = "visit", **headers: str
) -> httpx.Response:
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    body = urlencode([*fields, ("do", do)])
    return await person.client.post(f"{HOME}/{key}/edit", content=body, headers=sent)


async def test_what_is_not_touched_stays_as_it_was(
    alice: Person, database: Database, shop: Tenant
) -> None:
    before = await define(database, shop)
    reply = await press(alice, await typed(alice), "publish")
    assert (reply.status_code, reply.headers["location"]) == (303, f"{HOME}/visit?published=1")
    after = await stored(database, shop)
    assert after == before
    assert await draft(database, shop) is None


async def test_a_change_is_kept_as_a_draft_until_it_is_published(
    alice: Person, database: Database, shop: Tenant
) -> None:
    before = await define(database, shop)
    fields = with_values(await typed(alice), name="After <b>", q__0__text__de="")
    await press(alice, fields, "save")
    assert await stored(database, shop) == before
    kept = await draft(database, shop)
    assert kept is not None
    assert (kept.version, kept.updated_by) == (1, "alice@example.com")
    html = (await alice.get(f"{HOME}/visit/edit")).text
    assert "Changes not published" in html
    assert "<h1>After &lt;b&gt;</h1>" in html
    assert "German missing" in html
    await press(alice, await typed(alice), "publish")
    after = await stored(database, shop)
    assert after.version == 2
    assert after.definition.name == "After <b>"
    assert after.definition.questions[0].text == {"en": "How was it?"}


Buttons = list[tuple[str, dict[str, str]]]


@pytest.mark.parametrize(
    ("buttons", "ids"),
    [
        ([("up.2", {})], ["rating", "comment", "reason"]),
        ([("down.0", {})], ["reason", "rating", "comment"]),
        ([("remove.1", {})], ["rating", "comment"]),
        ([("copy.0", {})], ["rating", "rating-copy", "reason", "comment"]),
        ([("add", {"add_type": "email"})], ["rating", "reason", "comment", "email"]),
        ([("add", {"add_type": "x"})], ["rating", "reason", "comment", "comment-2"]),
        ([("remove.9", {}), ("up", {}), ("none.1", {})], ["rating", "reason", "comment"]),
    ],
)
async def test_questions_are_added_moved_and_removed(
    alice: Person, database: Database, shop: Tenant, buttons: Buttons, ids: list[str]
) -> None:
    await define(database, shop)
    for do, more in buttons:
        reply = await press(alice, with_values(await typed(alice), **more), do)
        assert reply.status_code == 303
    kept = await draft(database, shop)
    assert kept is not None
    assert [one["id"] for one in kept.content["definition"]["questions"]] == ids


async def test_one_comes_back_to_where_one_was(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    reply = await press(alice, await typed(alice), "up.2")
    assert reply.headers["location"] == f"{HOME}/visit/edit?at=q1"
    html = (await alice.get(reply.headers["location"])).text
    assert '<summary id="q1" autofocus>' in html


async def test_choices_rules_conditions_and_languages(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    for do in ("choice.1", "unchoice.1.0", "unrule.2.0", "condition", "uncondition.0"):
        await press(alice, await typed(alice), do)
    await press(alice, with_values(await typed(alice), add_language="FR"), "language")
    await press(alice, await typed(alice), "rule.2")
    fields = with_values(
        await typed(alice),
        q__1__choices__1__label__fr="Autre",
        q__2__show_if__1__question="rating",
    )
    fields.remove(("q.2.show_if.0.any_of", "a & b"))
    await press(alice, [*fields, ("q.2.show_if.1.at_most", "3")], "unlanguage.de")
    reply = await press(alice, await typed(alice), "publish")
    assert reply.headers["location"] == f"{HOME}/visit?published=1"
    definition = (await stored(database, shop)).definition
    assert [(c.value, dict(c.label)) for c in definition.questions[1].choices] == [
        ("c", {}),
        ("Autre", {"fr": "Autre"}),
    ]
    rules = definition.questions[2].show_if
    assert [(r.question, r.any_of, r.at_most) for r in rules] == [
        ("reason", ("c",), None),
        ("rating", (), 3),
    ]
    assert [one.property for one in definition.targeting] == ["seats", "paid", "city"]
    assert definition.subject == {"en": "How was it?"}


async def test_another_type_brings_its_scale_and_its_choices(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    fields = with_values(
        await typed(alice),
        q__0__type="binary",
        q__1__type="nps",
        q__2__type="dropdown",
    )
    await press(alice, fields, "save")
    kept = await draft(database, shop)
    assert kept is not None
    one, two, three = kept.content["definition"]["questions"]
    assert (one["metric"], one["choices"]) == ("binary", [])
    assert (two["minimum"], two["maximum"]) == (0, 10)
    assert len(three["choices"]) == 2


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_published(
    alice: Person, database: Database, shop: Tenant
) -> None:
    before = await define(database, shop)
    fields = with_values(
        await typed(alice),
        name="",
        hide_after="soon",
        q__0__minimum="5",
        q__1__id="rating",
        q__2__text__en="",
        widget_sample="101",
    )
    reply = await press(alice, fields, "publish")
    assert reply.headers["location"] == f"{HOME}/visit/edit?check=1"
    html = (await alice.get(reply.headers["location"])).text
    assert "Not ready to be published" in html
    for place, message in {
        "name": "Needs a title",
        "hide_after": "&#39;soon&#39; is no whole number",
        "q0-scale": "Minimum and maximum must differ",
        "q0-name": "Two questions are called that",
        "q1-name": "Two questions are called that",
        "q2-text": "Needs a text",
        "q2-rules": "Show_if",
        "widget-sample": "Is a percentage",
    }.items():
        assert f'href="#{place}"' in html
        assert f'id="{place}-wrong-1">{message}' in html
    assert await stored(database, shop) == before
    # What was typed is still there.
    assert dict(await typed(alice))["hide_after"] == "soon"


async def test_the_script_saves_beside_the_page(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    fields = with_values(await typed(alice), name="")
    reply = await press(alice, fields, "save", Accept="application/json")
    kept = await draft(database, shop)
    assert kept is not None
    assert reply.json() == {"wrong": {}, "basis": f"{kept.updated_at}.1"}
    fields = with_values(fields, basis=reply.json()["basis"])
    reply = await press(alice, [*fields, ("check", "1")], "save", Accept="application/json")
    assert reply.json()["wrong"] == {"name": ["needs a title"]}


async def test_a_late_save_does_not_bring_a_published_draft_back(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    await press(alice, await typed(alice), "save")
    late = with_values(await typed(alice), name="Late")
    await press(alice, with_values(late, name="Published"), "publish")
    reply = await press(alice, late, "save", Accept="application/json")
    assert (reply.status_code, reply.json()) == (409, {"overtaken": True})
    assert await draft(database, shop) is None
    assert (await stored(database, shop)).definition.name == "Published"


async def test_of_two_who_write_at_once_the_later_is_told(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    one, two = await typed(alice), await typed(alice)
    await press(alice, with_values(one, name="One"), "save")
    reply = await press(alice, with_values(two, name="Two"), "publish")
    assert reply.status_code == 409
    assert "somebody has changed it meanwhile, last alice@example.com" in reply.text
    kept = await draft(database, shop)
    assert kept is not None
    assert kept.content["definition"]["name"] == "One"
    # Nothing that was typed is lost, and once more it is meant.
    again = fields_of(reply.text, f"{HOME}/visit/edit")
    assert dict(again)["name"] == "Two"
    assert (await press(alice, again, "publish")).status_code == 303
    assert (await stored(database, shop)).definition.name == "Two"


async def test_a_draft_is_thrown_away(alice: Person, database: Database, shop: Tenant) -> None:
    await define(database, shop)
    await press(alice, await typed(alice), "save")
    reply = await alice.send(f"{HOME}/visit/edit", f"{HOME}/visit/discard", {})
    assert reply.headers["location"] == f"{HOME}/visit"
    assert await draft(database, shop) is None


async def test_a_version_from_elsewhere_is_told_of(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    await press(alice, await typed(alice), "save")
    assert "was published after" not in (await alice.get(f"{HOME}/visit/edit")).text
    await define(database, shop, EVERYTHING.replace("Which?", "Which one?"))
    assert "Version 2 was published after" in (await alice.get(f"{HOME}/visit/edit")).text


async def test_a_large_survey_is_taken(alice: Person, database: Database, shop: Tenant) -> None:
    await define(database, shop)
    fields = with_values(await typed(alice), header__en="x" * 200_000)
    assert (await press(alice, fields, "save")).status_code == 303


@pytest.mark.parametrize("path", ["edit", "discard"])
async def test_only_owners_change_surveys(
    bob: Person, charlie: Person, stranger: Person, database: Database, shop: Tenant, path: str
) -> None:
    before = await define(database, shop)
    target = f"{HOME}/visit/{path}"
    if path == "edit":
        assert (await bob.get(target)).status_code == 403
        assert (await charlie.get(target)).status_code == 404
    fields: dict[str, Any] = {"do": "publish", "name": "x"}
    assert (await bob.send("/-/account", target, fields)).status_code == 403
    assert (await charlie.send("/-/account", target, fields)).status_code == 404
    assert (await stranger.client.post(target, data={"form_token": "x"})).status_code == 403
    assert await stored(database, shop) == before
    assert await draft(database, shop) is None


def test_the_example_says_everything() -> None:
    definition = read_survey(EVERYTHING).definition
    usual = SurveyDefinition("", definition.type, ())
    silent = [
        name
        for name in ("subject", "header", "targeting", "channels", "hide_after", "widget", "link")
        if getattr(definition, name) == getattr(usual, name)
    ]
    assert silent == []


def languages(fields: Fields) -> list[str]:
    """The languages that a draft is written in."""
    return [value for name, value in fields if name == "languages"]


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("Arabic", "ar"),
        (" portuguese (BRAZIL)", "pt-br"),
        ("AR", "ar"),
        ("sw", "sw"),
        ("gsw", "gsw"),
    ],
)
async def test_a_language_is_added_by_its_name_or_its_tag(
    alice: Person, database: Database, shop: Tenant, said: str, tag: str
) -> None:
    await define(database, shop)
    await press(alice, with_values(await typed(alice), add_language=said), "language")
    assert languages(await typed(alice))[-1] == tag


@pytest.mark.parametrize("said", ["klingon", "x", "العربية"])
async def test_what_is_no_language_is_not_taken_for_one(
    alice: Person, database: Database, shop: Tenant, said: str
) -> None:
    await define(database, shop)
    before = await typed(alice)
    reply = await press(alice, with_values(before, add_language=said), "language")
    assert "We know no language by that name" in (await alice.get(reply.headers["location"])).text
    assert languages(await typed(alice)) == languages(before)
