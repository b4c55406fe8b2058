"""What somebody does about a response: a form beside it."""

from typing import Any

from litestar import Response, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tellback.actions.follow_up import follow_up
from tellback.core.errors import Invalid, NotFound
from tellback.core.follow_ups import FollowUp, Progress, read_note, read_tags
from tellback.core.users import Area
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.positions import id_in_path, read_position, write_position
from tellback.web.dashboard.response_looks import read_response_look

_PROGRESS = {progress.value: progress for progress in Progress}


@post("/-/p/{slug:str}/responses/{id:str}/care", opt={"area": Area.FEEDBACK})
async def take_care(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Set what the form has, and go back to the response. What it has not stays as it is."""
    entry = entry_of(request)
    project, id_ = entry.membership.project, id_in_path(request)
    form = {name: str(value) for name, value in (await request.form()).items()}
    try:
        command = read_follow_up(form, id_, entry.user.id)
        await desk.site.database.write_one(follow_up, (project, command))
    except Invalid as error:
        return desk.page(
            request, "care_refused.html", status=400, section="responses", id=id_, problem=error
        )
    except NotFound:
        raise NotFoundException from None
    path = f"/-/p/{project.slug}/responses/{id_}{_way_back(request, desk.wires)}"
    return Redirect(path, status_code=303)


def read_follow_up(form: dict[str, str], response_id: str, by: str) -> FollowUp:
    """What a form says; `Invalid` where that is too much."""
    return FollowUp(
        response_id,
        by,
        _PROGRESS.get(form.get("status", "")),
        form.get("owner"),
        read_tags(form["tags"]) if "tags" in form else None,
        read_note(form.get("note", "")),
    )


def _way_back(request: AnyRequest, wires: dict[str, str]) -> str:
    """The query of the page that the form stands on."""
    query = read_response_look(request.query_params, wires).query()
    before = write_position(read_position(request.query_params.get("before")))
    parts = [query, f"before={before}" if before else ""]
    joined = "&".join(part for part in parts if part)
    return f"?{joined}" if joined else ""


HANDLERS = [take_care]
