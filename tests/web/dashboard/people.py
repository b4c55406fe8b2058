"""The fixed people, signed in, and what they do with their browsers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from tellback.actions.create_user import CreateUser, create_users
from tellback.actions.sign_in import StartSession, start_sessions
from tellback.core.users import Role, User
from tellback.store.database import Database
from tellback.web.dashboard.passwords import Passwords

PASSWORD = "correct horse battery"
#: Hashing is slow by design, so the people of the tests share one password, hashed once.
PASSWORD_HASH = Passwords().hasher.hash(PASSWORD)
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Clock:
    """A moment that only moves when told to; ms since the epoch."""

    def __init__(self, now: int = 1_795_000_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a browser of their own."""

    email: str
    client: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return await self.client.get(path, headers=headers)

    async def send(
        self, page: str, path: str, fields: Mapping[str, str], **headers: str
    ) -> httpx.Response:
        """Fill in a form of a page and send it."""
        token = token_of((await self.get(page)).text)
        data = {**fields, "form_token": token}
        return await self.client.post(path, data=data, headers=headers)

    async def sign_in(self, password: str = PASSWORD, **headers: str) -> httpx.Response:
        """Sign in by the form."""
        fields = {"email": self.email, "password": password}
        return await self.send("/-/login", "/-/login", fields, **headers)

    @property
    def session(self) -> str | None:
        """The token of the session that the browser keeps."""
        return self.client.cookies.get("tellback-session")


def token_of(html: str) -> str:
    """The token in a page's form."""
    found = _TOKEN.search(html)
    assert found, "the page has no form"
    return found[1]


def browser(app: object, **headers: str) -> httpx.AsyncClient:
    """A browser that talks to an application in this process."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)  # type: ignore[arg-type]
    return httpx.AsyncClient(
        transport=transport, base_url="http://testserver", headers={**BROWSER, **headers}
    )


async def add_user(database: Database, email: str, role: Role, *slugs: str) -> User:
    """Make a user of these projects (of all there are if none is named)."""
    job = CreateUser(email, PASSWORD_HASH, role, slugs)
    user = await database.write_one(create_users, job)
    assert isinstance(user, User)
    return user


async def signed_in(app: object, database: Database, user: User) -> Person:
    """That user with a browser in which they are signed in."""
    token = f"token-of-{user.email}"
    await database.write_one(start_sessions, StartSession(token, user.id, PASSWORD_HASH))
    client = browser(app)
    client.cookies.set("tellback-session", token, domain="testserver.local", path="/")
    return Person(user.email, client)
