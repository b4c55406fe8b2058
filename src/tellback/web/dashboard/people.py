"""People: all that every wire knows of one of them on one line, and what follows for asking."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tellback.actions.erase_contacts import erase_contacts
from tellback.core.commands import EraseContact
from tellback.core.errors import NotFound
from tellback.core.users import Area
from tellback.store.contact_pages import list_contact_rows
from tellback.store.contact_story import ContactStory, read_contact_story
from tellback.store.explain import explain
from tellback.store.invitation_feed import survey_names
from tellback.store.response_feed import find_versions
from tellback.web.api.contacts import story_view
from tellback.web.dashboard.answers import reader_for
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.life import life_of
from tellback.web.dashboard.positions import id_in_path, read_position, write_position
from tellback.web.dashboard.wording import CHANNELS, STATES

_SIZE = 50
_LONGEST = 254
_ATTACHED = {
    "Content-Disposition": 'attachment; filename="person.json"',
    "Cache-Control": "no-store",
}


@get("/-/p/{slug:str}/people", opt={"area": Area.FEEDBACK})
async def list_people(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The newest people, or whoever is known by what was searched for, or is called like it."""
    project = entry_of(request).membership.project
    who = read_who(request.query_params)
    look, found = desk.site.database.look, None
    if who:
        found = await look(explain, project, who, desk.site.database.clock())
        if found.contact_id is not None and not found.others:
            return Redirect(f"/-/p/{project.slug}/people/{found.contact_id}", status_code=303)
    before = read_position(request.query_params.get("before"))
    called = who if found and found.contact_id is None else None
    page = await look(list_contact_rows, project, before, _SIZE, called)
    if called and before is None and page.older is None and len(page.contacts) == 1:
        return Redirect(f"/-/p/{project.slug}/people/{page.contacts[0].id}", status_code=303)
    return desk.page(
        request,
        "people.html",
        section="people",
        who=who,
        found=found,
        people=page.contacts if called or not who else (),
        first=before is None,
        older=write_position(page.older),
        cut=page.older if page.cut else None,
        forgotten=request.query_params.get("erased") == "1",
    )


def read_who(query: Mapping[str, str]) -> str:
    """What an address of the list searches for; empty where it searches for nobody."""
    return query.get("who", "").replace("\0", "").strip()[:_LONGEST]


@get("/-/p/{slug:str}/people/{id:str}", opt={"area": Area.FEEDBACK})
async def show_person(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """One person: how they are known, whether they may be asked, and everything that was."""
    return await _page(request, desk, await _story(request, desk))


@get("/-/p/{slug:str}/people/{id:str}/export", opt={"area": Area.PRIVACY})
async def export_person(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """All of it as JSON, as our own API tells it."""
    content = msgspec.json.format(msgspec.json.encode(story_view(await _story(request, desk))))
    return Response(content, media_type=MediaType.JSON, headers=_ATTACHED)


@post("/-/p/{slug:str}/people/{id:str}/erase", opt={"area": Area.PRIVACY})
async def erase_person(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Forget a person for good."""
    project = entry_of(request).membership.project
    if (await request.form()).get("sure") != "yes":
        problem = "Say that it is meant: what is erased cannot be brought back."
        return await _page(request, desk, await _story(request, desk), problem)
    command = EraseContact(id_in_path(request))
    try:
        await desk.site.database.write_one(erase_contacts, (project, command))
    except NotFound as error:
        raise NotFoundException from error
    return Redirect(f"/-/p/{project.slug}/people?erased=1", status_code=303)


async def _story(request: AnyRequest, desk: Desk) -> ContactStory:
    project = entry_of(request).membership.project
    try:
        return await desk.site.database.read(read_contact_story, project, id_in_path(request))
    except NotFound as error:
        raise NotFoundException from error


async def _page(
    request: AnyRequest, desk: Desk, story: ContactStory, problem: str | None = None
) -> Response[Any]:
    project = entry_of(request).membership.project
    read, now = desk.site.database.read, desk.site.database.clock()
    versions = {(row.survey_id, row.survey_version) for row in story.responses}
    definitions = await read(find_versions, project.id, versions)
    names = await read(survey_names, project.id)
    contact = story.contact
    return desk.page(
        request,
        "person.html",
        status=422 if problem else 200,
        section="people",
        contact=contact,
        known_as=contact.name or contact.email or contact.external or "Somebody unnamed",
        identities=story.identities,
        outlook=await read(explain, project, contact.id, now),
        life=life_of(story, definitions, names, reader_for(project)),
        answers=len(story.responses),
        states=STATES,
        channels=CHANNELS,
        problem=problem,
    )


HANDLERS = [list_people, show_person, export_person, erase_person]
