"""The owner's colour as a style sheet: of the colour alone, so that it is the same for everybody.

A page may not carry styles of its own, lest somebody's words become some.
"""

from functools import lru_cache

from litestar import HttpMethod, MediaType, Response, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tellback.core.palette import DARK, LIGHT, Ground, palette_of
from tellback.core.settings import COLOUR

_KEPT = {"Cache-Control": "public, max-age=86400"}


@route("/-/theme/{file:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_theme(file: FromPath[str]) -> Response[str]:
    """The style sheet of a colour."""
    colour = "#" + file.removesuffix(".css")
    if not file.endswith(".css") or not COLOUR.match(colour):
        raise NotFoundException
    return Response(theme_css(colour), media_type=MediaType.CSS, headers=_KEPT)


@lru_cache(maxsize=256)
def theme_css(colour: str) -> str:
    """What `respond.css` leaves to the owner, on light ground and on dark."""
    light, dark = _rules(colour, LIGHT), _rules(colour, DARK)
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n"


def _rules(colour: str, ground: Ground) -> str:
    palette = palette_of(colour, ground)
    return (
        f":root {{ --accent: {palette.accent}; --fill: {palette.fill}; --on-fill: {palette.ink}; "
        f"--pressed: {palette.pressed}; --tint: {palette.tint}; }}"
    )
