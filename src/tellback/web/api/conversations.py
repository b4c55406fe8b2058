"""Conversations: brought along in bulk, closed, looked at."""

from dataclasses import replace
from typing import Annotated, Any

from msgspec import Meta, Struct

from tellback.actions.close_conversations import close_conversations
from tellback.actions.record_conversations import record_conversations
from tellback.core.conversations import (
    CloseConversation,
    Conversation,
    ConversationKey,
    ConversationRecorded,
    GetConversation,
    RecordConversation,
)
from tellback.core.errors import ConversationUnknown, Invalid, NotEligible, NotFound
from tellback.core.identifiers import is_id
from tellback.core.numbering import is_number
from tellback.core.traits import trait_problem
from tellback.dialects.contract import MEGABYTE
from tellback.dialects.native import NAME, Scope
from tellback.store.conversation_pages import ConversationFilter, list_conversation_rows
from tellback.store.conversation_records import get_conversation
from tellback.web.api.batches import BatchResult, ItemResult, batch
from tellback.web.api.cursors import read_cursor, write_cursor
from tellback.web.api.identities import Person, keys_of
from tellback.web.api.operations import Call, Operation, Reply, Write, as_json, only
from tellback.web.api.shapes import (
    Count,
    Cursor,
    Id,
    Instant,
    Items,
    Label,
    Moment,
    Reference,
    Size,
    instant,
    moment,
)

MOST = 1_000
Properties = Annotated[dict[str, Any], Meta(description="the platform's other facts, such as tags")]


