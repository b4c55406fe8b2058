"""A project's settings: what each is, what it would be untouched, and changing them."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tellback.actions.change_settings import PROJECT_NAME, ChangeSettings, change_settings
from tellback.core.errors import Invalid
from tellback.core.logo import MAX_LOGO
from tellback.core.queries import ListSurveys
from tellback.core.users import Area
from tellback.dialects.registry import switches_of
from tellback.store.projects import find_project
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.setting_groups import LOOK, Field, groups_of
from tellback.web.dashboard.setting_look import look_of

#: No honest value is longer.
_LONGEST = 2_048
#: A picture that is too large for a logo is told so, if it is not larger than this.
_LARGEST_FORM = 8 * 1024 * 1024


@get("/-/p/{slug:str}/settings", opt={"area": Area.SETTINGS})
async def show_settings(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """All settings in their groups."""
    return await _page(request, desk)


@post(
    "/-/p/{slug:str}/settings/{group:str}",
    opt={"area": Area.SETTINGS},
    request_max_body_size=_LARGEST_FORM,
    status_code=200,
)
async def save(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Save the settings of a group: all of them or none."""
    project, key = entry_of(request).membership.project, request.path_params["group"]
    switches = switches_of(desk.site.dialects)
    groups = groups_of(project, switches)
    group = next((one for one in groups if one.key == key), None)
    if group is None:
        raise NotFoundException
    form = await request.form()
    given = {one.name: _given(form, one) for one in group.fields if _is_written(form, one)}
    # What is as it was stays out, so that who saves beside another undoes nothing.
    changed = {one.name: given[one.name] for one in group.fields if _is_changed(one, given)}
    try:
        logo = await _picture(form) if key == LOOK else None
        name = _text(form, PROJECT_NAME) if PROJECT_NAME in form else project.name
        renamed = name if name != project.name else None
        command = ChangeSettings(changed, switches, logo, renamed)
        await desk.site.database.write_one(change_settings, (project, command))
    except Invalid as error:
        return await _page(request, desk, given, error)
    return Redirect(f"/-/p/{project.slug}/settings?saved={key}#{key}", status_code=303)


async def _page(
    request: AnyRequest,
    desk: Desk,
    given: Mapping[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[Any]:
    read = desk.site.database.read
    membership = entry_of(request).membership
    # Read anew: a name may have been saved before what was wrong was found.
    project = await read(find_project, membership.project.id) or membership.project
    problems = {problem.field: problem.message for problem in error.problems} if error else {}
    surveys = await read(list_surveys, project, ListSurveys())
    return desk.page(
        request,
        "settings.html",
        status=422 if error else 200,
        section="settings",
        groups=groups_of(project, switches_of(desk.site.dialects), given, problems),
        name_field=PROJECT_NAME,
        name_problem=problems.get(PROJECT_NAME),
        saved=request.query_params.get("saved"),
        wrong=bool(error),
        zones=sorted(available_timezones()),
        survey_keys=[survey.key for survey in surveys if survey.live],
        longest=_LONGEST,
        look=look_of(project, project.settings.brand, project.settings.colour),
        largest=MAX_LOGO,
    )


async def _picture(form: Any) -> bytes | None:
    """The logo that was chosen; an empty one where it is to go, None where it stays."""
    upload = form.get("logo")
    # One more than there may be, so that it is seen to be too large.
    data = await upload.read(MAX_LOGO + 1) if isinstance(upload, UploadFile) else b""
    return data or (b"" if _text(form, "remove_logo") else None)


def _is_written(form: Any, field: Field) -> bool:
    return field.name in form and field.kind != "picture"


def _given(form: Any, field: Field) -> str:
    text = _text(form, field.name)
    return text.lower() if field.kind == "colour" else text


def _is_changed(field: Field, given: Mapping[str, str]) -> bool:
    return field.name in given and given[field.name] != field.text


def _text(form: Any, name: str) -> str:
    value = form.get(name)
    return value.strip()[: _LONGEST + 1] if isinstance(value, str) else ""


HANDLERS = [show_settings, save]
