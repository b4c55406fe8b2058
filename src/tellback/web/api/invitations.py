"""Invitations: asking people in bulk, by mail or into a conversation, and what became of it."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from tellback.actions.cancel_invitations import cancel_invitations
from tellback.actions.carry_out import carry_out
from tellback.core.addresses import normalise_address
from tellback.core.commands import RequestInvitation
from tellback.core.conversations import AskInConversation, ConversationAsked
from tellback.core.errors import Fault, Invalid, NotEligible, NotFound, Problem
from tellback.core.invitation import State
from tellback.core.model import Transaction
from tellback.core.outcomes import InvitationRequested
from tellback.core.properties import (
    MAX_NUMBER,
    PropertyType,
    PropertyValue,
    clean_value,
    name_problem,
)
from tellback.dialects.contract import MEGABYTE
from tellback.dialects.native import NAME, Scope
from tellback.store.invitation_pages import (
    InvitationFilter,
    get_invitation_row,
    list_invitation_rows,
)
from tellback.web.api.batches import BatchResult, ItemResult, batch
from tellback.web.api.conversations import named
from tellback.web.api.cursors import read_cursor, write_cursor
from tellback.web.api.operations import Call, Operation, Reply, Write, as_json, only
from tellback.web.api.problems import pointer
from tellback.web.api.shapes import Cursor, Id, Items, Label, Moment, Reference, Size, moment
from tellback.web.api.views import InvitationView, invitation_view, invitation_views

MOST = 10_000


class DateValue(Struct, forbid_unknown_fields=True):
    """A property that is a date."""

    date: str


Property = str | int | float | bool | list[str | int | float] | DateValue


class Purchase(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What the person bought or did, that they are asked about."""

    at: Moment | None = None
    amount: Annotated[float, Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)] | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None


