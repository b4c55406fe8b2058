"""One survey: pausing, its versions, its file, its link."""

import re
from html import unescape

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.core.model import Survey
from tellback.store.database import Database
from tellback.store.survey_versions import COMMAND_LINE
from tellback.surveyfile import read_survey
from tests.conftest import Tenant
from tests.web.dashboard.forms import with_values
from tests.web.dashboard.people import Person
from tests.web.dashboard.test_surveys_editor import (
    EVERYTHING,
    HOME,
    define,
    draft,
    press,
    stored,
    typed,
)

PAGE = f"{HOME}/visit"
SECOND = EVERYTHING.replace("text: Why?", "text: Why so?")


async def twice(database: Database, shop: Tenant) -> Survey:
    await define(database, shop)
    return await define(database, shop, SECOND)


async def test_versions_say_what_changed(alice: Person, database: Database, shop: Tenant) -> None:
    await twice(database, shop)
    html = (await alice.get(PAGE)).text
    assert "Question 3: text changed from “Why?” to “Why so?”" in html
    assert re.search(r"<b>Version 2</b>.*<b>Version 1</b>.*The first one", html, re.DOTALL)


async def test_what_follows_from_a_survey_is_at_hand(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    html = (await alice.get(PAGE)).text
    rule = re.search(r"Only if (.*?)</p>", html)
    assert rule
    told = '“How was it?” is 1 to 2 or if “Which?” is "A", c'
    assert unescape(re.sub(r"<[^>]+>", "", rule[1])) == told
    assert 'href="/-/p/shop/?survey=visit"' in html
    assert 'href="/-/p/shop/responses?survey=visit"' in html
    assert "within two minutes" in html
    assert 'href="/-/p/shop/invitations/ask?survey=visit"' in html
    chosen = (await alice.get("/-/p/shop/invitations/ask?survey=visit")).text
    assert re.search(r" selected>After a visit \(visit\)</option>", chosen)
    await alice.send(PAGE, f"{PAGE}/live", {"live": "no"})
    assert "invitations/ask?survey" not in (await alice.get(PAGE)).text


async def test_versions_say_who_published_them(
    alice: Person, bob: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    for by, text in ((COMMAND_LINE, "Why so?"), ("api", "Why then?"), ("rocketchat", "Why not?")):
        file = read_survey(EVERYTHING.replace("text: Why?", f"text: {text}"))
        job = ApplySurvey(shop.made.project, file.key, True, file.definition, None, by)
        await database.write_one(apply_surveys, job)
    fields = with_values(await typed(alice), name="Another name")
    await press(alice, fields, "publish")
    for person, author in ((alice, "by you"), (bob, "by alice@example.com")):
        html = unescape((await person.get(PAGE)).text)
        said = re.findall(r"<b>Version (\d)</b>.*?</time>(.*?)\n", html)
        assert [(n, re.sub("<[^>]+>", "", how).strip()) for n, how in said] == [
            ("5", author),
            ("4", "over Rocket.Chat"),
            ("3", "over Tellback's own API"),
            ("2", "from the command line"),
            ("1", ""),
        ]


async def test_an_old_version_becomes_a_draft(
    alice: Person, database: Database, shop: Tenant
) -> None:
    survey = await twice(database, shop)
    reply = await alice.send(PAGE, f"{PAGE}/restore", {"version": "1"})
    assert reply.headers["location"] == f"{PAGE}/edit"
    assert await stored(database, shop) == survey
    assert "Restore in place of the draft" in (await alice.get(PAGE)).text
    await press(alice, await typed(alice), "publish")
    now = await stored(database, shop)
    assert now.version == 3
    assert now.definition.questions[2].text == {"en": "Why?"}


async def test_there_is_no_such_version(alice: Person, database: Database, shop: Tenant) -> None:
    await define(database, shop)
    for wanted in ("2", "x", "01"):
        assert (await alice.get(f"{PAGE}/file?version={wanted}")).status_code == 404
        reply = await alice.send(PAGE, f"{PAGE}/restore", {"version": wanted})
        assert reply.status_code == 404
    assert await draft(database, shop) is None
    assert (await alice.get(f"{HOME}/none")).status_code == 404
    assert (await alice.get(f"{HOME}/none/edit")).status_code == 404


async def test_each_version_is_a_file(alice: Person, database: Database, shop: Tenant) -> None:
    await twice(database, shop)
    assert "Why so?" in (await alice.get(f"{PAGE}/file")).text
    first = await alice.get(f"{PAGE}/file?version=1")
    assert "Why so?" not in first.text
    assert 'filename="visit-1.yaml"' in first.headers["content-disposition"]


async def test_it_is_paused_and_goes_on(alice: Person, database: Database, shop: Tenant) -> None:
    await define(database, shop)
    html = (await alice.get(PAGE)).text
    link = re.search(r">http://testserver(/-/s/[\w-]+)<", html)
    assert link
    assert f'src="{link[1]}/qr.svg"' in html
    assert (await alice.get(f"{link[1]}/qr.svg")).status_code == 200
    await alice.send(PAGE, f"{PAGE}/live", {"live": "no"})
    survey = await stored(database, shop)
    assert (survey.live, survey.version) == (False, 1)
    html = (await alice.get(PAGE)).text
    assert "It is paused" in html
    assert "/-/s/" not in html
    # A draft that is published meanwhile does not resume it.
    await press(alice, await typed(alice), "publish")
    assert not (await stored(database, shop)).live
    await alice.send(PAGE, f"{PAGE}/live", {"live": "yes"})
    assert (await stored(database, shop)).live


async def test_only_owners_change_it(
    bob: Person, charlie: Person, database: Database, shop: Tenant
) -> None:
    survey = await twice(database, shop)
    html = (await bob.get(PAGE)).text
    assert "Version 1" in html
    for button in ("Pause", "Restore", "Edit"):
        assert f">{button}" not in html
    for path, fields in (("live", {"live": "no"}), ("restore", {"version": "1"}), ("trial", {})):
        assert (await bob.send("/-/account", f"{PAGE}/{path}", fields)).status_code == 403
        assert (await charlie.send("/-/account", f"{PAGE}/{path}", fields)).status_code == 404
    for path in ("file", "preview", "preview/page", "preview/mail"):
        assert (await bob.get(f"{PAGE}/{path}")).status_code == 200
        assert (await charlie.get(f"{PAGE}/{path}")).status_code == 404
    assert await stored(database, shop) == survey
