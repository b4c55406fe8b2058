"""Every exchange that any dialect shows by a fixture, and that its openapi.yaml knows of it."""

from pathlib import Path

import pytest

from tellback.app import App
from tests.contract.documents import undocumented
from tests.contract.exchange import FIXTURES, read_fixture, set_stage
from tests.contract.samples import SAMPLES, route_of


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: f"{p.parts[-4]}-{p.stem}")
async def test_exchange(path: Path, shared_app: App) -> None:
    fixture = read_fixture(path)
    assert "__" in path.stem
    assert fixture["about"].endswith((".", "?"))
    await _play(shared_app, path.parts[-4], fixture, prefixed=False)


_PREFIXED = [(path.parts[-4], read_fixture(path)) for path in FIXTURES]
_FIRST = [(sample.dialect.name, sample.fixture) for sample in SAMPLES]


@pytest.mark.parametrize(
    ("dialect", "fixture"),
    [pair for pair in _PREFIXED if pair in _FIRST or "{base_url}" in str(pair[1]["reply"])],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_exchange_under_the_slug(dialect: str, fixture: dict, shared_app: App) -> None:
    await _play(shared_app, dialect, fixture, prefixed=True)


async def _play(app: App, dialect: str, fixture: dict, *, prefixed: bool) -> None:
    stage = await set_stage(app, dialect, fixture.get("settings"), prefixed=prefixed)
    found = await stage.play(fixture)
    assert not found, "\n".join(found)
    route = route_of(app.dialects[dialect], fixture["request"])
    if route and stage.reply and fixture["request"]["method"] == route.method:
        found = undocumented(dialect, route, stage.reply)
        assert not found, "\n".join(found)
