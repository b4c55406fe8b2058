"""Our own words are there in every language, and fall back to a wider one."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import tellback.mail
from tellback.mail.language import direction, language_tag, languages, texts_for
from tests.mail.survey_mails import BASE, KINDS, SURVEY, bodies, of_kind


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("kind", KINDS)
def test_every_language_speaks_for_itself(language: str, kind: str) -> None:
    survey = of_kind(kind, language=language, question="?!", subject="?!", footer="")
    text, html = bodies(survey)
    texts = texts_for(language)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert texts.unsubscribe in text
    assert "Harbour Books" in texts.reason("Harbour Books", transactional=True)
    assert texts.reason("Harbour Books", transactional=True) in text
    if language != "en":
        assert not re.search(r"\b(you|answer|unsubscribe|out of)\b", text.replace(BASE, ""), re.I)


def test_every_language_has_every_text() -> None:
    folder = Path(tellback.mail.__file__).parent / "texts"
    tables = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in folder.glob("*.toml")}
    assert set(tables) == {"ar", "de", "en", "es", "fr", "it", "ja", "nl", "pt", "ru", "zh"}
    english = flat(tables["en"])
    for language, table in tables.items():
        found = flat(table)
        assert found.keys() == english.keys(), language
        for key, text in found.items():
            places = sorted(re.findall(r"\{\w+\}", text))
            assert places == sorted(re.findall(r"\{\w+\}", english[key])), (language, key)


def flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = str(value)
    return found


@pytest.mark.parametrize(
    ("asked", "given_language"),
    [
        ("pt-BR", "pt"),
        ("pt_br", "pt"),
        ("de-AT", "de"),
        ("zh-Hant-TW", "zh"),
        ("sv", "en"),
        ("", "en"),
    ],
)
def test_a_language_falls_back_to_a_wider_one_then_to_english(
    asked: str, given_language: str
) -> None:
    assert texts_for(asked) is texts_for(given_language)


def test_our_words_in_another_language_than_the_survey_are_marked() -> None:
    _text, html = bodies(replace(SURVEY, language="he-IL", question="איך היה?"))
    assert '<html lang="he-IL" dir="rtl"' in html
    assert '<span lang="en" dir="auto">Unsubscribe from these e-mails</span>' in html
    _text, html = bodies(replace(SURVEY, language="de-AT"))
    assert '<span lang="de"' not in html


def test_a_language_that_is_none_becomes_no_markup() -> None:
    assert language_tag('en" onload="x') == "en"
    assert direction("AR_eg") == "rtl"
