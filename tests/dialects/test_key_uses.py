"""When a key was last used is known to the hour, and costs no request anything."""

import asyncio
from typing import Any

import httpx
import pytest

from tellback.actions.note_key_uses import note_key_uses
from tellback.core.errors import Overloaded
from tellback.core.instants import HOUR
from tellback.dialects import key_uses
from tellback.dialects.key_uses import KeyUses
from tellback.store.credentials import Key, list_keys
from tellback.store.database import Database
from tests.conftest import Tenant

KEY = ("wire", "key", "secret")


class Recorder:
    """Stands for a database: what is written to it."""

    def __init__(self) -> None:
        self.written: list[list[Any]] = []
        self.full = False

    async def write(self, action: Any, jobs: list[Any]) -> list[Any]:
        assert action is note_key_uses
        if self.full:
            raise Overloaded
        self.written.append(list(jobs))
        return []


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_uses, "_GATHER", 0)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_key_is_written_once_an_hour_and_many_together(at_once: None) -> None:
    recorder, now = Recorder(), 0
    uses = KeyUses(recorder, lambda: now)  # type: ignore[arg-type]
    other = ("wire", "key", "other")
    for key in (KEY, KEY, other, KEY):
        uses.note(key)
    assert recorder.written == []
    await settle()
    assert recorder.written == [[KEY, other]]
    now = HOUR - 1
    uses.note(KEY)
    await settle()
    assert len(recorder.written) == 1
    now = HOUR
    uses.note(KEY)
    await settle()
    assert recorder.written[1:] == [[KEY]]


async def test_where_too_much_waits_the_next_use_is_written(at_once: None) -> None:
    recorder = Recorder()
    uses = KeyUses(recorder, lambda: 0)  # type: ignore[arg-type]
    recorder.full = True
    uses.note(KEY)
    await settle()
    recorder.full = False
    uses.note(KEY)
    await settle()
    assert recorder.written == [[KEY]]


async def test_what_is_remembered_is_bounded(
    at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_uses, "_MOST", 3)
    uses = KeyUses(Recorder(), lambda: 0)  # type: ignore[arg-type]
    for number in range(10):
        uses.note(("wire", "key", str(number)))
    assert len(uses._noted) <= 3
    await settle()


async def test_a_request_leaves_the_time_of_its_key(
    at_once: None, client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    async def used() -> list[Key]:
        keys = await database.read(list_keys, shop.id, database.clock())
        return [key for key in keys if key.last_used_at is not None]

    assert await used() == []
    key = shop.keys("boolean")["api_key"]
    assert (await client.get("/v1/surveys", auth=(key, ""))).status_code == 200
    await client.get("/v1/surveys", auth=("sk_wrong", ""))
    while not (found := await used()):
        await asyncio.sleep(0.01)
    assert [(one.dialect, one.hint) for one in found] == [("boolean", key[-4:])]
    assert (found[0].last_used_at or 0) <= database.clock()
