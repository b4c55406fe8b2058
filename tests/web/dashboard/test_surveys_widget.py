"""The widget's preview: the draft's, in every language, and nothing of it is stored."""

import html
import json
import re
from typing import Any

import pytest

from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.dashboard.forms import with_values
from tests.web.dashboard.people import Person
from tests.web.dashboard.test_surveys_editor import HOME, define, press, typed
from tests.web.dashboard.test_surveys_previews import PREVIEW, _rows

WIDGET = f"{PREVIEW}/widget"


def shown(page: str) -> dict[str, Any]:
    """What the page gives to its script."""
    found = re.search(r'data-content="([^"]*)"', page)
    assert found
    content: dict[str, Any] = json.loads(html.unescape(found[1]))
    return content


async def test_the_widget_has_the_draft(alice: Person, database: Database, shop: Tenant) -> None:
    await define(database, shop)
    text = 'Wie <war> "es"?</div><script>'
    await press(alice, with_values(await typed(alice), q__0__text__de=text), "save")
    reply = await alice.get(f"{WIDGET}?language=de")
    assert "<script>" not in reply.text
    content = shown(reply.text)
    assert (content["language"], content["questions"][0]["text"]) == ("de", text)
    assert "ticket" not in content
    english = shown((await alice.get(WIDGET)).text)
    assert english["questions"][0]["text"] == "How was it?"
    assert await database.read(_rows) == 0


async def test_it_stands_in_a_frame_of_ours_alone(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    reply = await alice.get(WIDGET)
    policy = reply.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert reply.headers["cache-control"] == "no-store"
    assert "style=" not in reply.text
    script = re.search(r'src="([^"]*widget-preview[^"]*)"', reply.text)
    assert script
    code = await alice.get(script[1])
    assert code.headers["content-type"].startswith("text/javascript")
    assert "immutable" in code.headers["cache-control"]
    assert "showCard" in code.text


@pytest.mark.parametrize(
    ("query", "place", "ground"),
    [
        # As the survey's own rule has it.
        ("", "inline", ""),
        ("?place=inline&ground=dark", "inline", "dark"),
        ("?place=popover&ground=light", "popover", "light"),
        ("?place=%22x&ground=%22x", "inline", ""),
    ],
)
async def test_where_and_on_what_it_is_shown(
    alice: Person, database: Database, shop: Tenant, query: str, place: str, ground: str
) -> None:
    await define(database, shop)
    page = (await alice.get(WIDGET + query)).text
    assert f'data-place="{place}"' in page
    assert (f'class="{ground}"' in page) == bool(ground)
    assert '"x' not in page


async def test_nothing_to_see_yet(alice: Person, database: Database, shop: Tenant) -> None:
    await define(database, shop)
    for _ in range(3):
        await press(alice, await typed(alice), "remove.0")
    reply = await alice.get(WIDGET)
    assert "Nothing to see yet" in reply.text
    assert "frame-ancestors 'self'" in reply.headers["content-security-policy"]


async def test_the_previews_page_shows_both(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    page = html.unescape((await alice.get(f"{PREVIEW}?ground=dark")).text)
    for place in ("popover", "inline"):
        assert f"preview/widget?language=en&place={place}&ground=dark" in page


async def test_a_stranger_sees_none(
    charlie: Person, stranger: Person, database: Database, shop: Tenant
) -> None:
    await define(database, shop)
    assert (await charlie.get(WIDGET)).status_code == 404
    assert (await stranger.get(WIDGET)).status_code in {302, 303}
    assert (await charlie.get(f"{HOME}/../widget-preview.js")).status_code == 404
