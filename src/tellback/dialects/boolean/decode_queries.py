"""Reading the requests that only ask: lists, scores, statistics."""

from datetime import date

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.queries import (
    CountInvitations,
    GetInvitation,
    ListInvitations,
    ListProperties,
    ScoreInvitations,
)
from tellback.dialects.boolean.fields import read_fields
from tellback.dialects.boolean.judge import NAME
from tellback.dialects.boolean.parameters import Parameters
from tellback.dialects.boolean.problems import TYPES
from tellback.dialects.contract import Call, HttpRequest

_DATES = {
    "created_at": "created_at",
    "response_received_at": "responded_at",
    "opened_at": "opened_at",
}
_SORTS = tuple(f"{sign}{name}" for sign in ("", "-") for name in _DATES)
_INTERVALS = ("Day", "Week", "Month")
MAX_PAGE, MAX_SEARCH = 20, 50


def decode_list(request: HttpRequest) -> Call:
    """``GET /v1/surveys``. The note is the fields that are wanted, or None for all."""
    given = Parameters(request)
    start, end = given.range()
    by = given.word("date_filter_type", tuple(_DATES), "created_at")
    sort = given.word("sort", _SORTS, "created_at")
    feedback = given.word("feedback", ("1", "0", "-1"), "")
    query = ListInvitations(
        dialect=NAME,
        start=start,
        end=end,
        by=_DATES[by],
        page=given.number("page", 1, MAX_PAGE, 1),
        size=given.number("size", 10, 100, 30),
        pages=MAX_PAGE,
        address=given.address("email"),
        feedback=int(feedback) if feedback else None,
        with_comment=given.any_case("comments", ("true", "false"), "false") == "true",
        comment_contains=given.short_text("comments_search", MAX_SEARCH),
        sort=_DATES[sort.removeprefix("-")],
        ascending=sort.startswith("-"),
    )
    fields = read_fields(given.text("fields"))
    given.check()
    return Call(query=query, note=fields)


def decode_get(request: HttpRequest) -> Call:
    """``GET /v1/surveys/{id}``."""
    return Call(query=GetInvitation(request.params["id"], NAME))


def decode_properties(request: HttpRequest) -> Call:
    """``GET /v1/properties``. The note is the wanted type in this wire's notation, or None."""
    given = Parameters(request)
    tag = given.word("type", tuple(TYPES), "")
    given.check()
    return Call(query=ListProperties(TYPES[tag] if tag else None), note=tag or None)


def decode_scores(request: HttpRequest) -> Call:
    """``GET /v1/scores``."""
    given = Parameters(request)
    start, end = given.range()
    interval = given.any_case("interval", _INTERVALS, "Day").lower()
    where = given.text("where")
    given.check()
    return Call(query=ScoreInvitations(NAME, start, end, interval, where))


def decode_stats(request: HttpRequest) -> Call:
    """``GET /v1/stats``, for which both dates are mandatory."""
    given = Parameters(request)
    start, end = given.range(required=True)
    interval = given.any_case("interval", _INTERVALS, "Day").lower()
    given.check()
    if not isinstance(start, date) or not isinstance(end, date):
        raise Invalid(Problem(Fault.MISSING, "is required", "start_date"))
    return Call(query=CountInvitations(start, end, interval, NAME))
