"""May this visitor be asked now? And if so, what the widget shows."""

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct

from tellback.actions.check_asks import check_asks
from tellback.core.addresses import normalise_address
from tellback.core.commands import CheckAsk
from tellback.core.errors import NotFound
from tellback.core.model import ContactKey, Identity, Project
from tellback.core.outcomes import AskDecision
from tellback.core.tickets import Ticket, write_ticket
from tellback.dialects.native import WIDGET
from tellback.store.database import Database
from tellback.store.ids import new_id
from tellback.store.surveys import find_version
from tellback.web.respond.texts import reader_of
from tellback.web.widget.content import content_of

_MAX_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3
_Name = Annotated[str, Meta(min_length=1, max_length=255)]
_Tag = Annotated[str, Meta(max_length=35)]


class Ask(Struct):
    """Who the visitor is, and which surveys fit the page, the first first.

    ``visitor`` is the browser's own id. ``wanted``: the visitor has asked for the survey.
    """

    surveys: Annotated[list[_Name], Meta(min_length=1, max_length=20)]
    visitor: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
    user: _Name | None = None
    traits: dict[str, Any] | None = None
    languages: Annotated[list[_Tag], Meta(max_length=20)] = []
    wanted: bool = False


async def ask(database: Database, project: Project, asked: Ask) -> dict[str, Any]:
    """The first of the surveys that the visitor may be asked, with a ticket to answer; or null."""
    for survey in asked.surveys:
        decision = await _decide(database, project, asked, survey)
        if decision is not None and decision.allowed:
            return {"ask": await _content(database, project, asked, survey, decision)}
    return {"ask": None}


async def _decide(
    database: Database, project: Project, asked: Ask, survey: str
) -> AskDecision | None:
    """The decision on one survey; None where it has been taken down since the page knew of it."""
    command = CheckAsk(
        dialect=WIDGET,
        contact=_contact(asked),
        survey=survey,
        traits=asked.traits,
        also=tuple(_also(asked)),
        widget=True,
        wanted=asked.wanted,
    )
    try:
        decision: AskDecision = await database.write_one(check_asks, (project, command))
    except NotFound:
        return None
    return decision


async def _content(
    database: Database, project: Project, asked: Ask, survey: str, decision: AskDecision
) -> dict[str, Any]:
    survey_id, version = decision.survey or "", decision.version or 0
    definition = await database.read(find_version, project.id, survey_id, version)
    if definition is None:
        raise NotFound("The survey is no longer there.")
    ticket = Ticket(new_id(), decision.contact or "", survey_id, version)
    reader = reader_of(asked.languages, "", project.settings.language)
    return {
        "survey": survey,
        "ticket": write_ticket(project.secret, project.id, ticket),
        **content_of(project, definition, reader),
    }


def _contact(asked: Ask) -> ContactKey:
    if asked.user is not None:
        return ContactKey(Identity.EXTERNAL, asked.user)
    return ContactKey(Identity.ANONYMOUS, asked.visitor)


def _also(asked: Ask) -> Sequence[ContactKey]:
    """Who else the visitor may be. It is nobody's word but the page's, so they stay two people."""
    found = [] if asked.user is None else [ContactKey(Identity.ANONYMOUS, asked.visitor)]
    address = normalise_address((asked.traits or {}).get("email"), _MAX_ADDRESS)
    return [*found, ContactKey(Identity.EMAIL, address)] if address else found
