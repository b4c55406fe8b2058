"""The newer reading calls, ``/api/v3``: projects, campaigns, responses by cursor, statistics."""

import base64
import binascii
import re
from collections.abc import Sequence

from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.core.identifiers import ID_PATTERN
from tellback.core.instants import DAY
from tellback.core.model import Survey, SurveyDefinition, SurveyType
from tellback.core.queries import ListResponses, ListSurveys, SummariseResponses
from tellback.core.records import ResponsePage, ResponseSummary
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.parsing import write_json
from tellback.dialects.satismeter.dates import read_range
from tellback.dialects.satismeter.exports import counts, nps_figures
from tellback.dialects.satismeter.records import encode_response, without_nulls
from tellback.dialects.satismeter.survey import encode_campaign, encode_question

DEFAULT_SIZE = 20
_SIZE = re.compile(r"(100|[1-9]\d?)\Z", re.ASCII)
_CURSOR = re.compile(rf"(\d{{1,15}})\.({ID_PATTERN})\Z", re.ASCII)
_WINDOW = 30 * DAY


def decode_project(request: HttpRequest) -> Call:
    """``GET /api/v3/projects/{project}``."""
    return Call(query=ListSurveys(), project=request.params["project"])


def encode_project(exchange: Exchange, _surveys: Sequence[Survey]) -> HttpReply:
    """The project itself."""
    project = exchange.project
    if project is None:
        raise NotFound
    data = {"id": project.id, "name": project.name, "language": project.settings.language}
    return HttpReply(200, write_json({"data": data}))


def decode_campaigns(request: HttpRequest) -> Call:
    """``GET …/campaigns``, and ``GET …/campaigns/{campaign}``."""
    query = ListSurveys(request.params.get("campaign"))
    return Call(query=query, project=request.params["project"])


def encode_campaigns(_exchange: Exchange, surveys: Sequence[Survey]) -> HttpReply:
    """All of them; this list has no pages."""
    return HttpReply(200, write_json({"data": [encode_campaign(survey) for survey in surveys]}))


def encode_campaign_alone(_exchange: Exchange, surveys: Sequence[Survey]) -> HttpReply:
    """The one that was asked for."""
    if not surveys:
        raise NotFound("There is no such campaign.")
    return HttpReply(200, write_json({"data": encode_campaign(surveys[0])}))


def decode_responses(request: HttpRequest) -> Call:
    """``GET …/responses`` of a project or of a campaign; by default those of 30 days."""
    start, end = read_range(request)
    query = ListResponses(
        survey=request.params.get("campaign"),
        start=request.now - _WINDOW if start is None else start,
        end=end,
        size=_page_size(request),
        after=_read_cursor(request),
    )
    return Call(query=query, project=request.params["project"])


def encode_responses(_exchange: Exchange, page: ResponsePage) -> HttpReply:
    """One page, newest first. Optional keys are left out rather than null."""
    # A client checks that a page's size is at least 1, also where it is empty.
    about: dict[str, object] = {"hasNextPage": page.more, "size": max(1, len(page.items))}
    if page.more:
        last = page.items[-1]
        about["nextPageCursor"] = _write_cursor(last.created_at, last.id)
    records = [without_nulls(encode_response(record)) for record in page.items]
    return HttpReply(200, write_json({"data": records, "page": about}))


def decode_statistics(request: HttpRequest) -> Call:
    """``GET …/campaigns/{campaign}/statistics``; by default of 30 days."""
    start, end = read_range(request)
    query = SummariseResponses(
        survey=request.params["campaign"],
        start=request.now - _WINDOW if start is None else start,
        end=end,
    )
    return Call(query=query, project=request.params["project"])


def encode_statistics(_exchange: Exchange, summary: ResponseSummary) -> HttpReply:
    """Counts, the score of an NPS survey, and how often each rating was given."""
    definition = summary.definition
    if definition is None:
        raise NotFound("There is no such campaign.")
    figures: dict[str, object] = {**counts(summary)}
    if definition.type is SurveyType.NPS:
        figures |= nps_figures(summary)
    data = {"statistics": figures, "questions": _questions(definition, summary)}
    return HttpReply(200, write_json({"data": data}))


def _questions(definition: SurveyDefinition, summary: ResponseSummary) -> list[object]:
    rated = definition.rating_question
    questions = []
    for question in definition.questions:
        encoded = without_nulls(encode_question(question))
        if question is rated:
            ratings = summary.tally.counts.items()
            encoded["responses"] = summary.tally.n
            encoded["frequency"] = {str(rating): count for rating, count in ratings}
        questions.append(encoded)
    return questions


def _page_size(request: HttpRequest) -> int:
    """1 to 100; whatever else is given counts as not given, as it does at the vendor's."""
    text = request.first("pageSize") or ""
    return int(text) if _SIZE.match(text) else DEFAULT_SIZE


def _write_cursor(at: int, id_: str) -> str:
    return base64.urlsafe_b64encode(f"{at}.{id_}".encode()).decode().rstrip("=")


def _read_cursor(request: HttpRequest) -> tuple[int, str] | None:
    text = request.first("pageCursor")
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        match = _CURSOR.match(base64.b64decode(padded, altchars="-_", validate=True).decode())
    except (binascii.Error, ValueError):
        match = None
    if match is None:
        rule = "must be the nextPageCursor of the page before"
        raise Invalid(Problem(Fault.FORMAT, rule, "pageCursor"))
    return int(match[1]), match[2]
