"""The pages in everybody's language."""

import string
import tomllib
from pathlib import Path

import httpx
import pytest

from tellback.mail.language import languages as mail_languages
from tellback.web.respond import texts
from tellback.web.respond.texts import (
    Words,
    accepted_languages,
    languages,
    reader_of,
)
from tests.web.respond.asking import Asker
from tests.web.respond.reading import read

FOLDER = Path(texts.__file__).with_suffix("")


def entries(language: str) -> dict[str, str]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def slots(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_pages_speak_the_languages_that_mails_do() -> None:
    assert languages() == mail_languages()
    assert len(languages()) == 11


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_language_says_everything_with_the_same_slots(language: str) -> None:
    english, mine = entries("en"), entries(language)
    assert mine.keys() == english.keys()
    assert {key: slots(text) for key, text in mine.items()} == {
        key: slots(text) for key, text in english.items()
    }
    assert all(text.strip() == text and text for text in mine.values())
    assert reader_of((language,), "", "").texts


@pytest.mark.parametrize("language", sorted(languages() - {"en"}))
def test_nothing_is_left_in_english(language: str) -> None:
    english, mine = entries("en"), entries(language)
    # A few words are the same in both.
    same = {key for key in mine if mine[key] == english[key]}
    assert same <= {"no", "error", "optional"}, same


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", []),
        ("de", ["de"]),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", ["fr-CH", "fr", "en", "de"]),
        ("en;q=0.1, de;q=0.9", ["de", "en"]),
        ("de;q=0, en", ["en"]),
        ("de;q=2, <b>, ;;;, q=1, en;q=0.5", ["en"]),
        (",".join(["xx"] * 10_000), ["xx"] * 10),
    ],
)
def test_what_a_browser_accepts_is_read(header: str, expected: list[str]) -> None:
    assert accepted_languages(header) == expected


@pytest.mark.parametrize(
    ("known", "accepted", "fallback", "page"),
    [
        (("de", "fr"), "es", "it", "de"),
        (("pt_BR",), "es", "it", "pt"),
        (("sv",), "es", "it", "es"),
        ((), "xx, ru;q=0.2", "it", "ru"),
        ((), "", "it", "it"),
        ((), "", "xx", "en"),
        (("", "?!"), "ja", "it", "ja"),
    ],
)
def test_the_best_known_language_is_taken(
    known: tuple[str, ...], accepted: str, fallback: str, page: str
) -> None:
    assert reader_of(known, accepted, fallback).language == page


def test_a_survey_speaks_the_readers_language_even_where_we_do_not() -> None:
    swede = reader_of(("sv",), "de", "en")
    assert swede.language == "de"
    assert swede.pick({"sv": "Hej", "de": "Hallo", "en": "Hello"}) == Words("Hej", "sv")
    assert swede.pick({"de": "Hallo", "en": "Hello"}) == Words("Hallo")
    assert swede.pick({"en": "Hello"}) == Words("Hello", "en")
    assert swede.pick({"fr": "Bonjour"}) == Words("Bonjour", "fr")
    assert not swede.pick({})


def test_a_region_falls_back_to_its_language() -> None:
    austrian = reader_of(("de-AT",), "", "")
    assert austrian.pick({"de": "Tag", "de-at": "Servus"}) == Words("Servus")
    assert austrian.pick({"de": "Tag"}) == Words("Tag")


async def test_an_invitations_language_outdoes_the_browsers(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    page = read(await person.get(asker.path(await asker.invite(language="de"))))
    assert (page.language, page.direction) == ("de", "ltr")
    assert (
        "Waren Sie zufrieden? Ja, sehr Nein What could be better? (freiwillig) Antwort senden"
        in page.text
    )


async def test_arabic_runs_from_right_to_left(person: httpx.AsyncClient, asker: Asker) -> None:
    path = asker.path(await asker.invite(language="ar"))
    reply = await person.get(path)
    page = read(reply)
    assert (page.language, page.direction) == ("ar", "rtl")
    assert '<span lang="en" dir="auto">Were you happy with us?</span>' in reply.text


async def test_a_page_about_nobody_speaks_the_browsers_language(person: httpx.AsyncClient) -> None:
    reply = await person.get("/-/r/unknown", headers={"Accept-Language": "fr"})
    assert read(reply).title == "Ce lien ne fonctionne pas"
