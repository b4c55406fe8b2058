"""How often a survey's public page was opened: by people, each browser once."""

from dataclasses import replace

import httpx
import pytest

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.core.links import share_link
from tellback.dialects.native import NAME
from tellback.store.database import Database
from tellback.store.events import NOBODY, count_events
from tellback.store.tables import events
from tests.web.respond.asking import NPS, Asker, make_asker
from tests.web.respond.test_shared import answer


@pytest.fixture
async def asker(database: Database) -> Asker:
    return await make_asker(database, surveys={"nps": NPS})


@pytest.fixture
def path(asker: Asker) -> str:
    return share_link("", asker.project.secret, asker.project.id, asker.surveys["nps"].id)


async def opened(asker: Asker) -> int:
    id_ = asker.surveys["nps"].id
    counts = await asker.database.read(count_events, asker.project, id_, None, None)
    return counts["opened"]


async def test_each_browser_opens_it_once(
    asker: Asker, path: str, person: httpx.AsyncClient
) -> None:
    await person.get(path)
    await person.get(path)
    await answer(person, path, nps="9")
    await person.get(f"{path}?done=1")
    assert await opened(asker) == 1
    person.cookies.clear()
    await person.get(path)
    assert await opened(asker) == 2


async def test_nothing_is_kept_of_who_it_was(
    asker: Asker, path: str, person: httpx.AsyncClient
) -> None:
    await person.get(f"{path}?email=a@example.com")
    [row] = await asker.rows(events)
    assert row["contact_id"] == NOBODY
    told = f"$opened:{asker.surveys['nps'].id}"
    assert (row["name"], row["dialect"]) == (told, NAME)


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "WhatsApp/2.23.20.0"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "preview"},
        {"Sec-Fetch-Dest": "image"},
    ],
)
async def test_machines_open_nothing(
    asker: Asker, path: str, person: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await person.get(path, headers=headers)).status_code == 200
    assert await opened(asker) == 0


@pytest.mark.parametrize("query", ["?at=why", "?change=1", "?done=1", "?r=x"])
async def test_who_looks_back_opens_nothing(
    asker: Asker, path: str, person: httpx.AsyncClient, query: str
) -> None:
    await person.get(path + query)
    assert await opened(asker) == 0


async def test_only_what_can_be_answered_is_opened(
    asker: Asker, path: str, person: httpx.AsyncClient
) -> None:
    await person.head(path)
    await person.get(f"{path}x")
    job = ApplySurvey(asker.project, "nps", False, replace(NPS, name="Paused"))
    await asker.database.write_one(apply_surveys, job)
    await person.get(path)
    assert await opened(asker) == 0


async def test_one_network_cannot_count_for_ever(
    asker: Asker, path: str, person: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tellback.web.respond.openings._MOST", 2)
    for _ in range(4):
        person.cookies.clear()
        assert (await person.get(path)).status_code == 200
    assert await opened(asker) == 2
