"""Plays the exchanges that a dialect's fixtures describe. The format is in README.md."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from tellback import dialects
from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.app import App
from tellback.core.model import Project
from tellback.core.settings import ProjectSettings
from tellback.dialects.provision import NewProject, make_project
from tellback.store.database import Transaction
from tellback.store.ids import new_id
from tellback.store.rejected_inputs import NOBODY
from tellback.store.tables import metadata, rollup_marks
from tellback.surveyfile import read_survey
from tests.contract.asgi import Reply, call
from tests.contract.matching import differences, fill

BASE = "http://testserver"
FIXTURES = sorted(
    path for home in dialects.__path__ for path in Path(home).glob("*/tests/fixtures/*.json")
)
_numbers = count(1)


@dataclass
class Stage:
    """A fresh project, a foreign one beside it, and a caller with an address of its own.

    ``reply`` is what the last fixture that was played led to.
    """

    app: App
    dialect: str
    made: NewProject
    other: NewProject
    prefixed: bool = False
    known: dict[str, Any] = field(default_factory=dict)
    peer: str = ""
    reply: Reply | None = None

    @property
    def project(self) -> Project:
        """The project that is played in."""
        return self.made.project

    async def play(self, fixture: Mapping[str, Any]) -> list[str]:
        """Play one fixture; what was not as it says."""
        found = await self.prepare(fixture)
        if found:
            return found
        before = await self.counts()
        reply = self.reply = await self.send(fixture["request"])
        found = self.check(fixture["reply"], reply)
        after = await self.counts()
        effect = {name: after[name] - before[name] for name in after}
        wanted = {**dict.fromkeys(effect, 0), **fixture.get("effect", {})}
        return found + differences(wanted, effect, {}, "effect")

    async def prepare(self, fixture: Mapping[str, Any]) -> list[str]:
        """Do what a fixture gives beforehand; what was not as it says."""
        for step in fixture.get("given", ()):
            found = await self._step(step)
            if found:
                return [f"given: {difference}" for difference in found]
        return []

    async def send(
        self, request: Mapping[str, Any], body: bytes | Iterable[bytes] | None = None
    ) -> Reply:
        """Send a fixture's request, or the same with another body."""
        sent = self.body_of(request) if body is None else body
        headers, url = self.headers_of(request, body=bool(sent)), self.url_of(request)
        return await call(self.app, request["method"], url, headers, sent, self.peer)

    def headers_of(self, request: Mapping[str, Any], *, body: bool) -> dict[str, str]:
        """A request's headers, names as they are written."""
        headers = {"User-Agent": "tests"}
        if body:
            headers["Content-Type"] = "application/json"
        if "basic" in request:
            user = fill(request["basic"], self.known)
            headers["Authorization"] = f"Basic {base64.b64encode(f'{user}:'.encode()).decode()}"
        for name, value in request.get("headers", {}).items():
            headers = {k: v for k, v in headers.items() if k.lower() != name.lower()}
            if value is not None:
                headers[name] = fill(value, self.known)
        return headers

    def url_of(self, request: Mapping[str, Any]) -> str:
        """Where a request goes."""
        path = str(fill(request["path"], self.known))
        if path.startswith("http"):
            return path
        return f"{BASE if path.startswith('/p/') else self.known['base_url']}{path}"

    def body_of(self, request: Mapping[str, Any]) -> bytes:
        """A request's body; empty where it has none."""
        if "base64" in request:
            return base64.b64decode(request["base64"])
        if "raw" in request:
            return str(fill(request["raw"], self.known)).encode()
        if "body" in request:
            return json.dumps(fill(request["body"], self.known)).encode()
        return b""

    def check(self, expected: Mapping[str, Any], reply: Reply) -> list[str]:
        """What a reply lacks of what was expected."""
        found = []
        if reply.status != expected["status"]:
            found.append(f"status is {reply.status}, not {expected['status']}: {reply.body!r}")
        for name, value in expected.get("headers", {}).items():
            found += self._check_header(name, fill(value, self.known), reply)
        if "raw" in expected:
            text = reply.body.decode()
            found += differences(fill(expected["raw"], self.known), text, self.known, "body")
        if "body" in expected:
            try:
                body = reply.json()
            except ValueError:
                return [*found, f"the body is not JSON: {reply.body!r}"]
            found += differences(fill(expected["body"], self.known), body, self.known)
        return found

    def _check_header(self, name: str, wanted: str | None, reply: Reply) -> list[str]:
        actual = reply.headers.get(name.lower())
        if wanted is None or actual is None:
            return differences(wanted, actual, self.known, f"header {name}")
        # With its name before it, so that every mark in it stands for text.
        return differences(f"{name}: {wanted}", f"{name}: {actual}", self.known, "header")

    async def counts(self) -> dict[str, int]:
        """How many rows of each table are this project's."""
        return await self.app.database.read(_counts, self.project.id)

    async def _step(self, step: Mapping[str, Any]) -> list[str]:
        if "survey" in step:
            return await self._apply(step["survey"])
        if "request" not in step:
            await self.app.database.write_one(_change, (self.project, fill(dict(step), self.known)))
            return []
        reply = await self.send(step["request"])
        if "reply" in step:
            return self.check(step["reply"], reply)
        return [] if reply.status < 400 else [f"status is {reply.status}: {reply.body!r}"]

    async def _apply(self, data: Mapping[str, Any]) -> list[str]:
        """Bring a survey to what its file would say."""
        file = read_survey(json.dumps(data))
        job = ApplySurvey(self.project, file.key, file.live, file.definition, file.number)
        await self.app.database.write_one(apply_surveys, job)
        return []


