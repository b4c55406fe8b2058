"""An agent sees conversations of their own and what was said of them, and nothing of others'.

zoe is an agent of the shop. One customer talked with her and with Kim, others with Kim alone; all
that zoe must not see has "verborgen" (hidden) in it.
"""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, select

from tellback.actions.change_members import NameAgent, name_agents
from tellback.actions.follow_up import follow_up
from tellback.actions.submit_responses import submit_responses
from tellback.app import App
from tellback.core.commands import SubmitResponse
from tellback.core.conversations import RecordConversation
from tellback.core.follow_ups import FollowUp, Progress
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.users import Area, Role
from tellback.store.database import Database
from tellback.store.tables import responses
from tellback.store.users import find_user
from tellback.web.dashboard.router import HANDLERS
from tests.conftest import Tenant
from tests.web.dashboard.people import Person, add_user, signed_in, token_of

FILES = frozenset({"conversations/export", "responses/export"})
PAGES = FILES | {"conversations", "responses", "responses/newer"}
#: Of the routes with an id only these two, of a response of one's own.
OWN = frozenset({"responses/{id}", "responses/{id}/pane"})
QUERIES = (
    "",
    "?format=ndjson",
    "?period=all",
    "?period=all&of=department",
    "?period=all&who=Mo",
    "?q=verborge",
    "?where=property%5B%22plan%22%5D+%3D%3D+%22verborge%22",
    "?status=done",
    "?tag=verborge",
    "?after=1-00000000000000000000000000000000",
    "?a=q%3Dverborge&b=",
)


@dataclass(frozen=True, slots=True)
class Chats:
    """Ids of responses: zoe's by her address, zoe's by her name, and Kim's."""

    mine: str
    named: str
    others: str
    people: tuple[str, ...]


def chat(place: str, agent: str, who: str, comment: str, plan: str) -> SubmitResponse:
    """A rated chat."""
    key = ContactKey(Identity.EXTERNAL, who)
    department = "verborgen" if "verborgen" in comment else "seen"
    about = RecordConversation(
        dialect="rocketchat",
        reference=place,
        contact=key,
        agent=agent,
        department=f"{department} department",
        channel="web",
        is_open=False,
    )
    return SubmitResponse(
        dialect="rocketchat",
        channel=Channel.CHAT,
        survey="rocketchat",
        contact=key,
        about=about,
        rating=4,
        comment=comment,
        traits={"name": who, "plan": plan},
        force=True,
    )


def rows(connection: Connection, project_id: str) -> list[tuple[str, str, str]]:
    of = responses.c
    statement = select(of.id, of.comment, of.contact_id).where(of.project_id == project_id)
    return [(row.id, row.comment, row.contact_id) for row in connection.execute(statement)]


@pytest.fixture
async def chats(database: Database, shop: Tenant) -> Chats:
    told = [
        chat("r1", "Zoe@Example.com", "Ada", "Said to me", "gold"),
        chat("r2", "Zoe Z", "Ada", "Said to my name", "gold"),
        chat("r3", "Kim verborgen", "Ada", "verborgen, by the same person", "gold"),
        chat("r4", "Mo", "Bo verborgen", "verborgen, by somebody else", "verborgen"),
        chat("r5", "zoe z", "Cy verborgen", "verborgen: a name in other letters", "verborgen"),
    ]
    for command in told:
        await database.write_one(submit_responses, (shop.made.project, command))
    found = {comment: (id_, who) for id_, comment, who in await database.read(rows, shop.id)}
    assert len(found) == 5
    return Chats(
        found["Said to me"][0],
        found["Said to my name"][0],
        found["verborgen, by somebody else"][0],
        tuple({who for _, who in found.values()}),
    )


@pytest.fixture
async def zoe(app: App, database: Database, shop: Tenant) -> AsyncIterator[Person]:
    """An agent of the shop."""
    user = await add_user(database, "zoe@example.com", Role.AGENT, shop.slug)
    person = await signed_in(app, database, user)
    async with person.client:
        yield person


async def name(database: Database, shop: Tenant, *names: str) -> None:
    user = await database.read(find_user, "zoe@example.com")
    assert user
    await database.write_one(name_agents, (shop.made.project, NameAgent(user.id, names)))


def routes(method: str) -> Iterator[str]:
    """The paths of a project's pages, as they are declared, less what is before them."""
    for handler in HANDLERS:
        if method in handler.http_methods:
            for path in handler.paths:
                if path.startswith("/-/p/{slug:str}"):
                    yield re.sub(r"{(\w+):\w+}", r"{\1}", path.removeprefix("/-/p/{slug:str}/"))


def addresses(route: str, chats: Chats) -> Iterator[str]:
    """A route with everything in it that somebody could think of."""
    ids = (chats.mine, chats.named, chats.others, *chats.people)
    for id_ in ids if "{" in route else ("",):
        yield "/-/p/shop/" + re.sub(r"{\w+}", id_, route)


async def test_no_page_of_all_tells_an_agent_of_others(
    zoe: Person, alice: Person, database: Database, shop: Tenant, chats: Chats
) -> None:
    author = await database.read(find_user, "alice@example.com")
    assert author
    care = FollowUp(
        chats.mine, author.id, Progress.DONE, author.id, ("verborgen",), "verborgen note"
    )
    await database.write_one(follow_up, (shop.made.project, care))
    seen: set[str] = set()
    for route in routes("GET"):
        for address in addresses(route, chats):
            for query in QUERIES:
                reply = await zoe.get(f"{address}{query}")
                assert "verborgen" not in reply.text, f"{address}{query}"
                if reply.status_code == 200:
                    seen.add(route)
                else:
                    assert reply.status_code in (403, 404), f"{address}{query}"
    assert seen == PAGES | OWN


