"""People: found by anything they are known by, seen whole, taken out and forgotten."""

import re

from tellback.actions.record_conversations import record_conversations
from tellback.actions.request_invitations import request_invitations
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import RequestInvitation, SubmitResponse
from tellback.core.conversations import RecordConversation
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.properties import PropertyType
from tellback.store.database import Database
from tellback.store.ids import new_id
from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded

DANA = ContactKey(Identity.EMAIL, "dana@example.com")


async def known(database: Database, shop: Tenant) -> str:
    """Dana has talked and answered; where her page is."""
    chat = RecordConversation(
        dialect="api", reference="c-1", contact=DANA, agent="Kim", department="Orders"
    )
    await database.write_one(record_conversations, (shop.made.project, chat))
    answer = SubmitResponse(
        dialect="api",
        channel=Channel.IN_APP,
        survey="satismeter",
        contact=DANA,
        rating=2,
        comment="<b>No</b> answer for weeks",
        traits={"name": "Dana & Co", "plan": "pro"},
    )
    await database.write_one(submit_responses, (shop.made.project, answer))
    return "/-/p/shop/people?who=Dana%40example.com"


async def test_one_person_over_all_wires(alice: Person, database: Database, shop: Tenant) -> None:
    reply = await alice.client.get(await known(database, shop), follow_redirects=True)
    assert re.fullmatch(r"/-/p/shop/people/[0-9a-f]{32}", reply.url.path)
    html = reply.text
    for words in ("Dana &amp; Co", "dana@example.com", "plan", "pro", "with Kim (Orders)"):
        assert words in html
    assert "&lt;b&gt;No&lt;/b&gt; answer for weeks" in html
    assert "Rating: 2 of 10, detractor" in html
    assert "Conversation 1" in html


async def test_an_ask_tells_its_survey_and_what_it_was_about(
    alice: Person, database: Database, shop: Tenant
) -> None:
    ask = RequestInvitation(
        dialect="boolean",
        request_id=new_id(),
        address="dana@example.com",
        reference="order-1",
        properties={"city": "<Oslo>", "first_time": True},
        types={"city": PropertyType.STRING, "first_time": PropertyType.BOOLEAN},
    )
    await database.write_one(request_invitations, (shop.made.project, ask))
    page = await known(database, shop)
    html = (await alice.client.get(page, follow_redirects=True)).text
    assert 'Asked <span class="why">Are you happy?</span>' in html
    assert "city &lt;Oslo&gt; · first_time true" in html
    why = (await alice.get("/-/p/shop/invitations/why?who=dana@example.com")).text
    assert ">Are you happy?, requested " in why


async def test_whether_they_may_be_asked(alice: Person, database: Database, shop: Tenant) -> None:
    html = (await alice.client.get(await known(database, shop), follow_redirects=True)).text
    assert re.search(r"<strong>From .* on\.</strong>", html), "asked once today is enough"
    assert "Conversation 1 is open" in html


async def test_people_are_listed(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/people")).text
    assert "Ada Lovelace" in html
    assert re.search(r"/-/p/shop/people/[0-9a-f]{32}", html)


async def test_who_is_not_known_is_said(alice: Person, shop: Tenant) -> None:
    html = (await alice.get("/-/p/shop/people?who=nobody%40example.com")).text
    assert "Nobody is known by that" in html
    assert "nobody@example.com is not known to Shop" in html


async def test_people_are_found_by_a_part_of_their_name(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await known(database, shop)
    for name in ("Dana & Co", "dana", "& CO"):
        reply = await alice.client.get("/-/p/shop/people", params={"who": name})
        assert reply.status_code == 303, name
        assert re.fullmatch(r"/-/p/shop/people/[0-9a-f]{32}", reply.headers["location"])
    second = SubmitResponse(
        dialect="api",
        channel=Channel.IN_APP,
        survey="satismeter",
        contact=ContactKey(Identity.EMAIL, "bo@example.com"),
        rating=9,
        traits={"name": "Bo Danaher"},
    )
    await database.write_one(submit_responses, (shop.made.project, second))
    html = (await alice.get("/-/p/shop/people?who=dana")).text
    assert re.findall(r'<th scope="row"><a [^>]*>(.*?)</a>', html) == [
        "Bo Danaher",
        "Dana &amp; Co",
    ]
    assert "Nobody is known by that" in (await alice.get("/-/p/shop/people?who=d%25a")).text
    why = (await alice.get("/-/p/shop/invitations/why?who=Bo")).text
    assert 'href="/-/p/shop/people?who=Bo"' in why


async def test_nobody_finds_another_projects_people(
    charlie: Person, database: Database, shop: Tenant
) -> None:
    await known(database, shop)
    assert (await charlie.client.get("/-/p/shop/people?who=dana")).status_code == 404


async def test_what_no_database_keeps_is_not_looked_for(alice: Person, shop: Tenant) -> None:
    assert (await alice.get("/-/p/shop/people?who=%00")).status_code == 200
    assert "nobody is not known" in (await alice.get("/-/p/shop/people?who=no%00body")).text


async def test_all_of_it_is_taken_out(alice: Person, database: Database, shop: Tenant) -> None:
    page = (await alice.client.get(await known(database, shop), follow_redirects=True)).url.path
    reply = await alice.get(f"{page}/export")
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["cache-control"] == "no-store"
    told = reply.json()
    assert told["email"] == "dana@example.com"
    assert [one["comment"] for one in told["responses"]] == ["<b>No</b> answer for weeks"]
    assert len(told["conversations"]) == 1


async def test_a_person_is_forgotten_when_it_is_meant(
    alice: Person, database: Database, shop: Tenant
) -> None:
    page = (await alice.client.get(await known(database, shop), follow_redirects=True)).url.path
    doubted = await alice.send(page, f"{page}/erase", {})
    assert doubted.status_code == 422
    assert "Say that it is meant" in doubted.text
    done = await alice.send(page, f"{page}/erase", {"sure": "yes"})
    assert done.status_code == 303
    assert "is forgotten" in (await alice.get(done.headers["location"])).text
    assert (await alice.get(page)).status_code == 404
    assert "dana@example.com" not in (await alice.get("/-/p/shop/people")).text
    assert "answer for weeks" in (await alice.get("/-/p/shop/responses")).text


async def test_an_analyst_sees_and_does_not_forget(
    bob: Person, database: Database, shop: Tenant
) -> None:
    page = (await bob.client.get(await known(database, shop), follow_redirects=True)).url.path
    html = (await bob.get(page)).text
    assert "Erase" not in html
    assert (await bob.get(f"{page}/export")).status_code == 403
    assert (await bob.send(page, f"{page}/erase", {"sure": "yes"})).status_code == 403
    assert (await bob.get(page)).status_code == 200


async def test_others_see_nobody(charlie: Person, database: Database, shop: Tenant) -> None:
    await known(database, shop)
    assert (await charlie.get("/-/p/shop/people")).status_code == 404
