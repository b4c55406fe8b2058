"""One survey: whether it is asked, what it asks, what it asked before, and its file."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tellback.actions.keep_drafts import KeepDraft, keep_drafts
from tellback.actions.set_live import SetLive, set_live
from tellback.core.links import share_link
from tellback.core.model import Survey
from tellback.core.numbering import is_number
from tellback.core.survey_changes import survey_changes
from tellback.core.users import Area
from tellback.store.reach import read_reach
from tellback.store.survey_versions import COMMAND_LINE, SurveyVersion, list_versions
from tellback.surveyfile import write_survey
from tellback.web.dashboard.answers import reader_for
from tellback.web.dashboard.asking import can_be_mailed
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.periods import USUAL
from tellback.web.dashboard.survey_funnels import funnels_of
from tellback.web.dashboard.surveys_fields import content_of
from tellback.web.dashboard.surveys_found import find_in_path, path_of, project_of
from tellback.web.dashboard.surveys_words import METRICS, SURVEY_TYPES, TYPES
from tellback.web.pages import HEADERS
from tellback.web.respond.rules import clauses_of


@get("/-/p/{slug:str}/surveys/{key:str}", opt={"area": Area.SURVEYS})
async def show_survey(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """What a survey asks, and what can be done with it."""
    found = await find_in_path(request, desk)
    project = project_of(request)
    if found.survey is None:
        return Redirect(path_of(project, found.key, "edit"), status_code=303)
    _, versions = await _versions(request, desk)
    definition = found.survey.definition
    about = {question.id: question for question in definition.questions}
    rules = [clauses_of(one, about, reader_for(project)) for one in definition.questions]
    zone, now = project.settings.zone(), desk.site.database.clock()
    since, _ = USUAL.bounds(now, zone)
    range_ = since or 0, now + 1
    reach = await desk.site.database.look(read_reach, project, found.survey, range_)
    return desk.page(
        request,
        "survey.html",
        section="surveys",
        found=found,
        survey=found.survey,
        definition=definition,
        asked=list(zip(definition.questions, rules, strict=True)),
        can_be_mailed=can_be_mailed(found.survey),
        versions=told(versions),
        reach=reach,
        funnels=funnels_of(reach),
        days=USUAL.days,
        command_line=COMMAND_LINE,
        link=share_link(desk.base_url(request), project.secret, project.id, found.survey.id),
        qr=share_link("", project.secret, project.id, found.survey.id) + "/qr.svg",
        published="published" in request.query_params,
        survey_types=SURVEY_TYPES,
        types=TYPES,
        metrics=METRICS,
    )


@post("/-/p/{slug:str}/surveys/{key:str}/live", opt={"area": Area.EDITING})
async def pause(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Pause a survey, or go on with it."""
    survey, project = await _survey(request, desk), project_of(request)
    live = (await request.form()).get("live") == "yes"
    await desk.site.database.write_one(set_live, SetLive(project, survey.key, live))
    return Redirect(path_of(project, survey.key), status_code=303)


@get("/-/p/{slug:str}/surveys/{key:str}/file", opt={"area": Area.SURVEYS})
async def download(request: AnyRequest, desk: GivenDesk) -> Response[bytes]:
    """The survey as a file, at its version or at an earlier one."""
    survey = await _survey(request, desk)
    wanted = request.query_params.get("version")
    if wanted is not None:
        survey = replace(survey, definition=(await _version(request, desk, wanted)).definition)
    name = survey.key if wanted is None else f"{survey.key}-{wanted}"
    headers = {
        **HEADERS,
        "Content-Disposition": f'attachment; filename="{name}.yaml"',
        "Cache-Control": "no-store",
    }
    content = write_survey(survey).encode()
    return Response(content, media_type="application/yaml", headers=headers)


@post("/-/p/{slug:str}/surveys/{key:str}/restore", opt={"area": Area.EDITING})
async def restore(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Make an old version the draft of a new one."""
    survey = await _survey(request, desk)
    wanted = (await request.form()).get("version")
    then = await _version(request, desk, wanted if isinstance(wanted, str) else "")
    content = content_of(then.definition, survey.live, survey.number)
    author, project = entry_of(request).user.email, project_of(request)
    job = KeepDraft(project, survey.key, content, survey.version, author)
    await desk.site.database.write_one(keep_drafts, job)
    return Redirect(path_of(project, survey.key, "edit"), status_code=303)


def told(versions: Sequence[SurveyVersion]) -> list[tuple[SurveyVersion, list[str]]]:
    """Versions, newest first, each with what it changed; the first changed nothing."""
    pairs = pairwise(versions)
    changed = [survey_changes(older.definition, newer.definition) for newer, older in pairs]
    return list(zip(versions, [*changed, []], strict=True)) if versions else []


async def _survey(request: AnyRequest, desk: Desk) -> Survey:
    survey = (await find_in_path(request, desk)).survey
    if survey is None:
        raise NotFoundException
    return survey


async def _versions(request: AnyRequest, desk: Desk) -> tuple[Survey, list[SurveyVersion]]:
    survey = await _survey(request, desk)
    _, versions = await desk.site.database.read(list_versions, project_of(request), survey.id)
    return survey, list(reversed(versions))


async def _version(request: AnyRequest, desk: Desk, wanted: str) -> SurveyVersion:
    _, versions = await _versions(request, desk)
    number = int(wanted) if is_number(wanted) else 0
    then = next((one for one in versions if one.version == number), None)
    if then is None:
        raise NotFoundException
    return then


HANDLERS = [show_survey, pause, download, restore]