async def test_an_agent_changes_nothing(zoe: Person, chats: Chats) -> None:
    token = token_of((await zoe.get("/-/p/shop/responses")).text)
    tried = 0
    for route in routes("POST"):
        for address in addresses(route, chats):
            reply = await zoe.client.post(address, data={"form_token": token})
            assert reply.status_code in (403, 404, 405), address
            tried += 1
    assert tried > 20


async def test_what_agents_may_ask_for_is_this_and_no_more() -> None:
    """Who lets agents see another page has to see to it that it tells of their own alone."""
    open_ = {
        re.sub(r"{(\w+):\w+}", r"{\1}", path.removeprefix("/-/p/{slug:str}/"))
        for handler in HANDLERS
        for path in handler.paths
        if handler.opt.get("area") is Area.CONVERSATIONS
    }
    assert open_ == PAGES | OWN


async def test_ones_own_are_by_address_and_by_name(
    zoe: Person, database: Database, shop: Tenant, chats: Chats
) -> None:
    html = (await zoe.get("/-/p/shop/responses")).text
    assert ("Said to me" in html, "Said to my name" in html) == (True, False)
    assert (await zoe.get(f"/-/p/shop/responses/{chats.named}")).status_code == 404
    await name(database, shop, "Zoe Z", "Zoe of old")
    html = (await zoe.get("/-/p/shop/responses")).text
    assert ("Said to me" in html, "Said to my name" in html) == (True, True)
    html = (await zoe.get(f"/-/p/shop/responses/{chats.named}")).text
    assert ("Said to me" in html, "same person" in html) == (True, False)
    assert "Conversation" in html
    html = (await zoe.get("/-/p/shop/conversations?period=all")).text
    assert ("Zoe Z" in html, "Kim" in html) == (True, False)
    assert "From 2 ratings" in html


async def test_filters_on_people_and_on_care_do_nothing(zoe: Person, chats: Chats) -> None:
    """They would tell of an answer what its agent is not told."""
    for query in QUERIES[6:9]:
        assert "Said to me" in (await zoe.get(f"/-/p/shop/responses{query}")).text, query
    assert "Said to me" not in (await zoe.get("/-/p/shop/responses?q=nothing+of+this")).text


async def test_newer_and_exported_are_ones_own(zoe: Person, alice: Person, chats: Chats) -> None:
    path = f"/-/p/shop/responses/newer?after=1-{'0' * 32}"
    asked = {who.email: (await who.get(path)).json()["newer"] for who in (zoe, alice)}
    assert asked == {"zoe@example.com": 1, "alice@example.com": 5}
    sheet = list(csv.DictReader(io.StringIO((await zoe.get("/-/p/shop/responses/export")).text)))
    assert [row["comment"] for row in sheet] == ["Said to me"]
    assert not {"status", "owner", "tags"} & set(sheet[0])
    reply = await zoe.get("/-/p/shop/conversations/export?period=all")
    assert [row["agent"] for row in csv.DictReader(io.StringIO(reply.text))] == ["Zoe@Example.com"]


async def test_an_agent_begins_where_there_is_something(zoe: Person, chats: Chats) -> None:
    reply = await zoe.get("/-/")
    assert reply.headers["location"] == "/-/p/shop/responses"
    html = (await zoe.get("/-/p/shop/responses")).text
    listed = set(re.findall(r'href="/-/p/shop/(\w*)"', html))
    assert listed == {"responses", "conversations"}


async def test_who_has_no_conversation_reads_why(zoe: Person, shop: Tenant) -> None:
    for page in ("responses", "conversations?period=all"):
        html = (await zoe.get(f"/-/p/shop/{page}")).text
        assert "conversations whose agent is" in html
        assert "zoe@example.com" in html
        assert "Connect a wire" not in html


async def test_an_owner_sets_the_names(
    alice: Person, zoe: Person, database: Database, chats: Chats
) -> None:
    page = "/-/p/shop/members"
    html = (await alice.get(page)).text
    assert "Told lately" in html
    assert "Kim verborgen" in html
    user = await database.read(find_user, "zoe@example.com")
    assert user
    path = f"{page}/{user.id}/names"
    await alice.send(page, path, {"names": " Zoe Z \r\n\r\nZoe Z\r\n<b>"})
    html = (await alice.get(page)).text
    assert ">Zoe Z\n&lt;b&gt;</textarea>" in html
    assert "Said to my name" in (await zoe.get("/-/p/shop/responses")).text
    # Another role and back: the names stay.
    for role in ("analyst", "agent"):
        await alice.send(page, f"{page}/{user.id}/role", {"role": role})
    assert "Said to my name" in (await zoe.get("/-/p/shop/responses")).text
    reply = await alice.send(page, path, {"names": "x" * 201})
    assert reply.status_code == 422
    assert "at most 20 names" in reply.text
    await alice.send(page, path, {"names": ""})
    assert "Said to my name" not in (await zoe.get("/-/p/shop/responses")).text
