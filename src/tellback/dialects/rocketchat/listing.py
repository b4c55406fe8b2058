"""``livechat/rooms``: the rooms with all that is known of them, and what was said of each."""

from collections.abc import Mapping
from typing import Any

from tellback.core.conversations import ConversationPage, ListConversations
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest, MalformedBody
from tellback.dialects.parsing import read_json
from tellback.dialects.rocketchat.calls import said
from tellback.dialects.rocketchat.moments import read_moment
from tellback.dialects.rocketchat.records import CUSTOM, encode_room
from tellback.dialects.rocketchat.refusals import Worded, worded
from tellback.dialects.rocketchat.replies import success
from tellback.dialects.rocketchat.schema import MAYBE_TEXT, TEXT, as_text, checked, listing, strict

DEFAULT_COUNT, MAX_COUNT = 50, 100
#: Beyond this there is nothing, and engines have an end to their numbers.
_MAX_OFFSET = 2**31
_NUMBER = {"type": "number", "nullable": True}
_LISTS = ("agents", "tags", "units", "departmentId")
_TEXTS = (
    "sort",
    "query",
    "fields",
    "createdAt",
    "closedAt",
    "customFields",
    "roomName",
    "open",
    "onhold",
    "queued",
)
_PARAMS = strict(
    (),
    count=_NUMBER,
    offset=_NUMBER,
    **dict.fromkeys(_TEXTS, MAYBE_TEXT),
    **dict.fromkeys(_LISTS, listing(TEXT)),
)
_FLAGS = {"true": True, "false": False}
_Range = tuple[int | None, int | None]


def decode_listing(_request: HttpRequest, given: Any) -> Call:
    """``GET livechat/rooms``."""
    lists = {k: v if isinstance(v, list) else [v] for k, v in given.items() if k in _LISTS}
    params = checked(_PARAMS, {**given, **lists})
    size, offset = _page(params)
    query = ListConversations(
        is_open=_FLAGS.get(params.get("open") or ""),
        status=_status(params),
        name=params.get("roomName") or None,
        agents=params.get("agents", ()),
        departments=params.get("departmentId", ()),
        opened=_range("createdAt", params.get("createdAt")),
        closed=_range("closedAt", params.get("closedAt")),
        properties=_custom_fields(params.get("customFields")),
        tags=params.get("tags", ()),
        size=size,
        offset=offset,
        ascending=_is_ascending(params.get("sort")),
    )
    return Call(query=query, note=offset)


def encode_listing(exchange: Exchange, page: ConversationPage) -> HttpReply:
    """One page of rooms."""
    rooms = [encode_room(one.conversation, one.contact, one.responses) for one in page.items]
    return success(exchange, rooms=rooms, count=len(rooms), offset=said(exchange), total=page.total)


def _page(params: Mapping[str, Any]) -> tuple[int, int]:
    count, offset = params.get("count"), params.get("offset") or 0
    size = DEFAULT_COUNT if count is None else int(count) or MAX_COUNT
    return max(1, min(size, MAX_COUNT)), int(max(0, min(offset, _MAX_OFFSET)))


def _status(params: Mapping[str, Any]) -> str | None:
    if params.get("onhold") == "true":
        return "onhold"
    return "queued" if params.get("queued") == "true" else None


def _range(name: str, text: str | None) -> _Range:
    """A range of moments, its end included."""
    value = _object(name, text)
    start, end = (_moment(name, side, value.get(side)) for side in ("start", "end"))
    return start, None if end is None else end + 1


def _moment(name: str, side: str, value: Any) -> int | None:
    if value is None or value == "":
        return None
    at = read_moment(value)
    if at is None:
        rule = f'The "{name}.{side}" query parameter must be a valid date.'
        raise worded(Worded, rule)
    return at


def _custom_fields(text: str | None) -> dict[str, str]:
    given = _object("customFields", text)
    return {
        f"{CUSTOM}{name}": as_text(value)
        for name, value in given.items()
        if not isinstance(value, list | dict)
    }


def _is_ascending(sort: str | None) -> bool:
    """Rooms are sorted by their beginning; other orders are not offered."""
    return _object("sort", sort).get("ts") in (1, "1")


def _object(name: str, text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = read_json(text.encode())
    except MalformedBody:
        value = None
    if not isinstance(value, dict):
        raise worded(Worded, f'The "{name}" query parameter must be a valid JSON.')
    return value
