"""The editor's form as a draft: any survey comes back from it as it was."""

from urllib.parse import urlencode

import pytest

from tellback.web.dashboard.surveys_fields import (
    language_of,
    number_in,
    parse_fields,
    read_content,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        (" 7 ", 7),
        ("-3", -3),
        ("\u22123", -3),
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("seven", "seven"),
        ("1e9", "1e9"),
        ("\u0667", "\u0667"),
    ],
)
def test_numbers(text: str, number: object) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("text", "tag"),
    [("DE", "de"), (" pt_BR ", "pt-br"), ("", ""), ("a.b", ""), ("d", ""), ("de-", "")],
)
def test_languages(text: str, tag: str) -> None:
    assert language_of(text) == tag


def test_nonsense_is_an_empty_draft() -> None:
    fields = [("q.x.text.en", "?"), ("q", "1"), ("q.0", "1"), ("text.en", "x"), ("a.b.c.d.e.f", "")]
    content = read_content([*fields, ("q.1.choices.0", "x"), ("q.1.show_if.0.any_of", "y")])
    assert content["languages"] == ["en"]
    assert content["definition"]["name"] == ""


def test_line_ends_are_those_of_texts_and_nul_is_none() -> None:
    body = urlencode({"header.en": "a\r\nb\0"}).encode()
    assert read_content(parse_fields(body))["definition"]["header"] == {"en": "a\nb"}
    assert parse_fields(b"&".join([b"a=1"] * 50_000)) == []
