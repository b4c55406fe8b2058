"""Mappings, and the webhook receiver that works by them."""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from tellback.actions.keep_mappings import PutMapping, delete_mappings, put_mappings
from tellback.actions.record_conversations import record_conversations
from tellback.core.conversations import RecordConversation
from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.dialects.contract import MEGABYTE
from tellback.dialects.native import Scope
from tellback.store.conversation_mappings import StoredMapping, find_mapping, list_mappings
from tellback.web.api.batches import BatchResult, batch
from tellback.web.api.conversations import MOST, recorded, recording
from tellback.web.api.mapping import ConversationMapping, conversations_in, map_conversation
from tellback.web.api.operations import Call, Operation, Reply, Write, as_json, only
from tellback.web.api.shapes import Instant, instant

_LONGEST_NAME = 100


class MappingView(Struct):
    """A mapping, and when it was last changed."""

    name: str
    mapping: ConversationMapping
    updated_at: Instant | None


class MappingList(Struct):
    """All mappings of a project, by name."""

    items: list[MappingView]


async def list_(call: Call) -> Reply:
    """All mappings."""
    found = await call.database.read(list_mappings, call.project)
    return as_json(MappingList([_view(one) for one in found]))


async def get(call: Call) -> Reply:
    """One mapping."""
    return as_json(_view(await _find(call)))


async def put(call: Call) -> Write:
    """Keep a mapping under its name."""
    name = call.params["mapping"]
    if len(name) > _LONGEST_NAME or not name.isprintable():
        rule = f"names have 1 to {_LONGEST_NAME} printable characters"
        raise Invalid(Problem(Fault.FORMAT, rule))
    kept = PutMapping(name, msgspec.to_builtins(call.body))

    def reply(outcomes: list[Any]) -> Reply:
        only(outcomes)
        return Reply(204, content_type=None)

    return Write(put_mappings, [(call.project, kept)], reply)


async def delete(call: Call) -> Write:
    """Remove a mapping."""

    def reply(outcomes: list[Any]) -> Reply:
        only(outcomes)
        return Reply(204, content_type=None)

    return Write(delete_mappings, [(call.project, call.params["mapping"])], reply)


async def import_(call: Call) -> Write:
    """Take a webhook's news of conversations."""
    stored = await _find(call)
    mapping = msgspec.convert(stored.definition, ConversationMapping)
    parts = [Raw(msgspec.json.encode(part)) for part in conversations_in(call.body, mapping)]

    def command(_call: Call, part: Any, _place: int) -> RecordConversation:
        return recording(map_conversation(part, mapping))

    return await batch(call, record_conversations, command, recorded, parts)


async def _find(call: Call) -> StoredMapping:
    found = await call.database.read(find_mapping, call.project, call.params["mapping"])
    if found is None:
        raise NotFound
    return found


def _view(one: StoredMapping) -> MappingView:
    mapping = msgspec.convert(one.definition, ConversationMapping)
    return MappingView(one.name, mapping, instant(one.updated_at))


OPERATIONS = (
    Operation(
        "GET",
        "/mappings",
        "list_mappings",
        "Mappings",
        "All mappings, by name",
        Scope.READ,
        list_,
        reply=MappingList,
    ),
    Operation(
        "GET",
        "/mappings/{mapping}",
        "get_mapping",
        "Mappings",
        "One mapping",
        Scope.READ,
        get,
        reply=MappingView,
        refusals=(NotFound,),
    ),
    Operation(
        "PUT",
        "/mappings/{mapping}",
        "put_mapping",
        "Mappings",
        "Say where in a webhook's JSON stands what",
        Scope.MANAGE,
        put,
        body=ConversationMapping,
        status=204,
    ),
    Operation(
        "DELETE",
        "/mappings/{mapping}",
        "delete_mapping",
        "Mappings",
        "Remove a mapping",
        Scope.MANAGE,
        delete,
        status=204,
        refusals=(NotFound,),
    ),
    Operation(
        "POST",
        "/conversations/import/{mapping}",
        "import_conversations",
        "Conversations",
        "Take a webhook's news of conversations, read by a mapping",
        Scope.INGEST,
        import_,
        body=Any,
        item=Any,
        most_items=MOST,
        reply=BatchResult,
        max_body=8 * MEGABYTE,
        refusals=(NotFound,),
    ),
)