class ConversationItem(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """News of a conversation. What is not given stays as it is."""

    reference: Annotated[Reference, Meta(description="its name on its platform")] | None = None
    contact: Person | None = None
    channel: Label | None = None
    first_channel: Label | None = None
    open: bool | None = None
    status: Annotated[Label, Meta(description="the platform's own word")] | None = None
    agent: Label | None = None
    department: Label | None = None
    properties: Properties | None = None
    messages: Count | None = None
    opened_at: Moment | None = None
    closed_at: Moment | None = None
    closed_by: Label | None = None
    last_message_at: Moment | None = None
    changed_at: Annotated[Moment, Meta(description="older news changes nothing")] | None = None


class Closing(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How a conversation ended."""

    closed_by: Label | None = None
    properties: Properties | None = None


class Filter(Struct, forbid_unknown_fields=True):
    """Which conversations are wanted. A page may be short and still have a next one."""

    open: bool | None = None
    wire: Label | None = None
    channel: Label | None = None
    agent: Label | None = None
    department: Label | None = None
    contact: Id | None = None
    opened_since: Moment | None = None
    opened_until: Moment | None = None
    closed_since: Moment | None = None
    closed_until: Moment | None = None
    after: Cursor | None = None
    size: Size = 100


class ConversationView(Struct):
    """A conversation as it is known."""

    id: str
    number: int
    reference: str
    wire: str
    contact_id: str | None
    open: bool
    first_channel: str | None
    channel: str | None
    status: str | None
    agent: str | None
    department: str | None
    properties: dict[str, Any]
    messages: int
    opened_at: Instant | None
    closed_at: Instant | None
    closed_by: str | None
    last_message_at: Instant | None
    updated_at: Instant | None


class ConversationPage(Struct):
    """A page of conversations by when they began. Without ``next`` it is the last."""

    items: list[ConversationView]
    next: str | None


def view(one: Conversation) -> ConversationView:
    """A conversation as it looks outside."""
    return ConversationView(
        id=one.id,
        number=one.number,
        reference=one.reference,
        wire=one.dialect,
        contact_id=one.contact_id,
        open=one.is_open,
        first_channel=one.first_channel,
        channel=one.channel,
        status=one.status,
        agent=one.agent,
        department=one.department,
        properties=dict(one.properties),
        messages=one.messages,
        opened_at=instant(one.opened_at),
        closed_at=instant(one.closed_at),
        closed_by=one.closed_by,
        last_message_at=instant(one.last_message_at),
        updated_at=instant(one.updated_at),
    )


def named(text: str) -> ConversationKey:
    """What a path names: an id, ``number:17`` or ``reference:ABC``; `ConversationUnknown` else."""
    kind, parted, value = text.partition(":")
    if parted and kind == "reference" and value:
        return ConversationKey(reference=value)
    if parted and kind == "number" and is_number(value):
        return ConversationKey(number=int(value))
    if is_id(text):
        return ConversationKey(id=text)
    raise ConversationUnknown


def recording(item: ConversationItem) -> RecordConversation:
    """The command that an item is; `Invalid` says what is wrong with it."""
    keys = keys_of(item.contact.identities, "#/contact/identities") if item.contact else []
    problem = trait_problem(item.properties or {})
    if problem is not None:
        raise Invalid(replace(problem, field="#/properties"))
    return RecordConversation(
        dialect=NAME,
        reference=item.reference,
        contact=keys[0] if keys else None,
        also=tuple(keys[1:]),
        traits=item.contact.traits if item.contact else None,
        channel=item.channel,
        first_channel=item.first_channel,
        is_open=item.open,
        status=item.status,
        agent=item.agent,
        department=item.department,
        properties=item.properties,
        messages=item.messages,
        opened_at=moment(item.opened_at, "#/opened_at"),
        closed_at=moment(item.closed_at, "#/closed_at"),
        closed_by=item.closed_by,
        last_message_at=moment(item.last_message_at, "#/last_message_at"),
        changed_at=moment(item.changed_at, "#/changed_at"),
    )


def recorded(outcome: ConversationRecorded) -> ItemResult:
    """What became of an item."""
    one = outcome.conversation
    status = 201 if outcome.created else 200
    return ItemResult(status, one.id, one.number, one.reference)


async def record(call: Call) -> Write:
    """Create conversations or bring them up to date."""
    return await batch(call, record_conversations, lambda _, item, __: recording(item), recorded)


async def get(call: Call) -> Reply:
    """One conversation."""
    query = GetConversation(named(call.params["conversation"]))
    found = await call.database.read(get_conversation, call.project, query)
    return as_json(view(found.conversation))


async def list_(call: Call) -> Reply:
    """A page of conversations."""
    query: Filter = call.query
    wanted = ConversationFilter(
        is_open=query.open,
        dialect=query.wire,
        channel=query.channel,
        agent=query.agent,
        department=query.department,
        contact_id=query.contact,
        opened_since=moment(query.opened_since, "opened_since"),
        opened_until=moment(query.opened_until, "opened_until"),
        closed_since=moment(query.closed_since, "closed_since"),
        closed_until=moment(query.closed_until, "closed_until"),
    )
    page = await call.database.read(
        list_conversation_rows, call.project, wanted, read_cursor(query.after), query.size
    )
    items = [view(one) for one in page.conversations]
    return as_json(ConversationPage(items, write_cursor(page.older)))


async def close(call: Call) -> Write:
    """Close a conversation."""
    closing: Closing = call.body
    command = CloseConversation(
        named(call.params["conversation"]),
        closed_by=closing.closed_by,
        properties=closing.properties,
    )

    def reply(outcomes: list[Any]) -> Reply:
        return as_json(view(only(outcomes).conversation))

    return Write(close_conversations, [(call.project, command)], reply)


OPERATIONS = (
    Operation(
        "POST",
        "/conversations",
        "record_conversations",
        "Conversations",
        "Create conversations, or bring them up to date, by their references",
        Scope.INGEST,
        record,
        body=Items,
        item=ConversationItem,
        most_items=MOST,
        reply=BatchResult,
        max_body=8 * MEGABYTE,
    ),
    Operation(
        "GET",
        "/conversations",
        "list_conversations",
        "Conversations",
        "A page of conversations of all wires, by when they began",
        Scope.READ,
        list_,
        query=Filter,
        reply=ConversationPage,
    ),
    Operation(
        "GET",
        "/conversations/{conversation}",
        "get_conversation",
        "Conversations",
        "One conversation, by id, as `number:17`, or as `reference:ABC`",
        Scope.READ,
        get,
        reply=ConversationView,
        refusals=(NotFound,),
    ),
    Operation(
        "POST",
        "/conversations/{conversation}/close",
        "close_conversation",
        "Conversations",
        "Close a conversation",
        Scope.INGEST,
        close,
        body=Closing,
        reply=ConversationView,
        refusals=(NotFound, NotEligible),
    ),
)
