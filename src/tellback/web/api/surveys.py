"""Surveys, in the form of their files: as JSON or as YAML, in and out."""

from dataclasses import replace
from typing import Any

from msgspec import Struct

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.core.links import share_link
from tellback.core.model import Project, Survey
from tellback.core.numbering import is_number
from tellback.core.queries import ListSurveys
from tellback.dialects.native import NAME, Scope
from tellback.store.survey_versions import SurveyVersion, get_survey, list_versions
from tellback.store.surveys import list_surveys
from tellback.surveyfile import SurveyFile, read_survey, survey_data, survey_of, write_survey
from tellback.web.api.bodies import refuse_nul
from tellback.web.api.operations import JSON, YAML, Call, Operation, Reply, Write, as_json, only
from tellback.web.api.shapes import Instant, instant


class SurveyView(Struct):
    """A survey at its current version. ``definition`` is what its file says.

    ``page`` is the path on this server where anybody may answer it while it is live; with
    ``/qr.svg`` after it, that link's QR code.
    """

    id: str
    key: str
    number: int
    version: int
    live: bool
    wire: str | None
    page: str
    definition: dict[str, Any]


class SurveyList(Struct):
    """All surveys of a project, by number."""

    items: list[SurveyView]


class VersionView(Struct):
    """What a survey said at a version, and since when that was so.

    ``published_by`` is an e-mail address, or the name of a wire; null where nobody was noted.
    """

    version: int
    created_at: Instant | None
    published_by: str | None
    definition: dict[str, Any]


class VersionList(Struct):
    """All versions of a survey, oldest first."""

    items: list[VersionView]


class SurveyPut(Struct):
    """At which version the survey is now, and whether anything has changed."""

    id: str
    version: int
    changed: bool


async def list_(call: Call) -> Reply:
    """All surveys."""
    found = await call.database.read(list_surveys, call.project, ListSurveys())
    return as_json(SurveyList([_view(call.project, survey) for survey in found]))


async def get(call: Call) -> Reply:
    """One survey, as JSON or as its file."""
    survey = await call.database.read(get_survey, call.project, call.params["survey"])
    if call.accept == YAML:
        return Reply(body=write_survey(survey).encode(), content_type=YAML)
    return as_json(_view(call.project, survey))


async def list_all_versions(call: Call) -> Reply:
    """Every version of a survey."""
    survey, versions = await call.database.read(list_versions, call.project, call.params["survey"])
    return as_json(VersionList([_version(survey, one) for one in versions]))


async def get_version(call: Call) -> Reply:
    """A survey as it was at a version."""
    survey, versions = await call.database.read(list_versions, call.project, call.params["survey"])
    wanted = call.params["version"]
    number = int(wanted) if is_number(wanted) else 0
    found = next((one for one in versions if one.version == number), None)
    if found is None:
        raise NotFound("There is no such version.")
    if call.accept == YAML:
        then = replace(survey, definition=found.definition)
        return Reply(body=write_survey(then).encode(), content_type=YAML)
    return as_json(_version(survey, found))


async def put(call: Call) -> Write:
    """Bring a survey to what a file says; the same file again changes nothing."""
    wanted = _read(call)
    said = (wanted.key, wanted.live, wanted.definition, wanted.number)
    job = ApplySurvey(call.project, *said, by=NAME)

    def reply(outcomes: list[Any]) -> Reply:
        done = only(outcomes)
        return as_json(SurveyPut(done.id, done.version, done.changed))

    return Write(apply_surveys, [job], reply)


def _read(call: Call) -> SurveyFile:
    key = call.params["survey"]
    if call.content_type == JSON:
        wanted = survey_of({"key": key, **call.body})
    else:
        try:
            text = call.raw.decode()
        except UnicodeDecodeError:
            raise Invalid(Problem(Fault.FORMAT, "is not UTF-8", "#")) from None
        wanted = read_survey(text)
        refuse_nul(survey_data(_unsaved(call.project, wanted)))
    if wanted.key != key:
        raise Invalid(Problem(Fault.VALUE, "must be the key in the path, or left out", "#/key"))
    return wanted


def _unsaved(project: Project, wanted: SurveyFile) -> Survey:
    return Survey(project.id, "", wanted.key, 0, 0, wanted.live, None, wanted.definition)


def _view(project: Project, survey: Survey) -> SurveyView:
    return SurveyView(
        id=survey.id,
        key=survey.key,
        number=survey.number,
        version=survey.version,
        live=survey.live,
        wire=survey.dialect,
        page=share_link("", project.secret, project.id, survey.id),
        definition=survey_data(survey),
    )


def _version(survey: Survey, one: SurveyVersion) -> VersionView:
    then = replace(survey, definition=one.definition)
    return VersionView(one.version, instant(one.created_at), one.published_by, survey_data(then))


OPERATIONS = (
    Operation(
        "GET",
        "/surveys",
        "list_surveys",
        "Surveys",
        "All surveys, by number",
        Scope.READ,
        list_,
        reply=SurveyList,
    ),
    Operation(
        "GET",
        "/surveys/{survey}",
        "get_survey",
        "Surveys",
        "One survey, by key, number or id; as JSON, or as its YAML file",
        Scope.READ,
        get,
        reply=SurveyView,
        produces=(JSON, YAML),
        refusals=(NotFound,),
    ),
    Operation(
        "PUT",
        "/surveys/{survey}",
        "put_survey",
        "Surveys",
        "Bring the survey of that key to what a file says, given as JSON or as YAML",
        Scope.MANAGE,
        put,
        body=dict[str, Any],
        consumes=(JSON, YAML),
        reply=SurveyPut,
    ),
    Operation(
        "GET",
        "/surveys/{survey}/versions",
        "list_survey_versions",
        "Surveys",
        "Every version of a survey, oldest first",
        Scope.READ,
        list_all_versions,
        reply=VersionList,
        refusals=(NotFound,),
    ),
    Operation(
        "GET",
        "/surveys/{survey}/versions/{version}",
        "get_survey_version",
        "Surveys",
        "A survey as it was at a version; as JSON, or as its YAML file",
        Scope.READ,
        get_version,
        reply=VersionView,
        produces=(JSON, YAML),
        refusals=(NotFound,),
    ),
)
