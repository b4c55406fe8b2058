"""What people answered, newest first, and one answer with all around it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException

from tellback.core.model import Survey
from tellback.core.queries import ListSurveys
from tellback.core.response_search import ResponseSearch
from tellback.core.saved_searches import SavedSearch
from tellback.core.users import Area, Membership
from tellback.store.follow_ups import list_members, list_tags
from tellback.store.properties import property_types, seen_properties
from tellback.store.response_feed import ResponsePage, search_responses
from tellback.store.response_story import read_response_story
from tellback.store.saved_searches import list_saved_searches
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.answers import reader_for
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.positions import id_in_path, read_position, write_position
from tellback.web.dashboard.readings import readings
from tellback.web.dashboard.response_looks import ResponseLook, read_response_look
from tellback.web.dashboard.segment_forms import SegmentField, read_field
from tellback.web.dashboard.stories import StoryShown
from tellback.web.dashboard.wording import CHANNELS, PROGRESS, RATINGS
from tellback.web.exports import OFFERED
from tellback.web.pages import HEADERS

_SIZE = 25
_MOST_NEWER = 100
_BAD_REQUEST = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: a look at responses, read."""

    look: ResponseLook
    surveys: list[Survey]
    field: SegmentField
    search: ResponseSearch


@get("/-/p/{slug:str}/responses", opt={"area": Area.CONVERSATIONS})
async def list_responses(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """A page of responses: all, or those that are searched for."""
    return await _page(request, desk, None)


@get("/-/p/{slug:str}/responses/{id:str}", opt={"area": Area.CONVERSATIONS})
async def show_response(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """One response with all around it; beside it the list that it was chosen from."""
    return await _page(request, desk, await _story(request, desk))


@get("/-/p/{slug:str}/responses/{id:str}/pane", opt={"area": Area.CONVERSATIONS})
async def show_pane(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """What stands beside the list, alone: for the script that goes from one to the next."""
    story = await _story(request, desk)
    membership = entry_of(request).membership
    return desk.page(
        request,
        "response_alone.html",
        section="responses",
        story=story,
        look=_look(request, desk, membership),
        here=None,
        **await _team(desk, membership),
    )


@get("/-/p/{slug:str}/responses/newer", opt={"area": Area.CONVERSATIONS, "by_itself": True})
async def count_newer(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """How many of a search are newer than the newest of a page, up to a hundred."""
    membership = entry_of(request).membership
    project, asked = membership.project, await ask(request, desk, membership)
    after = read_position(request.query_params.get("after"))
    if after is None or asked.field.mistake is not None:
        return Response({"newer": 0})
    since = max(after[0], asked.search.since or 0)
    search = replace(asked.search, since=since)
    page = await desk.site.database.look(search_responses, project, search, None, _MOST_NEWER)
    newer = sum((row.created_at, row.id) > after for row in page.rows)
    return Response({"newer": newer}, headers={**HEADERS, "Cache-Control": "no-store"})


async def ask(request: AnyRequest, desk: Desk, membership: Membership) -> Asked:
    """What a request asks for, of what they may see.

    An expression that is wrong searches for nothing.
    """
    look_up, project = desk.site.database.look, membership.project
    look = _look(request, desk, membership)
    surveys = await look_up(list_surveys, project, ListSurveys())
    declared = await look_up(property_types, project.id)
    known = {} if membership.agent else await look_up(seen_properties, project.id)
    field = read_field(look.where, declared, known)
    now, zone = desk.site.database.clock(), project.settings.zone()
    search = look.search(surveys, field.segment, now, zone)
    return Asked(look, surveys, field, replace(search, agent=membership.agent))


def _look(request: AnyRequest, desk: Desk, membership: Membership) -> ResponseLook:
    look = read_response_look(request.query_params, desk.wires)
    return look.of_answers if membership.agent else look


async def _team(desk: Desk, membership: Membership) -> dict[str, Any]:
    """What the team does about responses, for who sees it."""
    if membership.agent:
        return {"progress": PROGRESS, "members": (), "tags": ()}
    look_up, project_id = desk.site.database.look, membership.project.id
    members, tags = await look_up(list_members, project_id), await look_up(list_tags, project_id)
    return {"progress": PROGRESS, "members": members, "tags": tags}


async def _searches(desk: Desk, membership: Membership) -> Sequence[SavedSearch]:
    if membership.agent:
        return ()
    return await desk.site.database.read(list_saved_searches, membership.project.id)


async def _page(request: AnyRequest, desk: Desk, chosen: StoryShown | None) -> Response[Any]:
    membership = entry_of(request).membership
    project, asked = membership.project, await ask(request, desk, membership)
    position = request.query_params.get("before")
    before = read_position(position)
    wrong = asked.field.mistake is not None
    page = None
    if not wrong:
        page = await desk.site.database.look(search_responses, project, asked.search, before, _SIZE)
    return desk.page(
        request,
        "responses.html",
        status=_BAD_REQUEST if wrong and chosen is None else 200,
        section="responses",
        look=asked.look,
        formats=OFFERED,
        surveys=asked.surveys,
        field=asked.field,
        channels=CHANNELS,
        kinds=RATINGS,
        wires=desk.wires,
        readings=readings(page, reader_for(project)) if page else (),
        story=chosen,
        **await _team(desk, membership),
        searches=await _searches(desk, membership),
        newest=_newest(page) if before is None else None,
        first=before is None,
        here=position if before else None,
        older=write_position(page.older) if page else None,
        cut=page.older if page and page.cut else None,
    )


def _newest(page: ResponsePage | None) -> str | None:
    if page is None or not page.rows:
        return None
    return write_position((page.rows[0].created_at, page.rows[0].id))


async def _story(request: AnyRequest, desk: Desk) -> StoryShown:
    membership, read = entry_of(request).membership, desk.site.database.read
    project, id_ = membership.project, id_in_path(request)
    # Not from a replica: whoever has just changed something is shown this page.
    story = await read(read_response_story, project.id, id_, membership.agent)
    if story is None:
        raise NotFoundException
    return StoryShown.of(story, reader_for(project))


HANDLERS = [list_responses, count_newer, show_response, show_pane]
