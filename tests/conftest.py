"""The fixed people and their projects, and an application in this process to talk to.

alice and bob share the project "shop"; charlie's project is "other", and he has no part in "shop".
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tellback.app import App, build_app
from tellback.config import Config
from tellback.core.settings import ProjectSettings
from tellback.dialects.provision import NewProject, make_project
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tests.actions.workroom import Workroom, open_workroom
from tests.engines import Engine, Sqlite, opened
from tests.postgresql import PostgreSQL
from tools.ensure_postgresql import SERVER
from tools.postgresql_server import running_postgresql

HEADERS = {"User-Agent": "tests", "Content-Type": "application/json"}
BASE = "http://testserver"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A project of the tests with its keys in the clear."""

    made: NewProject

    @property
    def id(self) -> str:
        return self.made.project.id

    @property
    def slug(self) -> str:
        return self.made.project.slug

    def keys(self, dialect: str) -> Any:
        """The credentials for a wire, as `project create` prints them."""
        return self.made.credentials[dialect]


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """What runs the database. Every test that has one, however it comes by it, runs on each."""
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def sqlite() -> Engine:
    """The engine that is in the program."""
    return Sqlite()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Engine]:
    """A server of our own; or databases of the one that is named."""
    with ExitStack() as stack:
        url = os.environ.get(SERVER) or stack.enter_context(running_postgresql())
        yield stack.enter_context(closing(PostgreSQL(url)))


@pytest.fixture
def config(engine: Engine, tmp_path: Path) -> Iterator[Config]:
    """Settings for a server on an empty directory and database."""
    with engine.config(tmp_path / "data") as config:
        yield config


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    """An open database with the newest schema."""
    with opened(config) as database:
        yield database


@pytest.fixture
def room(engine: Engine) -> Iterator[Workroom]:
    """A database without a server, for actions that are called directly."""
    with open_workroom(engine) as room:
        yield room


@pytest.fixture
def app(config: Config, database: Database) -> App:
    """The whole application, in this process."""
    return build_app(config, database)


@pytest.fixture
async def client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client whose requests go straight into the application."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=HEADERS) as opened:
        yield opened


@pytest.fixture
async def shop(database: Database) -> Tenant:
    """alice's and bob's project."""
    return Tenant(await make_project(database, load_dialects(), "Shop"))


@pytest.fixture
async def other(database: Database) -> Tenant:
    """charlie's project."""
    return Tenant(await make_project(database, load_dialects(), "Other"))


@pytest.fixture
async def playground(database: Database) -> Tenant:
    """A project marked for testing: callers may force."""
    settings = ProjectSettings(allow_force=True)
    return Tenant(await make_project(database, load_dialects(), "Playground", settings))
