"""Directions in what other people wrote."""

import pytest
from markupsafe import Markup

from tellback.web.bidi import neutral, without_bidi_controls

FSI, PDI, RLO, RLI = "\u2068", "\u2069", "\u202e", "\u2067"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain", "plain"),
        (f"good{RLO}dab", "gooddab"),
        (f"{RLI}a{PDI}b", "ab"),
        (f"a{PDI}b", "ab"),
        (f"a{FSI}b", "ab"),
        (f"to {FSI}Shop{PDI}.", f"to {FSI}Shop{PDI}."),
        (f"{FSI}a{FSI}b{PDI}", f"a{FSI}b{PDI}"),
        ("\u05d0\u05d1", "\u05d0\u05d1"),
        (7, 7),
    ],
)
def test_no_direction_reaches_beyond_its_text(written: object, shown: object) -> None:
    assert neutral(written) == shown


def test_markup_stays_markup() -> None:
    assert neutral(Markup(f"<b>{RLO}</b>")) == Markup(f"<b>{RLO}</b>")


def test_a_name_keeps_no_control() -> None:
    assert without_bidi_controls(f"a{PDI}{RLO}b") == "ab"
