"""The widget's colours can be read on its grounds, whatever the owner chooses."""

import re

import pytest

from tellback.core.colour import contrast
from tellback.core.palette import DARK, LIGHT
from tellback.web.pages import HOME
from tellback.web.widget.theme import theme_of


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#ffe600", "#2456c9", "#808080", ""])
def test_everything_can_be_read(colour: str) -> None:
    theme = theme_of(colour)
    for name, ground in (("light", LIGHT), ("dark", DARK)):
        accent, fill, ink = theme[name]
        assert contrast(accent, ground.card) >= 4.5
        assert contrast(ink, fill) >= 4.5


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    style = (HOME / "static" / "widget" / "widget.css").read_text()
    grounds = re.findall(r"--ground: (#\w+);", style)
    assert grounds == [LIGHT.card, DARK.card]
    assert set(re.findall(r"--raised: (#\w+);", style)) == {LIGHT.others[0], DARK.others[1]}