async def set_stage(
    app: App,
    dialect: str,
    settings: Mapping[str, Any] | None = None,
    *,
    prefixed: bool = False,
) -> Stage:
    """Make the two projects of a stage and learn their credentials.

    A wire with calls that carry no key is always played under the slug: it has to be told whose
    they are, where there are several projects.
    """
    number = next(_numbers)
    prefixed = prefixed or any(route.public for route in app.dialects[dialect].routes)
    chosen = ProjectSettings(**(settings or {}))
    made = await make_project(app.database, app.dialects, f"Stage {number}", chosen)
    other = await make_project(app.database, app.dialects, f"Foreign {number}")
    stage = Stage(app, dialect, made, other, prefixed)
    stage.peer = f"198.51.{number // 250}.{number % 250}"
    stage.known = {f"other.{k}": v for k, v in _facts(other, dialect).items()}
    stage.known |= _facts(made, dialect)
    stage.known["base_url"] = f"{BASE}/p/{stage.project.slug}" if prefixed else BASE
    return stage


def read_fixture(path: Path) -> Any:
    """A fixture file."""
    return json.loads(path.read_text("utf-8"))


def _facts(made: NewProject, dialect: str) -> dict[str, Any]:
    facts = {"slug": made.project.slug, "project_id": made.project.id}
    return facts | dict(flat(made.credentials[dialect]))


def flat(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """The leaves of lists and objects, each with its place joined by dots."""
    if isinstance(value, Mapping):
        parts = [(str(key), part) for key, part in value.items()]
    elif isinstance(value, list | tuple):
        parts = [(str(index), part) for index, part in enumerate(value)]
    else:
        return [(path, value)]
    return [found for k, part in parts for found in flat(part, f"{path}.{k}" if path else k)]


def _counts(connection: Connection, project_id: str) -> dict[str, int]:
    found = {}
    for table in metadata.tables.values():
        # A change of what all projects share is not this one's, and a mark only tells of others.
        if "project_id" not in table.c or table is rollup_marks:
            continue
        owners = [project_id, NOBODY] if table.name == "rejected_inputs" else [project_id]
        statement = select(func.count()).where(table.c.project_id.in_(owners))
        found[table.name] = connection.execute(statement).scalar() or 0
    return found


def _change(tx: Transaction, jobs: list[tuple[Project, Mapping[str, Any]]]) -> list[bool]:
    """Update or insert rows as a step of ``given`` says."""
    for project, step in jobs:
        table = metadata.tables[step.get("update") or step["insert"]]
        if "update" in step:
            statement = update(table).where(table.c.project_id == project.id)
            for name, value in step.get("where", {}).items():
                statement = statement.where(table.c[name] == value)
            assert tx.connection.execute(statement.values(**step["set"])).rowcount > 0, step
        else:
            row = {"project_id": project.id, **step["row"]}
            if "id" in table.c:
                row.setdefault("id", new_id())
            tx.connection.execute(insert(table).values(**row))
    return [True] * len(jobs)
