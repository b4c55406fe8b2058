"""The widget's colours, made so that they can be read on its light and on its dark ground."""

from tellback.core.colour import legible_on, readable_on, safe_colour

#: The grounds of widget.css.
LIGHT, DARK = "#ffffff", "#1d2127"


def theme_of(colour: str) -> dict[str, list[str]]:
    """The accent and what is written on it, for each ground."""
    accents = {
        name: legible_on(safe_colour(colour), ground)
        for name, ground in (("light", LIGHT), ("dark", DARK))
    }
    return {name: [accent, readable_on(accent)] for name, accent in accents.items()}
