"""Writing replies: one envelope for all, on success and on failure alike."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tellback.core.errors import CredentialUnknown, TellbackError
from tellback.core.instants import HOUR
from tellback.core.properties import PropertyType
from tellback.core.reports import CountsStep, InvitationPage, InvitationRecord, VotesReport
from tellback.core.score import Score, Votes, net_positive_per_open, percent_positive
from tellback.core.settings import ProjectSettings
from tellback.dialects.boolean.decode_queries import MAX_PAGE
from tellback.dialects.boolean.errors import STATUSES, coded_errors, nearest
from tellback.dialects.boolean.fields import survey_item
from tellback.dialects.boolean.keys import credential_given
from tellback.dialects.boolean.problems import TYPES
from tellback.dialects.boolean.references import hyphenated
from tellback.dialects.contract import (
    Exchange,
    HttpReply,
    HttpRequest,
    MethodNotAllowed,
    RateState,
)
from tellback.dialects.parsing import write_json

Headers = tuple[tuple[str, str], ...]
_TAGS: Mapping[PropertyType, str] = {kind: tag for tag, kind in TYPES.items()}
_BUILT_IN = {
    "$email": "S",
    "$transaction_id": "S",
    "$transaction_amount": "N",
    "$transaction_currency": "S",
    "$transaction_date": "D",
}
#: The vendor's names for what became of invitations.
_COUNTS = {
    "surveys_requested": "requested",
    "surveys_throttled": "throttled",
    "surveys_send_failed": "failed",
    "surveys_sent": "sent",
    "bounced": "bounced",
    "responses": "responses",
    "positive_responses": "positive",
    "negative_responses": "negative",
}


def encode_surveys(exchange: Exchange, outcomes: Sequence[Any]) -> HttpReply:
    """One result per requested survey, in their order."""
    return _results(exchange, outcomes, "accepted", "rejected")


def encode_unsubscribes(exchange: Exchange, outcomes: Sequence[Any]) -> HttpReply:
    """One result per address, in their order."""
    return _results(exchange, outcomes, "success", "failure")


def encode_list(exchange: Exchange, page: InvitationPage) -> HttpReply:
    """A page of surveys, with links to the pages around it."""
    fields = exchange.call.note if exchange.call else None
    response = {
        "total": page.total,
        "size": page.size,
        "page": page.page,
        "data": [survey_item(record, fields) for record in page.items],
    }
    headers: Headers = (("Link", _links(exchange.request, page)),)
    if page.capped:
        headers = (*headers, ("X-Total-Capped", "true"))
    return _succeed(exchange, response, headers)


def encode_survey(exchange: Exchange, record: InvitationRecord) -> HttpReply:
    """One survey."""
    return _succeed(exchange, survey_item(record))


def encode_properties(exchange: Exchange, types: Mapping[str, PropertyType]) -> HttpReply:
    """The names and types of properties, those of every survey first."""
    wanted = exchange.call.note if exchange.call else None
    built_in = {name: tag for name, tag in _BUILT_IN.items() if wanted in (None, tag)}
    declared = {name: _TAGS[types[name]] for name in sorted(types)}
    data = {**built_in, **declared}
    return _succeed(exchange, {"properties_count": len(data), "data": [data]})


def encode_scores(exchange: Exchange, report: VotesReport) -> HttpReply:
    """Scores over the whole time and per interval."""
    data = [{**_interval(step.first), **_score(step.votes)} for step in report.steps]
    return _succeed(exchange, {**_score(report.total), "data": data})


def encode_stats(exchange: Exchange, steps: Sequence[CountsStep]) -> HttpReply:
    """Every count per interval."""
    response = {
        name: [{**_interval(step.first), "count": getattr(step.counts, ours)} for step in steps]
        for name, ours in _COUNTS.items()
    }
    return _succeed(exchange, response)


def encode_error(exchange: Exchange, error: TellbackError) -> HttpReply:
    """A refusal of the whole call."""
    status = nearest(STATUSES, error)
    headers: Headers = ()
    if status == 401:
        headers = (("WWW-Authenticate", 'Basic realm="Tellback"'),)
    if isinstance(error, MethodNotAllowed):
        # What answers GET answers HEAD.
        also = ("HEAD",) if "GET" in error.allowed else ()
        headers = (("Allow", ", ".join((*error.allowed, *also))),)
    operation = exchange.route.operation if exchange.route else ""
    errors = coded_errors(error, operation)
    if isinstance(error, CredentialUnknown) and not credential_given(exchange.request):
        errors = [{"code": 1000, "message": "API key not provided."}]
    return _reply(exchange, status, None, errors, headers)


def _results(exchange: Exchange, outcomes: Sequence[Any], done: str, refused: str) -> HttpReply:
    addresses = exchange.call.note if exchange.call else ()
    operation = exchange.route.operation if exchange.route else ""
    response = [
        {"$email": address, "message": refused, "errors": coded_errors(outcome, operation)}
        if isinstance(outcome, TellbackError)
        else {"$email": address, "message": done, "errors": []}
        for address, outcome in zip(addresses, outcomes, strict=True)
    ]
    return _succeed(exchange, response)


def _succeed(exchange: Exchange, response: Any, headers: Headers = ()) -> HttpReply:
    return _reply(exchange, 200, response, [], headers)


def _reply(
    exchange: Exchange, status: int, response: Any, errors: list[dict[str, Any]], headers: Headers
) -> HttpReply:
    envelope = {
        "request_id": hyphenated(exchange.request.request_id),
        "success": not errors,
        "errors": errors,
        "response": response,
    }
    pretty = exchange.request.first("pretty") in ("", "true")
    body = write_json(envelope, pretty=pretty)
    return HttpReply(status, body, headers=(*_rate_headers(exchange), *headers))


def _rate_headers(exchange: Exchange) -> Headers:
    """Where the caller stands; where nothing was counted, a full limit."""
    state = exchange.rate
    if state is None:
        settings = exchange.project.settings if exchange.project else ProjectSettings()
        limit = settings.calls_per_hour
        state = RateState(limit, limit, exchange.request.now + HOUR)
    return (
        ("X-RateLimit-Limit", str(state.limit)),
        ("X-RateLimit-Remaining", str(state.remaining)),
        ("X-RateLimit-Reset", str(state.reset_at)),
    )


def _links(request: HttpRequest, page: InvitationPage) -> str:
    """Links to the pages around one (RFC 8288), with all other parameters kept."""
    last = max(1, min(MAX_PAGE, -(-page.total // page.size)))
    pages = {"next": page.page + 1, "prev": page.page - 1, "first": 1, "last": last}
    if page.page >= last:
        del pages["next"]
    if page.page == 1:
        del pages["prev"]
    kept = [(name, value) for name, value in request.query if name != "page"]
    base = f"{request.base_url}{request.path}?"
    return ", ".join(
        f'<{base}{urlencode([*kept, ("page", number)])}>; rel="{rel}"'
        for rel, number in pages.items()
    )


def _interval(first: datetime) -> dict[str, Any]:
    date = first.isoformat()
    if date.endswith("+00:00"):
        date = f"{date[:-6]}Z"
    return {"interval_date": date, "epoch": int(first.timestamp())}


def _score(votes: Votes) -> dict[str, Any]:
    return {
        "positive_responses": votes.positive,
        "negative_responses": votes.negative,
        "positive_score": _number(percent_positive(votes)),
        "boolean_score": _number(net_positive_per_open(votes)),
        "has_score": votes.n > 0,
    }


def _number(score: Score) -> float | int | None:
    value = score.value
    return int(value) if value is not None and float(value).is_integer() else value
