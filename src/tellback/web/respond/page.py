"""What all pages for respondents share: the reader and the frame; and pages of one message."""

from typing import Any

from litestar import MediaType, Request
from litestar.response import Template

from tellback.core.asked import Occasion
from tellback.web.pages import HEADERS
from tellback.web.respond.looks import logo_of, theme_of
from tellback.web.respond.switch import spoken_by
from tellback.web.respond.texts import Reader, languages, reader_of

AnyRequest = Request[Any, Any, Any]
#: A page says what somebody answered, and its address lets anybody answer: nobody keeps either.
_HEADERS = HEADERS | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def reader_for(request: AnyRequest, asked: Occasion | None = None, chosen: str = "") -> Reader:
    """Who reads the reply to a request, as far as can be told; or ``chosen`` by themselves."""
    accepted = request.headers.get("accept-language", "")
    if asked is None:
        return reader_of((), accepted, "")
    known = (chosen, *asked.languages) if chosen else asked.languages
    return reader_of(known, accepted, asked.project.settings.language)


def chosen_language(request: AnyRequest, asked: Occasion) -> str:
    """The language that an address asks for, if the survey speaks it or we do."""
    tag = request.query_params.get("lang", "")
    known = {*spoken_by(asked.survey.definition), *languages()}
    return tag if tag.lower() in known else ""


def page(
    name: str,
    reader: Reader,
    *,
    asked: Occasion | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Template:
    """A page of `templates/respond`, in the reader's language and the project's name."""
    return Template(
        f"respond/{name}.html",
        context={
            "t": reader.texts,
            "language": reader.language,
            "direction": reader.direction,
            "brand": asked.brand if asked else "",
            "logo": logo_of(asked.project) if asked else "",
            "theme": theme_of(asked) if asked else "",
            **context,
        },
        status_code=status,
        headers=_HEADERS | (headers or {}),
        media_type=MediaType.HTML,
    )


def message(
    kind: str,
    reader: Reader,
    *,
    asked: Occasion | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
    home: str = "",
) -> Template:
    """A page that says one thing: a heading and a sentence, by the name of their texts.

    ``home`` is where it leads back to; respondents have no such place.
    """
    heading, text = getattr(reader.texts, kind), getattr(reader.texts, f"{kind}_text")
    return page(
        "message",
        reader,
        asked=asked,
        status=status,
        headers=headers,
        heading=heading,
        text=text,
        home=home,
    )
