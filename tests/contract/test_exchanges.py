"""Every exchange that any dialect documents by a fixture, at both of its paths."""

from pathlib import Path

import pytest

from tellback.app import App
from tests.contract.exchange import FIXTURES, read_fixture, set_stage


@pytest.mark.parametrize("prefixed", [False, True], ids=["plain", "prefixed"])
@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: f"{p.parts[-4]}-{p.stem}")
async def test_exchange(path: Path, prefixed: bool, shared_app: App) -> None:
    fixture = read_fixture(path)
    stage = await set_stage(shared_app, path.parts[-4], fixture.get("settings"), prefixed=prefixed)
    found = await stage.play(fixture)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: f"{p.parts[-4]}-{p.stem}")
def test_a_fixture_says_what_it_shows(path: Path) -> None:
    assert "__" in path.stem
    assert read_fixture(path)["about"].endswith((".", "?"))
