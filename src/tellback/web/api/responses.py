"""Responses: in, in bulk; out, filtered, page by page or as one long stream."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import SubmitResponse
from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.core.model import Channel, ContactKey, Question, QuestionType
from tellback.core.outcomes import ResponseStored
from tellback.dialects.contract import MEGABYTE
from tellback.dialects.native import NAME, Scope
from tellback.store.pages import Page
from tellback.store.response_pages import ResponseFilter, get_response_row, list_response_rows
from tellback.web.api.batches import BatchResult, ItemResult, batch
from tellback.web.api.conversations import named
from tellback.web.api.cursors import read_cursor, write_cursor
from tellback.web.api.identities import Person, keys_of
from tellback.web.api.operations import JSON, NDJSON, Call, Operation, Reply, Write, as_json
from tellback.web.api.problems import pointer
from tellback.web.api.shapes import Cursor, Id, Items, Label, Moment, Reference, Size, moment
from tellback.web.api.views import ResponseView, response_view, response_views

MOST = 10_000
#: How many responses a stream reads at a time.
_STRIDE = 500
_LOWEST, _HIGHEST = -(10**15), 10**15


class ResponseItem(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Answers to a ``survey``, or to an ``invitation``, by question: its id, name or number.

    ``contact`` is known by one identity here. ``rating`` and ``comment`` answer the survey's rating
    and comment questions. ``partial``: more may come, so required questions may be unanswered.
    """

    survey: Annotated[Label, Meta(description="its key, number or id")] | None = None
    invitation: Id | None = None
    contact: Person | None = None
    conversation: (
        Annotated[Reference, Meta(description="an id, number:N or reference:R")] | None
    ) = None
    channel: Channel = Channel.LINK
    answers: dict[str, str | int | float | list[str]] = {}
    rating: Annotated[int, Meta(ge=-(2**31), le=2**31)] | None = None
    comment: Annotated[str, Meta(max_length=10_000)] | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None
    dismissed: bool = False
    partial: bool = False


class ResponsePage(Struct):
    """A page of responses, newest first. Without ``next`` it is the last."""

    items: list[ResponseView]
    next: str | None


class Filter(Struct, forbid_unknown_fields=True):
    """Which responses are wanted. A page may be short and still have a next one."""

    survey: Label | None = None
    wire: Label | None = None
    channel: Label | None = None
    rating_from: Annotated[float, Meta(ge=_LOWEST, le=_HIGHEST)] | None = None
    rating_to: Annotated[float, Meta(ge=_LOWEST, le=_HIGHEST)] | None = None
    since: Moment | None = None
    until: Moment | None = None
    has_comment: bool | None = None
    contains: Annotated[Label, Meta(description="a text in the comment, in any case")] | None = None
    contact: Id | None = None
    conversation: Id | None = None
    after: Cursor | None = None
    size: Size = 100


async def submit(call: Call) -> Write:
    """Take responses."""
    return await batch(call, submit_responses, _submission, _stored, field=_field)


async def list_(call: Call) -> Reply:
    """Responses: a page, or all of them as a stream of lines."""
    query: Filter = call.query
    wanted = ResponseFilter(
        survey=query.survey,
        dialect=query.wire,
        channel=query.channel,
        rating_from=query.rating_from,
        rating_to=query.rating_to,
        since=moment(query.since, "since"),
        until=moment(query.until, "until"),
        has_comment=query.has_comment,
        contains=query.contains,
        contact_id=query.contact,
        conversation_id=query.conversation,
    )
    after = read_cursor(query.after)
    size = _STRIDE if call.accept == NDJSON else query.size
    page = await call.database.read(list_response_rows, call.project, wanted, after, size)
    if call.accept == NDJSON:
        return Reply(content_type=NDJSON, stream=_lines(call, wanted, page))
    items = response_views(page.rows, page.surveys)
    return as_json(ResponsePage(items, write_cursor(page.older)))


async def get(call: Call) -> Reply:
    """One response."""
    found = await call.database.read(get_response_row, call.project, call.params["response"])
    return as_json(response_view(found.rows[0], found.surveys))


async def _lines(call: Call, wanted: ResponseFilter, page: Page) -> AsyncIterator[bytes]:
    """One response a line, newest first, never more than a page of them in memory."""
    encoder = msgspec.json.Encoder()
    while True:
        yield encoder.encode_lines(response_views(page.rows, page.surveys))
        if page.older is None:
            return
        page = await call.database.read(
            list_response_rows, call.project, wanted, page.older, _STRIDE
        )


def _submission(_call: Call, item: ResponseItem, _place: int) -> SubmitResponse:
    if (item.survey is None) == (item.invitation is None):
        raise Invalid(Problem(Fault.MISSING, "needs either a survey or an invitation", "#"))
    return SubmitResponse(
        dialect=NAME,
        channel=item.channel,
        survey=item.survey,
        contact=_author(item),
        invitation_id=item.invitation,
        conversation=named(item.conversation) if item.conversation else None,
        answers=list(item.answers.items()),
        rating=item.rating,
        comment=item.comment,
        traits=item.contact.traits if item.contact else None,
        dismissed=item.dismissed,
        partial=item.partial,
        language=item.language,
    )


def _author(item: ResponseItem) -> ContactKey | None:
    if item.contact is None:
        return None
    where = "#/contact/identities"
    keys = keys_of(item.contact.identities, where)
    if len(keys) > 1:
        raise Invalid(Problem(Fault.VALUE, "takes one identity; contacts take more", where))
    if item.invitation is not None:
        rule = "is known by the invitation"
        raise Invalid(Problem(Fault.NOT_APPLICABLE, rule, "#/contact"))
    return keys[0]


def _field(command: SubmitResponse, problem: Problem) -> str | None:
    """Where in the item a problem stands: an answer's by the name that its question has there."""
    field, question = problem.field, problem.subject
    given = [name for name, _ in command.answers]
    if field in given:
        return pointer(["answers", field])
    if not isinstance(question, Question):
        return field
    missing = problem.fault is Fault.MISSING
    if not missing and field in ("rating", "comment") and getattr(command, field) is not None:
        return field
    names = (question.id, question.name, str(question.number))
    name = next((one for one in given if one in names), None)
    if name is None and not missing:
        if command.comment is not None and question.type is QuestionType.LONG_TEXT:
            return "comment"
        if command.rating is not None and question.metric:
            return "rating"
    return pointer(["answers", name or field])


def _stored(outcome: ResponseStored) -> ItemResult:
    return ItemResult(201 if outcome.created else 200, outcome.id)


OPERATIONS = (
    Operation(
        "POST",
        "/responses",
        "submit_responses",
        "Responses",
        "Take answers, wherever they were collected",
        Scope.INGEST,
        submit,
        body=Items,
        item=ResponseItem,
        most_items=MOST,
        reply=BatchResult,
        max_body=32 * MEGABYTE,
    ),
    Operation(
        "GET",
        "/responses",
        "list_responses",
        "Responses",
        "Responses of all wires: a page as JSON, or all of them as NDJSON, one a line",
        Scope.READ,
        list_,
        query=Filter,
        reply=ResponsePage,
        line=ResponseView,
        produces=(JSON, NDJSON),
        refusals=(NotFound,),
    ),
    Operation(
        "GET",
        "/responses/{response}",
        "get_response",
        "Responses",
        "One response",
        Scope.READ,
        get,
        reply=ResponseView,
        refusals=(NotFound,),
    ),
)
