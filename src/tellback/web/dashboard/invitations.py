"""Whom we asked, and what became of it."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tellback.actions.cancel_invitations import cancel_invitations
from tellback.actions.resend_invitations import resend_invitations
from tellback.core.addresses import normalise_address
from tellback.core.errors import NotEligible, NotFound
from tellback.core.invitation import State
from tellback.core.retention import Fleeting, kept_for
from tellback.core.users import MAX_EMAIL, Area
from tellback.store.database import Action
from tellback.store.invitation_feed import list_newest_invitations, read_story, survey_names
from tellback.store.invitation_requests import list_large_requests
from tellback.store.response_feed import find_versions
from tellback.web.dashboard.answers import answers_of, reader_for
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.positions import id_in_path, read_position, write_position
from tellback.web.dashboard.readings import read_rating
from tellback.web.dashboard.timeline import timeline
from tellback.web.dashboard.wording import CHANNELS, STATES

_SIZE = 50
#: So many of the newest calls are looked at for large ones, and so many of those shown.
_CALLS, _LARGE = 500, 5
_RECALLABLE = {State.QUEUED.value, State.CLAIMED.value}
_TOLD = {
    "cancelled": "It is cancelled. Nothing will be sent.",
    "queued": "It is queued again, and goes as soon as it may.",
}


@get("/-/p/{slug:str}/invitations", opt={"area": Area.INVITATIONS})
async def list_invitations(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """A page of invitations: all, in one state, or to one address."""
    project = entry_of(request).membership.project
    state, address = read_filter(request.query_params)
    before = read_position(request.query_params.get("before"))
    look = desk.site.database.look
    feed = await look(list_newest_invitations, project.id, state, address, before, _SIZE)
    whole = not (state or address or before)
    return desk.page(
        request,
        "invitations.html",
        section="invitations",
        rows=feed.rows,
        surveys=await look(survey_names, project.id),
        states=STATES,
        channels=CHANNELS,
        large=await look(list_large_requests, project.id, _CALLS, _LARGE) if whole else (),
        state=state,
        address=address,
        first=before is None,
        older=write_position(feed.older),
        cut=feed.older if feed.cut else None,
    )


def read_filter(query: Mapping[str, str]) -> tuple[State | None, str | None]:
    """The state or the address that an address of the list asks for; of both the latter."""
    asked = query.get("address", "").strip()[:MAX_EMAIL]
    if asked:
        return None, normalise_address(asked, MAX_EMAIL) or asked
    return (State(query["state"]) if query.get("state") in list(State) else None), None


@get("/-/p/{slug:str}/invitations/{id:str}", opt={"area": Area.INVITATIONS})
async def show_invitation(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """One invitation with all that became of it."""
    return await _show(request, desk)


@post("/-/p/{slug:str}/invitations/{id:str}/cancel", opt={"area": Area.ASKING})
async def cancel(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Take an invitation back that has not gone yet."""
    return await _change(request, desk, cancel_invitations, "cancelled")


@post("/-/p/{slug:str}/invitations/{id:str}/resend", opt={"area": Area.ASKING})
async def resend(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Send a mail again of which nobody knows whether it went."""
    return await _change(request, desk, resend_invitations, "queued")


async def _change(request: AnyRequest, desk: Desk, action: Action, done: str) -> Response[Any]:
    """Change one invitation, and show it; why not, where it has moved on meanwhile."""
    project, id_ = entry_of(request).membership.project, id_in_path(request)
    try:
        await desk.site.database.write_one(action, (project, id_))
    except NotFound:
        raise NotFoundException from None
    except NotEligible as error:
        return await _show(request, desk, error.message)
    return Redirect(f"/-/p/{project.slug}/invitations/{id_}?done={done}", status_code=303)


async def _show(request: AnyRequest, desk: Desk, problem: str | None = None) -> Response[Any]:
    membership = entry_of(request).membership
    project = membership.project
    read = desk.site.database.read
    story = await read(read_story, project.id, id_in_path(request))
    if story is None:
        raise NotFoundException
    row, response = story.invitation, story.response
    versions = {(response.survey_id, response.survey_version)} if response else set()
    definitions = await read(find_versions, project.id, versions)
    definition = next(iter(definitions.values()), None)
    return desk.page(
        request,
        "invitation.html",
        status=409 if problem else 200,
        section="invitations",
        problem=problem,
        told=_TOLD.get(request.query_params.get("done", "")),
        may_cancel=row.state in _RECALLABLE,
        may_resend=row.state == State.UNKNOWN,
        invitation=row,
        words=STATES[State(row.state)],
        channel=CHANNELS.get(row.channel, row.channel),
        survey=(await read(survey_names, project.id)).get(row.survey_id, ""),
        response=response,
        rating=read_rating(response.metric, response.rating, definition) if response else None,
        answers=answers_of(response.answers or {}, definition, reader_for(project))
        if response
        else (),
        entries=timeline(story, definition),
        visits_from=story.visits_from,
        told_until=row.created_at + kept_for(Fleeting.WEBHOOK, project.settings),
    )


HANDLERS = [list_invitations, show_invitation, cancel, resend]
