"""How pages and mails look in a colour: how well it can be read, and a page and a mail in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.enums import MediaType

from tellback.core.colour import DEFAULT_ACCENT, contrast, safe_colour
from tellback.core.model import Project, Survey
from tellback.core.palette import DARK, LIGHT, Ground, Palette, palette_of
from tellback.core.settings import COLOUR
from tellback.core.users import Area
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.surveys_previews import (
    MAIL_HEADERS,
    NOBODY,
    PAGE_HEADERS,
    Shown,
    asked_nobody,
    mail_html,
)
from tellback.web.dashboard.surveys_starts import STARTS
from tellback.web.respond.texts import reader_of
from tellback.web.respond.views import View, form_page

#: No brand that is longer is shown in a picture.
_LONGEST_BRAND = 200


@dataclass(frozen=True, slots=True)
class Legible:
    """A colour on a ground: what becomes of it, and the contrast of what is written in or on it."""

    title: str
    card: str
    palette: Palette
    text: float
    button: float
    moved: bool


@dataclass(frozen=True, slots=True)
class ProjectLook:
    """What stands beside the fields: the colour on both grounds, and what the frames ask for."""

    colour: str
    grounds: Sequence[Legible]
    query: str


def look_of(project: Project, brand: str, colour: str) -> ProjectLook:
    """The look of a project with another name for respondents and another colour."""
    own = safe_colour(colour or DEFAULT_ACCENT)
    grounds = [_on("On light", own, LIGHT), _on("On dark", own, DARK)]
    # A logo stands in an address of its own, so that a frame shows the one that there is.
    said = {"brand": brand, "colour": colour, "logo": project.settings.logo}
    return ProjectLook(own, grounds, urlencode(said))


@get("/-/p/{slug:str}/look", opt={"area": Area.SETTINGS})
async def show_look(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """What stands beside the fields, for a colour that is not saved yet."""
    project = _dressed(request)
    look = look_of(project, project.settings.brand, project.settings.colour)
    return desk.page(request, "setting_look.html", look=look)


@get("/-/p/{slug:str}/look/page", opt={"area": Area.SETTINGS})
async def show_page(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """A survey's page in that look."""
    shown, now = _sample(_dressed(request)), desk.site.database.clock()
    reader = reader_of([shown.language], "", "")
    template = form_page(View(asked_nobody(shown, now), reader, request.url.path, now), {})
    template.headers.update(PAGE_HEADERS)
    return template


@get("/-/p/{slug:str}/look/mail", opt={"area": Area.SETTINGS})
async def show_mail(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """A survey's mail in that look."""
    html = mail_html(_sample(_dressed(request)), desk)
    return Response(html, media_type=MediaType.HTML, headers=MAIL_HEADERS)


def _on(title: str, own: str, ground: Ground) -> Legible:
    palette = palette_of(own, ground)
    text = contrast(palette.accent, ground.card)
    button = contrast(palette.ink, palette.fill)
    return Legible(title, ground.card, palette, text, button, palette.accent != own)


def _dressed(request: AnyRequest) -> Project:
    """The project in the look that the address asks for; what is no colour is none."""
    project, query = entry_of(request).membership.project, request.query_params
    brand, colour = query.get("brand", ""), query.get("colour", "").lower()
    settings = replace(
        project.settings,
        brand="".join(char for char in brand[:_LONGEST_BRAND] if char.isprintable()),
        colour=colour if COLOUR.match(colour) else "",
    )
    return replace(project, settings=settings)


def _sample(project: Project) -> Shown:
    definition = STARTS["nps"].definition
    survey = Survey(project.id, NOBODY, "look", 0, 1, True, None, definition)
    return Shown(project, survey, project.settings.language)


HANDLERS = [show_look, show_page, show_mail]
