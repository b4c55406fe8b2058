"""Answers can be read on whatever colour the owner likes."""

from dataclasses import replace

import pytest

from tellback.core.colour import contrast, readable_on, safe_colour
from tellback.core.palette import LIGHT, palette_of
from tests.mail.survey_mails import SURVEY, bodies


@pytest.mark.parametrize("accent", ["#ffd166", "#000000", "#FFFFFF", "#2456c9", "#777777"])
def test_answers_can_be_read_on_any_colour(accent: str) -> None:
    assert contrast(readable_on(accent), safe_colour(accent)) >= 4.5
    shown = palette_of(accent, LIGHT)
    _text, html = bodies(replace(SURVEY, accent=accent))
    assert f"background:{shown.fill};color:{shown.ink};" in html
    assert f"border:1px solid {shown.accent};" in html


@pytest.mark.parametrize("accent", ["red", "#fff", "#12345g", "#000000;}</style><script>", ""])
def test_a_colour_that_is_none_becomes_the_usual_one(accent: str) -> None:
    assert bodies(replace(SURVEY, accent=accent)) == bodies(SURVEY)
