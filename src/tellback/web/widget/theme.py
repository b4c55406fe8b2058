"""The widget's colours on its light and on its dark ground, which are those of widget.css."""

from tellback.core.palette import DARK, LIGHT, palette_of


def theme_of(colour: str) -> dict[str, list[str]]:
    """For each ground the accent, what is filled, and what is written on that."""
    palettes = {"light": palette_of(colour, LIGHT), "dark": palette_of(colour, DARK)}
    return {name: [one.accent, one.fill, one.ink] for name, one in palettes.items()}
