"""What becomes of the one colour that an owner chooses, on light ground and on dark."""

from dataclasses import dataclass

from tellback.core.colour import READABLE, contrast, mix, readable, readable_on, safe_colour

#: What a fill needs to be told from the ground; its border is an accent, and tells it for sure.
_VISIBLE = 1.25
_WHITE, _BLACK = "#ffffff", "#000000"


@dataclass(frozen=True, slots=True)
class Ground:
    """What pages and mails are laid on: the card, what else text stands on, and its far end."""

    card: str
    others: tuple[str, ...]
    far: str
    tinge: float


LIGHT = Ground("#ffffff", ("#f2f4f7",), _BLACK, 0.1)
DARK = Ground("#1d232c", ("#12161c", "#29313c"), _WHITE, 0.18)


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours on one ground, each ``#rrggbb``.

    ``accent`` is for text, lines and small things; ``fill`` for large ones, with ``ink`` on it, and
    ``pressed`` under the pointer; ``tint`` is the ground with a breath of it.
    """

    accent: str
    fill: str
    ink: str
    pressed: str
    tint: str


def palette_of(colour: str, ground: Ground) -> Palette:
    """The colours that can be read on that ground, as near to the owner's as can be."""
    own = safe_colour(colour)
    tint = mix(ground.card, own, ground.tinge)
    accent = readable(own, (ground.card, tint, *ground.others), ground.far)
    fill = own if contrast(own, ground.card) >= _VISIBLE else accent
    ink = readable_on(fill)
    pressed = mix(fill, _BLACK if ink == _WHITE else _WHITE, 0.14)
    return Palette(accent, fill, ink, pressed, tint)


def is_sound(palette: Palette, ground: Ground) -> bool:
    """Whether everything that is written in these colours can be read."""
    grounds = (ground.card, palette.tint, *ground.others)
    on_ground = min(contrast(palette.accent, each) for each in grounds)
    on_fill = min(contrast(palette.ink, each) for each in (palette.fill, palette.pressed))
    return min(on_ground, on_fill) >= READABLE
