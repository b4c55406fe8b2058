"""Whether a page's visitor is asked, and what the widget then shows."""

from dataclasses import replace

from tellback.core.model import Condition
from tellback.store.database import Database
from tellback.store.tables import contacts, events, rejected_inputs
from tests.conftest import Tenant
from tests.web.widget.publishing import BINARY, CES, NPS, VISITOR, PageScript, publish, rows

OTHER = VISITOR[::-1]


async def test_who_may_be_asked_gets_the_survey_and_a_ticket(page: PageScript) -> None:
    asked = await page.ask("nps", languages=["de-AT"])
    assert asked["survey"] == "nps"
    assert len(asked["ticket"]) == 96
    assert (asked["language"], asked["direction"]) == ("de", "ltr")
    rating, wrong, liked = asked["questions"]
    assert rating["text"] == "Wie wahrscheinlich?"
    assert [option["value"] for option in rating["options"]] == [str(n) for n in range(11)]
    assert wrong["text"] == ["What went wrong?", "en"]
    assert wrong["rules"] == [{"on": "nps", "max": 6.0}]
    assert liked["rules"] == [{"on": "nps", "min": 7.0}]
    assert asked["texts"]["close"] == "Schließen"


async def test_who_was_asked_is_known_and_not_asked_again_so_soon(
    page: PageScript, database: Database
) -> None:
    assert await page.ask(user="u-1", traits={"plan": "pro"})
    [person] = await rows(database, contacts)
    assert person.properties == {"plan": "pro"}
    [shown] = await rows(database, events)
    assert (shown.dialect, shown.name[:7], shown.contact_id) == ("widget", "$shown:", person.id)
    assert await page.ask(user="u-1") is None
    assert await page.ask(user="u-2", visitor=OTHER), "somebody else"


async def test_what_the_same_browser_was_asked_without_a_name_counts(page: PageScript) -> None:
    assert await page.ask()
    assert await page.ask(user="u-1") is None


async def test_what_the_address_was_asked_in_any_channel_counts(
    page: PageScript, shop: Tenant
) -> None:
    key = shop.keys("api")["ingest_key"]
    person = {"identities": {"email": "ann@example.com"}}
    said = {"survey": "nps", "contact": person, "channel": "email", "rating": 9}
    reply = await page.client.post(
        "/-/api/responses",
        json={"items": [said]},
        headers={"Authorization": f"Bearer {key}"},
    )
    assert reply.status_code == 200
    known = {"email": "Ann@Example.com"}
    assert await page.ask(user="u-1", traits=known) is None
    assert await page.ask(user="u-2", visitor=OTHER)


async def test_of_several_the_first_that_may_be_asked_is_shown(
    page: PageScript, shop: Tenant, database: Database
) -> None:
    only_pro = replace(CES, targeting=(Condition("plan", "==", "pro"),))
    await publish(database, shop.made.project, pro=only_pro, ces=CES)
    asked = await page.ask("gone", "pro", "ces", "nps", traits={"plan": "free"})
    assert asked["survey"] == "ces"
    assert len(await rows(database, events)) == 1
    asked = await page.ask("pro", visitor=OTHER, traits={"plan": "pro"})
    assert asked["survey"] == "pro"


async def test_what_is_not_published_is_not_shown(
    page: PageScript, shop: Tenant, database: Database
) -> None:
    await publish(database, shop.made.project, vote=BINARY)
    assert await page.ask("vote") is None
    assert await rows(database, events) == []


async def test_who_wants_to_say_something_may_whenever(
    page: PageScript, database: Database
) -> None:
    assert await page.ask()
    assert await page.ask(wanted=True)
    assert len(await rows(database, events)) == 1, "nobody asked them"


async def test_nobody_unknown_where_that_is_not_wanted(
    page: PageScript, shop: Tenant, database: Database
) -> None:
    await publish(database, shop.made.project, known=replace(NPS, allow_anonymous=False))
    assert await page.ask("known") is None
    assert await page.ask("known", user="u-1")


async def test_what_cannot_be_asked_is_refused_and_kept(
    page: PageScript, database: Database
) -> None:
    reply = await page.call("ask", {"surveys": [], "visitor": "x"})
    assert reply.status_code == 422
    assert reply.json()["errors"]
    huge = await page.call(
        "ask", {"surveys": ["nps"], "visitor": VISITOR, "traits": {"a": "x" * 40_000}}
    )
    assert huge.status_code == 422
    ended = await page.call("ask", {"surveys": ["nps"], "visitor": VISITOR + "\n"})
    assert ended.status_code == 422
    assert await rows(database, contacts) == []
    kept = await rows(database, rejected_inputs)
    assert [(one.dialect, one.operation, one.status) for one in kept] == [
        ("widget", "ask", 422)
    ] * 3
