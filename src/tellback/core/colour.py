"""Colours that can be read on each other (WCAG 2.2, relative luminance and contrast)."""

import re
from collections.abc import Sequence

DEFAULT_ACCENT = "#2456c9"
#: What text needs (WCAG 2.2, 1.4.3).
READABLE = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_LIGHT, _DARK = "#ffffff", "#000000"  # one of them reaches 4.5 on any colour


def safe_colour(colour: str) -> str:
    """The colour as ``#rrggbb``, or the default one if it is written in any other way."""
    return colour.lower() if _HEX.fullmatch(colour) else DEFAULT_ACCENT


def readable_on(background: str) -> str:
    """White or black, whichever stands out more from a ``#rrggbb`` background."""
    return max(_LIGHT, _DARK, key=lambda ink: contrast(ink, background))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """A colour with that share of another in it, from 0 to 1."""
    pairs = zip(_octets(one), _octets(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def readable(colour: str, grounds: Sequence[str], towards: str) -> str:
    """The colour nearest to this one that can be read on all of these; ``towards`` is one."""
    for step in range(51):
        mixed = mix(colour, towards, step / 50)
        if min(contrast(mixed, ground) for ground in grounds) >= READABLE:
            return mixed
    return towards


def _octets(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(octet / 255) for octet in _octets(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
