"""The older reading calls: responses as JSON or CSV, one response, and statistics."""

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.model import SurveyType
from tellback.core.queries import GetResponse, ListResponses, SummariseResponses
from tellback.core.records import ResponsePage, ResponseRecord, ResponseSummary
from tellback.core.score import NPS_SCALE, Recommendations, Tally, nps
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.parsing import choice, whole_number, write_json
from tellback.dialects.satismeter.csv_export import write_csv
from tellback.dialects.satismeter.dates import read_range
from tellback.dialects.satismeter.records import encode_response

#: As many as one reply holds. More in one unpaged call is refused, as half of it would mislead.
MOST = 10_000
_CSV = "text/csv; charset=utf-8"


def project_of(request: HttpRequest) -> str:
    """The project that a query must name."""
    project = request.first("project")
    if not project:
        raise Invalid(Problem(Fault.MISSING, "is required", "project"))
    return project


def read_page(request: HttpRequest) -> tuple[int, int]:
    """``page[size]`` and ``page[number]``."""
    size = whole_number(request, "page[size]", 1, MOST, MOST)
    return size, whole_number(request, "page[number]", 1, 1_000_000, 1)


def refuse_rest(request: HttpRequest, *, more: bool) -> None:
    """Refuse to leave something out of a reply that its caller takes for the whole."""
    if more and request.first("page[size]") is None:
        rule = f"is required for more than {MOST}; or ask for a shorter time"
        raise Invalid(Problem(Fault.MISSING, rule, "page[size]"))


def decode_list(request: HttpRequest) -> Call:
    """``GET /api/responses``."""
    form = choice(request, "format", ("json", "csv"), "json")
    start, end = read_range(request)
    size, page = read_page(request)
    query = ListResponses(request.first("campaign"), start, end, size, page)
    return Call(query=query, project=project_of(request), note=form)


def encode_list(exchange: Exchange, page: ResponsePage) -> HttpReply:
    """All of them in one reply."""
    refuse_rest(exchange.request, more=page.more)
    records = [encode_response(record) for record in page.items]
    if exchange.call is not None and exchange.call.note == "csv":
        return HttpReply(200, write_csv(records), _CSV)
    return HttpReply(200, write_json({"responses": records}))


def decode_one(request: HttpRequest) -> Call:
    """``GET /api/responses/{id}``."""
    return Call(query=GetResponse(request.params["id"]), project=project_of(request))


def encode_one(_exchange: Exchange, record: ResponseRecord) -> HttpReply:
    """The bare object."""
    return HttpReply(200, write_json(encode_response(record)))


def decode_statistics(request: HttpRequest) -> Call:
    """``GET /api/v2/response-statistics``."""
    choice(request, "format", ("json",), "json")
    start, end = read_range(request)
    query = SummariseResponses(request.first("campaign"), SurveyType.NPS.value, start, end)
    return Call(query=query, project=project_of(request))


def encode_statistics(exchange: Exchange, summary: ResponseSummary) -> HttpReply:
    """A JSON:API document with one resource."""
    project = exchange.project.id if exchange.project else None
    resource = {
        "id": project,
        "type": "response-statistics",
        "attributes": counts(summary) | nps_figures(summary),
    }
    return HttpReply(200, write_json({"data": [resource]}))


def counts(summary: ResponseSummary) -> dict[str, int]:
    """What is counted of any survey."""
    return {
        "responses": summary.responses,
        "displays": summary.shown,
        "dismissed": summary.dismissed,
        "pending": summary.pending,
        "commented": summary.commented,
    }


def nps_figures(summary: ResponseSummary) -> dict[str, object]:
    """The Net Promoter Score and what it comes from; the score is not rounded."""
    # A survey of another scale may call itself NPS; what lies outside 0 to 10 is no NPS rating.
    counted = {rating: n for rating, n in summary.tally.counts.items() if rating in NPS_SCALE}
    tally = Tally(counted)
    people = Recommendations.of(tally)
    return {
        "promoters": people.promoters,
        "passives": people.passives,
        "detractors": people.detractors,
        "nps": nps(people).value,
        "frequency": tally.frequencies(NPS_SCALE),
    }
