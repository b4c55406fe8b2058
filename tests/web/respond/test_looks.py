"""A project's colour and logo on its pages, from our own origin alone."""

from dataclasses import replace

import httpx
import pytest

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.actions.set_logos import SetLogo, set_logos
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.core.errors import Invalid
from tests.core.test_logo import SVG, png
from tests.web.respond.asking import BINARY, Asker


async def colour(asker: Asker, text: str) -> None:
    job = SetSetting(asker.project.id, "colour", text)
    await asker.database.write_one(set_settings, job)


async def set_logo(asker: Asker, data: bytes | None) -> str:
    """The name of the logo that it makes."""
    changed = await asker.database.write_one(set_logos, SetLogo(asker.project.id, data))
    return str(changed.logo)


async def page(asker: Asker, person: httpx.AsyncClient) -> str:
    return (await person.get(asker.path(await asker.invite()))).text


async def test_a_project_may_have_a_colour_and_a_survey_its_own(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    assert "/-/theme/" not in await page(asker, person)
    await colour(asker, "#0b7a75")
    assert 'href="/-/theme/0b7a75.css"' in await page(asker, person)
    job = ApplySurvey(asker.project, "binary", True, replace(BINARY, colour="#ffd400"))
    await asker.database.write_one(apply_surveys, job)
    assert 'href="/-/theme/ffd400.css"' in await page(asker, person)


async def test_a_colour_is_a_sheet_for_light_and_dark(person: httpx.AsyncClient) -> None:
    reply = await person.get("/-/theme/ffd400.css")
    assert reply.headers["content-type"].startswith("text/css")
    assert "max-age" in reply.headers["cache-control"]
    assert reply.text.count("--fill: #ffd400") == 2
    assert "prefers-color-scheme: dark" in reply.text


@pytest.mark.parametrize("file", ["ffd400", "red.css", "ffd40.css", "FFD400.css", "x}.css"])
async def test_no_colour_is_no_sheet(person: httpx.AsyncClient, file: str) -> None:
    assert (await person.get(f"/-/theme/{file}")).status_code == 404


@pytest.mark.parametrize("text", ["red", "#fff", "#FFFFFF", "#12345g", "#123456;}"])
async def test_a_setting_is_a_colour_or_none(asker: Asker, text: str) -> None:
    with pytest.raises(Invalid):
        await colour(asker, text)
    await colour(asker, "")


async def test_a_logo_takes_the_names_place_and_says_it(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    name = await set_logo(asker, png())
    shown = await page(asker, person)
    path = f"/-/logo/{asker.project.id}/{name}"
    assert f'<img src="{path}" alt="Shop">' in shown
    reply = await person.get(path)
    assert (reply.status_code, reply.content) == (200, png())
    assert reply.headers["content-type"] == "image/png"
    assert "immutable" in reply.headers["cache-control"]
    assert await set_logo(asker, None) == ""
    assert (await person.get(path)).status_code == 404
    assert "<img" not in await page(asker, person)


async def test_a_drawing_is_opened_in_a_box(asker: Asker, person: httpx.AsyncClient) -> None:
    name = await set_logo(asker, SVG % b"")
    reply = await person.get(f"/-/logo/{asker.project.id}/{name}")
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    assert "sandbox" in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_what_cannot_be_a_logo_leaves_the_one_there_is(asker: Asker) -> None:
    name = await set_logo(asker, png())
    with pytest.raises(Invalid):
        await set_logo(asker, b"<html>")
    assert name
    job = SetSetting(asker.project.id, "logo", "0123456789abcdef.png")
    with pytest.raises(Invalid):
        await asker.database.write_one(set_settings, job)


@pytest.mark.parametrize("path", ["x/0123456789abcdef.png", f"{'0' * 32}/0123456789abcdef.png"])
async def test_nobodys_logo_is_none(person: httpx.AsyncClient, path: str) -> None:
    assert (await person.get(f"/-/logo/{path}")).status_code == 404
