"""Lists and figures come from the replica; what decides, and single things, from the database."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tellback.app import build_app, database_url
from tellback.config import Config
from tellback.store.database import Database
from tellback.store.engine import open_engine, sqlite_url
from tellback.store.migrate import migrate
from tests.web.dashboard.people import Clock, Person
from tests.web.dashboard.seeds import Seeded

_STORY = re.compile(r"/-/p/shop/invitations/[0-9a-f]{32}")


@pytest.fixture
def replica_url(tmp_path: Path) -> str:
    """A replica that nothing has come through to yet."""
    (tmp_path / "replica").mkdir()
    url = sqlite_url(tmp_path / "replica")
    engine = open_engine(url, writing=True)
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture
def behind(
    config: Config, database: Database, clock: Clock, replica_url: str
) -> Iterator[Database]:
    """The database, with that replica."""
    opened = Database(database_url(config), replica_url=replica_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
async def visitor(alice: Person, sown: Seeded, config: Config, behind: Database) -> Person:
    """alice, signed in at a server that has the replica."""
    transport = httpx.ASGITransport(app=build_app(config, behind))
    return Person(
        alice.email,
        httpx.AsyncClient(
            transport=transport,
            base_url="http://testserver",
            headers=alice.client.headers,
            cookies=alice.client.cookies,
        ),
    )


async def test_lists_are_the_replicas(visitor: Person, alice: Person) -> None:
    for path in ("/-/p/shop/invitations", "/-/p/shop/responses"):
        assert "<time" in (await alice.get(path)).text, path
        shown = await visitor.get(path)
        assert shown.status_code == 200, "who comes in is the database's affair"
        assert "<time" not in shown.text, path


async def test_figures_are_the_replicas(visitor: Person, alice: Person) -> None:
    assert "Requested" in (await alice.get("/-/p/shop/")).text
    assert "Requested" not in (await visitor.get("/-/p/shop/")).text


async def test_single_things_and_what_is_mended_are_the_databases(
    visitor: Person, alice: Person
) -> None:
    story = _STORY.search((await alice.get("/-/p/shop/invitations")).text)
    assert story
    for path in (story[0], "/-/p/shop/connect", "/-/p/shop/rejected", "/-/"):
        assert (await visitor.get(path)).text == (await alice.get(path)).text, path
