"""Every credential, over every operation, with another project's ids: as if there were no such.

Whatever a request names that an earlier one has led to is tried by charlie, who has a project of
his own: once as it is called in alice's project, once as nothing is called anywhere. Both must look
alike, and nothing of alice's may change.
"""

import json
import re
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Connection, select

from tellback.app import App
from tellback.core.errors import CredentialUnknown
from tellback.core.model import Project, Survey
from tellback.core.settings import ProjectSettings
from tellback.dialects.contract import Dialect
from tellback.store.tables import metadata
from tests.contract.asgi import Reply
from tests.contract.exchange import Stage, flat, set_stage
from tests.contract.samples import DIALECTS, SAMPLES, Sample, fixtures_of, route_of

_NAME = re.compile(r"\{([\w.$]+)\}")
_BOUND = re.compile(r"<\w+:(\w+)>")
#: Ids and moments differ from one request and project to the next.
_VARYING = re.compile(
    rb"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|\b[0-9a-f]{24}\b"
    rb"|\d{4}-\d\d-\d\dT[\d:.]+|\b\d{10,}\b"
)
#: What tells of refused requests, by whomever they were made.
_LOGS = {"rejected_inputs"}


def _names(dialect: Dialect, fixture: Any) -> set[str]:
    """What a fixture's request calls by a name: what was bound earlier or came with the project.

    Keys are none of it, and a cursor names no thing.
    """
    keys = {key.name for key in dialect.keys} | {"slug", "base_url", "cursor"}
    known = set(_BOUND.findall(json.dumps(fixture.get("given", ())))) | _described(dialect.name)
    return known & set(_NAME.findall(json.dumps(fixture["request"]))) - keys


@cache
def _described(name: str) -> frozenset[str]:
    """What a project's owner is told of a wire."""
    dialect = DIALECTS[name]
    secrets = {key.name: key.name for key in dialect.keys}
    project = Project("0" * 32, "P", "p", 0, ProjectSettings(), b"")
    survey = dialect.survey and Survey("0" * 32, "1" * 32, "k", 1, 1, True, name, dialect.survey)
    return frozenset(name for name, _ in flat(dialect.describe(project, secrets, survey)))


NAMING = [
    pytest.param(dialect, fixture, id=f"{dialect.name}-{route.operation}-{number}")
    for dialect in DIALECTS.values()
    for number, fixture in enumerate(fixtures_of(dialect))
    if (route := route_of(dialect, fixture["request"]))
    and fixture["reply"]["status"] < 400
    and _names(dialect, fixture)
]


def test_every_operation_on_a_thing_is_in_the_matrix() -> None:
    """An operation whose path names a thing has a fixture above, or the thing is its project."""
    tried = {param.id.rsplit("-", 1)[0] for param in NAMING if param.id}
    missing = {
        str(sample)
        for sample in SAMPLES
        if _things(sample) and str(sample) not in tried and sample.route.method != "OPTIONS"
    }
    assert missing == set()


@pytest.mark.parametrize(("dialect", "fixture"), NAMING)
async def test_charlie_reaches_nothing_of_alices(
    dialect: Dialect, fixture: Any, shared_app: App
) -> None:
    stage = await set_stage(shared_app, dialect.name, fixture.get("settings"))
    assert await stage.prepare(fixture) == []
    # A project's own numbers begin anew in every project: by these charlie names what is his.
    names = {
        name
        for name in _names(dialect, fixture)
        if stage.known[name] != stage.known.get(f"other.{name}")
    }
    before = await _everything(stage)
    foreign = await _as_charlie(stage, fixture, {name: stage.known[name] for name in names})
    unknown = await _as_charlie(
        stage, fixture, {name: _nothing_like(stage.known[name]) for name in names}
    )
    assert (foreign[0].status, foreign[1]) == (unknown[0].status, unknown[1])
    assert await _everything(stage) == before


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.route.credential], ids=str)
async def test_keys_do_not_open_another_project_by_its_name(
    sample: Sample, shared_app: App
) -> None:
    stage = await set_stage(shared_app, sample.dialect.name, sample.fixture.get("settings"))
    assert await stage.prepare(sample.fixture) == []
    if not _carries_key(sample):
        pytest.fail("an operation with a credential shows none in its fixture")
    path = sample.fixture["request"]["path"]
    other = {**sample.fixture["request"], "path": f"/p/{stage.other.project.slug}{path}"}
    if path.startswith("/p/"):
        return
    assert (await stage.send(other)).status == sample.dialect.errors[CredentialUnknown]


def _things(sample: Sample) -> list[str]:
    """The names of things in an operation's path; a project names itself by its credentials."""
    fixed = {"project", "account", "version", "service"}
    return [name for name in re.findall(r"\{(\w+)\}", sample.route.path) if name not in fixed]


def _carries_key(sample: Sample) -> bool:
    text = json.dumps(sample.fixture["request"])
    return any(f"{{{key.name}}}" in text for key in sample.dialect.keys)


async def _as_charlie(stage: Stage, fixture: Any, names: dict[str, Any]) -> tuple[Reply, bytes]:
    """The reply to charlie, and its body without what always differs."""
    theirs = {k.removeprefix("other."): v for k, v in stage.known.items() if "other." in k}
    mine = stage.known
    stage.known = {**mine, **theirs, **names}
    request = fixture["request"]
    stage.known["base_url"] = mine["base_url"].replace(f"/p/{mine['slug']}", f"/p/{theirs['slug']}")
    reply = await stage.send(request)
    body = reply.body
    for name in names:
        body = body.replace(str(stage.known[name]).encode(), b"#")
    stage.known = mine
    return reply, _VARYING.sub(b"#", body)


def _nothing_like(value: Any) -> Any:
    """Something of the same form that nothing is called."""
    if isinstance(value, int):
        return value + 7_000_000
    turned = str(value).translate(str.maketrans("0123456789abcdef", "6789012345bcdefa"))
    return turned if turned != value else f"{value}x"


async def _everything(stage: Stage) -> dict[str, Any]:
    return await stage.app.database.read(_rows, stage.project.id)


def _rows(connection: Connection, project_id: str) -> dict[str, Any]:
    """Every row of a project, but for what was refused."""
    return {
        table.name: connection.execute(
            select(table)
            .where(table.c.project_id == project_id)
            .order_by(*table.primary_key.columns)
        ).all()
        for table in metadata.tables.values()
        if "project_id" in table.c and table.name not in _LOGS
    }
