"""The list of invitations, and the story of one."""

import re

import pytest

from tellback.actions.forget_old import ForgetOld, forget_old
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.core.invitation import State
from tellback.core.retention import Fleeting
from tellback.store import feed
from tellback.store.database import Database
from tellback.store.projects import find_project
from tellback.upkeep.rolling import Rolling
from tests.conftest import Tenant
from tests.outgoing import Sending
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded
from tests.webhooks.chatting import Chats

_ROW = re.compile(r'invitations/([0-9a-f]{32})".*?class="badge \w+">(\w+)<', re.DOTALL)
_OLDER = re.compile(r'class="next" href="([^"]+)"')


async def walk(person: Person, query: str = "") -> list[tuple[str, str]]:
    """The id and state of every invitation on every page."""
    found, page = [], "?" + query
    for _ in range(60):
        html = (await person.get(f"/-/p/shop/invitations{page}")).text
        found += _ROW.findall(html)
        older = _OLDER.search(html)
        if older is None:
            return found
        page = older[1].replace("&amp;", "&")
    raise AssertionError("the pages never end")


async def test_all_pages_together_hold_every_invitation_once(alice: Person, sown: Seeded) -> None:
    found = await walk(alice)
    assert sorted(id_ for id_, _ in found) == sorted(sown.invitations)


@pytest.mark.parametrize("searched", [20_000, 37])
async def test_one_state_alone(
    alice: Person, sown: Seeded, monkeypatch: pytest.MonkeyPatch, searched: int
) -> None:
    monkeypatch.setattr(feed, "SEARCHED", searched)
    everything = await walk(alice)
    for state, name in ((State.BOUNCED, "Bounced"), (State.SENT, "Sent")):
        expected = [row for row in everything if row[1] == name]
        assert await walk(alice, f"state={state.value}") == expected


async def test_a_search_that_stops_says_how_far_it_came(
    alice: Person, sown: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "SEARCHED", 20)
    html = (await alice.get("/-/p/shop/invitations?state=complained")).text
    assert "Searched back to" in html
    assert "Search further back" in html
    assert "None is complained" not in html


async def test_one_address(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/invitations?address=Somebody.7%40example.com")).text
    assert len(_ROW.findall(html)) == 1
    assert "somebody.7@example.com" in html
    html = (await alice.get("/-/p/shop/invitations?address=<b>@example.com")).text
    assert "was never asked" in html
    assert "<b>" not in html


async def test_an_unknown_state_is_any(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/invitations?state=dreaming")).text
    assert len(_ROW.findall(html)) == 50


async def test_the_story_of_an_answer(alice: Person, sown: Seeded) -> None:
    [(id_, _), *_rest] = await walk(alice, "state=responded")
    html = (await alice.get(f"/-/p/shop/invitations/{id_}")).text
    titles = re.findall(r'<p class="what">([^<]+)', html)
    wanted = ["Requested", "Due", "Picked by a sender", "Sent", "Opened the mail", "Answered"]
    places = [titles.index(title) for title in wanted]
    assert places == sorted(places)
    moments = re.findall(r'<time datetime="([^"]+)"', html.partition("What happened")[2])
    assert moments == sorted(moments)
    assert "Köln" in html
    assert "38, 39" in html
    assert f'href="/-/p/shop/outbox/{id_}"' in html


async def test_machines_are_marked_in_the_story(alice: Person, sown: Seeded) -> None:
    stories = [
        (await alice.get(f"/-/p/shop/invitations/{id_}")).text
        for id_, _ in await walk(alice, "state=sent")
    ]
    scanned = [html for html in stories if "likely a machine" in html]
    assert scanned
    assert "likely a machine: followed all links within seconds" in scanned[0]
    assert '<li class="machine">' in scanned[0]


async def test_a_changed_answer_keeps_its_first_form(alice: Person, sown: Seeded) -> None:
    stories = [
        (await alice.get(f"/-/p/shop/invitations/{id_}")).text
        for id_, _ in await walk(alice, "state=responded")
    ]
    changed = [html for html in stories if "Changed the answer" in html]
    assert changed
    assert "At first I thought so." in changed[0]


async def test_what_is_no_longer_kept_is_said(
    alice: Person, sown: Seeded, database: Database, shop: Tenant
) -> None:
    [(id_, _), *_rest] = await walk(alice, "state=responded")
    page = f"/-/p/shop/invitations/{id_}"
    assert "no longer kept" not in (await alice.get(page)).text
    rolling = Rolling(database, "worker")
    while await rolling.roll_up(shop.id):
        pass
    now = database.clock()
    await database.write_one(forget_old, ForgetOld(Fleeting.SIGNALS, shop.id, now))
    html = (await alice.get(page)).text
    assert "Single opens and clicks from before" in html
    assert "are no longer kept" in html
    assert "was told is kept for" not in html
    for name, value in (("webhook_url", "http://127.0.0.1:9/"), ("keep_webhook_days", "1")):
        await database.write_one(set_settings, SetSetting(shop.id, name, value))
    assert "What the webhook was told is kept for 1 day." in (await alice.get(page)).text


async def test_an_analyst_sees_no_way_to_the_mail(bob: Person, sown: Seeded) -> None:
    [(id_, _), *_rest] = await walk(bob, "state=responded")
    assert "outbox" not in (await bob.get(f"/-/p/shop/invitations/{id_}")).text


@pytest.mark.parametrize("id_", ["0" * 32, "x", "../../x", "0" * 31, "%00"])
async def test_no_such_invitation(alice: Person, shop: Tenant, id_: str) -> None:
    assert (await alice.get(f"/-/p/shop/invitations/{id_}")).status_code == 404


async def test_an_empty_project_says_what_to_do(alice: Person, shop: Tenant) -> None:
    assert "Nobody was asked yet" in (await alice.get("/-/p/shop/invitations")).text
    assert "None is bounced" in (await alice.get("/-/p/shop/invitations?state=bounced")).text


async def test_a_chats_survey_is_listed_and_told_with_its_conversation(
    database: Database, alice: Person, shop: Tenant
) -> None:
    project = await database.read(find_project, shop.slug)
    assert project is not None
    chats = Chats(database, project)
    asked = await chats.ask(reference="chat-1", survey="1", who="<b>7")
    (event,) = await chats.events()
    listed = (await alice.get("/-/p/shop/invitations")).text
    assert 'Conversation 1</a><span class="sub" dir="auto">&lt;b&gt;7</span>' in listed
    story = (await alice.get(f"/-/p/shop/invitations/{asked}")).text
    assert "<dt>Conversation</dt><dd>1</dd>" in story
    assert '<dt>Person</dt><dd class="breaks" dir="auto">&lt;b&gt;7</dd>' in story
    assert "To be told by webhook" in story
    for state, words in (
        ("delivered", "Told by webhook"),
        ("failed", "Could not be told by webhook"),
        ("unheard", "Told to nobody"),
    ):
        values = {"state": state, "status": 500, "error": "broken", "settled_at": event.due_at}
        await Sending(database, project).change_row("outgoing_events", event.id, **values)
        assert words in (await alice.get(f"/-/p/shop/invitations/{asked}")).text
    contact = (await chats.closed(reference="chat-1", who="<b>7")).contact_id
    for column, value in (("email", "ada@example.com"), ("name", "Ada")):
        await Sending(database, project).change_row("contacts", contact, **{column: value})
        assert f'dir="auto">{value}</span>' in (await alice.get("/-/p/shop/invitations")).text
    overview = (await alice.get("/-/p/shop/")).text
    assert "add up to the 1 that" in overview