class InvitationItem(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One ask: of an ``email`` address, or in a ``conversation``, which must be closed.

    The same ``reference`` twice is a duplicate. A conversation takes neither properties nor
    transaction, language or moment.
    """

    survey: Annotated[Label, Meta(description="its key, number or id")]
    email: Annotated[str, Meta(max_length=75)] | None = None
    conversation: (
        Annotated[Reference, Meta(description="an id, number:N or reference:R")] | None
    ) = None
    reference: Reference | None = None
    language: Annotated[str, Meta(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    send_at: Moment | None = None
    properties: dict[str, Property] = {}
    transaction: Purchase | None = None


class InvitationPage(Struct):
    """A page of invitations, the newest request first. Without ``next`` it is the last."""

    items: list[InvitationView]
    next: str | None


class Filter(Struct, forbid_unknown_fields=True):
    """Which invitations are wanted. A page may be short and still have a next one."""

    survey: Label | None = None
    wire: Label | None = None
    channel: Label | None = None
    state: State | None = None
    address: Label | None = None
    contact: Id | None = None
    conversation: Id | None = None
    since: Moment | None = None
    until: Moment | None = None
    after: Cursor | None = None
    size: Size = 100


async def ask(call: Call) -> Write:
    """Ask people."""
    return await batch(call, carry_out, _command, _asked)


async def list_(call: Call) -> Reply:
    """A page of invitations."""
    query: Filter = call.query
    wanted = InvitationFilter(
        survey=query.survey,
        dialect=query.wire,
        channel=query.channel,
        state=query.state,
        address=query.address.lower() if query.address else None,
        contact_id=query.contact,
        conversation_id=query.conversation,
        since=moment(query.since, "since"),
        until=moment(query.until, "until"),
    )
    page = await call.database.read(
        list_invitation_rows, call.project, wanted, read_cursor(query.after), query.size
    )
    items = invitation_views(page.rows, page.surveys)
    return as_json(InvitationPage(items, write_cursor(page.older)))


async def get(call: Call) -> Reply:
    """One invitation."""
    found = await call.database.read(get_invitation_row, call.project, call.params["invitation"])
    return as_json(invitation_view(found.rows[0], found.surveys))


async def cancel(call: Call) -> Write:
    """Take an invitation back that waits to go."""

    def reply(outcomes: list[Any]) -> Reply:
        only(outcomes)
        return Reply(204, content_type=None)

    return Write(cancel_invitations, [(call.project, call.params["invitation"])], reply)


def _command(call: Call, item: InvitationItem, place: int) -> RequestInvitation | AskInConversation:
    if (item.email is None) == (item.conversation is None):
        rule = "needs either an e-mail address or a conversation"
        raise Invalid(Problem(Fault.MISSING, rule, "#"))
    if item.conversation is None:
        return _by_mail(call, item, place)
    for name in ("reference", "language", "send_at", "properties", "transaction"):
        if getattr(item, name):
            rule = "does not apply to an ask in a conversation"
            raise Invalid(Problem(Fault.NOT_APPLICABLE, rule, f"#/{name}"))
    return AskInConversation(NAME, item.survey, named(item.conversation))


def _by_mail(call: Call, item: InvitationItem, place: int) -> RequestInvitation:
    address = normalise_address(item.email)
    if address is None:
        raise Invalid(Problem(Fault.FORMAT, "must be an e-mail address", "#/email"))
    properties, types = _properties(item.properties)
    reference = item.reference or f"{call.request_id}-{place}"
    bought = item.transaction
    return RequestInvitation(
        NAME,
        call.request_id,
        address,
        reference,
        transaction=Transaction(
            reference, moment(bought.at, "#/transaction/at"), bought.amount, bought.currency
        )
        if bought
        else None,
        send_at=moment(item.send_at, "#/send_at"),
        properties=properties or None,
        types=types or None,
        survey=item.survey,
        language=item.language,
    )


def _properties(
    given: dict[str, Property],
) -> tuple[dict[str, PropertyValue], dict[str, PropertyType]]:
    values: dict[str, PropertyValue] = {}
    types: dict[str, PropertyType] = {}
    for name, value in given.items():
        kind = _type(value)
        clean = clean_value(kind, value.date if isinstance(value, DateValue) else value)
        wrong = name_problem(name)
        if wrong is not None or clean is None:
            rule = wrong.message if wrong else f"is no {kind.replace('_', ' ')} that is taken"
            raise Invalid(Problem(Fault.VALUE, rule, pointer(["properties", name])))
        values[name], types[name] = clean, kind
    return values, types


def _type(value: Property) -> PropertyType:
    if isinstance(value, bool):
        return PropertyType.BOOLEAN
    if isinstance(value, str):
        return PropertyType.STRING
    if isinstance(value, DateValue):
        return PropertyType.DATE
    if isinstance(value, list):
        numbers = bool(value) and not any(isinstance(member, str) for member in value)
        return PropertyType.NUMBER_SET if numbers else PropertyType.STRING_SET
    return PropertyType.NUMBER


def _asked(outcome: InvitationRequested | ConversationAsked) -> ItemResult:
    if isinstance(outcome, ConversationAsked):
        return ItemResult(201, outcome.invitation_id, outcome.number)
    return ItemResult(201, outcome.id)


OPERATIONS = (
    Operation(
        "POST",
        "/invitations",
        "request_invitations",
        "Invitations",
        "Ask people, by mail or in their conversations",
        Scope.INGEST,
        ask,
        body=Items,
        item=InvitationItem,
        most_items=MOST,
        reply=BatchResult,
        max_body=32 * MEGABYTE,
    ),
    Operation(
        "GET",
        "/invitations",
        "list_invitations",
        "Invitations",
        "A page of invitations of all wires",
        Scope.READ,
        list_,
        query=Filter,
        reply=InvitationPage,
        refusals=(NotFound,),
    ),
    Operation(
        "GET",
        "/invitations/{invitation}",
        "get_invitation",
        "Invitations",
        "One invitation, and what became of it",
        Scope.READ,
        get,
        reply=InvitationView,
        refusals=(NotFound,),
    ),
    Operation(
        "POST",
        "/invitations/{invitation}/cancel",
        "cancel_invitation",
        "Invitations",
        "Take an invitation back that waits to go",
        Scope.INGEST,
        cancel,
        status=204,
        refusals=(NotFound, NotEligible),
    ),
)
