"""Pages that are open are told of new responses, while who looks at them may see those."""

import asyncio
from typing import Any

import pytest

from tellback.actions.change_members import ChangeMember, change_members
from tellback.actions.sign_in import end_sessions
from tellback.actions.submit_responses import submit_responses
from tellback.app import App
from tellback.core.commands import SubmitResponse
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.users import Role
from tellback.store.database import Database
from tellback.store.users import find_user
from tellback.web.dashboard.desk import Desk
from tellback.web.dashboard.live import tell
from tests.conftest import Tenant
from tests.web.dashboard.people import Person

NEWS, ALIVE = b"data: new\n\n", b":\n\n"
PATH = "/-/p/shop/responses/live"


@pytest.fixture
def desk(app: App) -> Desk:
    """What the handlers of the application share; a second one of it."""
    return Desk(app.pages.app.state.site)


async def answer(database: Database, shop: Tenant) -> None:
    who = ContactKey(Identity.EXTERNAL, "ada")
    command = SubmitResponse("boolean", Channel.LINK, survey="boolean", contact=who, rating=1)
    await database.write_one(submit_responses, (shop.made.project, command))


async def told(stream: Any, chunk: bytes) -> None:
    """Wait until that comes."""
    while await anext(stream) != chunk:
        pass


async def goes_on(stream: Any) -> bool:
    """Whether a stream has more than what it may have begun to say."""
    for _ in range(3):
        try:
            await anext(stream)
        except StopAsyncIteration:
            return False
    return True


async def test_a_response_is_told_of(
    alice: Person, desk: Desk, database: Database, shop: Tenant
) -> None:
    assert alice.session
    stream = tell(desk, alice.session, "shop", silence=0.01, pause=0.001)
    assert (await anext(stream)).startswith(b"retry: ")
    # Something may have come since the page was made.
    assert await anext(stream) == NEWS
    await told(stream, ALIVE)
    await answer(database, shop)
    desk.site.news._every = 0.001
    await told(stream, NEWS)
    await stream.aclose()
    assert len(desk.site.news) == 0


async def test_who_signs_out_hears_no_more(alice: Person, desk: Desk, database: Database) -> None:
    assert alice.session
    stream = tell(desk, alice.session, "shop", silence=0.01, pause=0.001)
    assert await goes_on(stream)
    await database.write_one(end_sessions, alice.session)
    assert not await goes_on(stream)
    assert len(desk.site.news) == 0


@pytest.mark.parametrize("role", [None, Role.AGENT])
async def test_who_may_not_see_them_any_more_hears_no_more(
    role: Role | None, alice: Person, bob: Person, desk: Desk, database: Database, shop: Tenant
) -> None:
    assert bob.session
    stream = tell(desk, bob.session, "shop", silence=0.01, pause=0.001)
    assert await goes_on(stream)
    user = await database.read(find_user, bob.email)
    assert user
    job = (shop.made.project, ChangeMember(user.id, role))
    await database.write_one(change_members, job)
    assert not await goes_on(stream)


async def test_a_server_that_ends_lets_go(alice: Person, desk: Desk) -> None:
    assert alice.session
    stream = tell(desk, alice.session, "shop", silence=60, pause=60)
    for _ in range(2):
        await anext(stream)
    # It rests, and would wait for a minute.
    going_on = asyncio.ensure_future(anext(stream, None))
    await asyncio.sleep(0)
    desk.site.news.close()
    assert await going_on is None
    assert (await alice.get(PATH)).status_code == 204


async def test_the_reply_is_a_stream_of_events(app: App, alice: Person) -> None:
    sent: list[dict[str, Any]] = []
    gone, came = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if NEWS in message.get("body", b""):
            came.set()

    cookie = f"tellback-session={alice.session}".encode()
    scope = {
        "type": "http",
        "method": "GET",
        "path": PATH,
        "raw_path": PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"testserver"), (b"cookie", cookie)],
    }
    serving = asyncio.ensure_future(app(scope, receive, send))
    await came.wait()
    assert len(app.news) == 1
    # Counted when it began, and not for how long it lasts.
    assert any("live" in key[1] for key in app.telemetry.figures.requests)
    gone.set()
    await serving
    assert len(app.news) == 0
    headers = dict(sent[0]["headers"])
    assert (sent[0]["status"], headers[b"cache-control"]) == (200, b"no-store")
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert b"script-src 'self'" in headers[b"content-security-policy"]
    assert b"set-cookie" not in headers


async def test_nobody_else_gets_in(charlie: Person, stranger: Person, shop: Tenant) -> None:
    assert (await charlie.get(PATH)).status_code == 404
    assert (await stranger.get(PATH)).status_code == 303
