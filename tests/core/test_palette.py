"""One colour of the owner's, readable on light ground and on dark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.colour import DEFAULT_ACCENT, contrast, mix, readable
from tellback.core.palette import DARK, LIGHT, Ground, is_sound, palette_of

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(colours)
@pytest.mark.parametrize("ground", [LIGHT, DARK], ids=["light", "dark"])
def test_any_colour_can_be_read(ground: Ground, colour: str) -> None:
    palette = palette_of(colour, ground)
    assert is_sound(palette, ground)
    assert max(contrast(palette.fill, ground.card), contrast(palette.accent, ground.card)) >= 3


def test_a_colour_that_can_be_read_is_left_as_it_is() -> None:
    palette = palette_of("#0b5f5b", LIGHT)
    assert (palette.accent, palette.fill, palette.ink) == ("#0b5f5b", "#0b5f5b", "#ffffff")
    assert palette_of("no colour", LIGHT).fill == DEFAULT_ACCENT


def test_a_light_brand_keeps_its_fill_and_darkens_its_words() -> None:
    palette = palette_of("#ffd400", LIGHT)
    assert (palette.fill, palette.ink) == ("#ffd400", "#000000")
    assert contrast(palette.accent, "#ffffff") >= 4.5


def test_a_brand_like_the_ground_fills_with_what_can_be_seen() -> None:
    for colour, ground in (("#ffffff", LIGHT), ("#1d232c", DARK)):
        palette = palette_of(colour, ground)
        assert palette.fill == palette.accent


def test_mixing_and_reading() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert readable("#000000", ("#000000",), "#ffffff") != "#000000"
    assert readable("#707070", ("#707070",), "#000000") == "#000000"
