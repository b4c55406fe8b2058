"""The operations of this wire."""

from collections.abc import Callable
from typing import Any

from tellback.dialects.contract import Exchange, HttpReply, Route
from tellback.dialects.rocketchat import (
    config,
    feedback,
    listing,
    messages,
    operations,
    rooms,
    visitors,
    webhook,
)
from tellback.dialects.rocketchat.calls import Decode, from_body, from_query
from tellback.dialects.rocketchat.cors import PREFLIGHT, decode_preflight, encode_preflight
from tellback.dialects.rocketchat.keys import AGENT, WEBHOOK, read_login, read_webhook_token

Encode = Callable[[Exchange, Any], HttpReply]
_ROOT = "/api/v1/livechat"
_MAX_BODY = 256 * 1024


def _of_visitors(method: str, path: str, operation: str, decode: Decode, encode: Encode) -> Route:
    """An operation that asks for nothing but a visitor's token."""
    return Route(method, path, operation, decode, encode, public=True, max_body=_MAX_BODY)


def _of_agents(method: str, path: str, operation: str, decode: Decode, encode: Encode) -> Route:
    """An operation for those who have logged in."""
    roles = frozenset({AGENT})
    return Route(method, path, operation, decode, encode, credential=read_login, roles=roles)


_OPERATIONS = (
    _of_visitors(
        "POST",
        f"{_ROOT}/room.survey",
        operations.SURVEY,
        from_body(feedback.decode_survey),
        feedback.encode_survey,
    ),
    _of_visitors(
        "POST",
        f"{_ROOT}/visitor",
        operations.REGISTER,
        from_body(visitors.decode_registration),
        visitors.encode_registered,
    ),
    _of_visitors(
        "GET",
        f"{_ROOT}/visitor/{{token}}",
        operations.GET_VISITOR,
        from_query(visitors.decode_get),
        visitors.encode_get,
    ),
    _of_visitors(
        "DELETE",
        f"{_ROOT}/visitor/{{token}}",
        operations.DELETE_VISITOR,
        from_query(visitors.decode_deletion),
        visitors.encode_deleted,
    ),
    _of_visitors(
        "POST",
        f"{_ROOT}/visitor.status",
        operations.SET_STATUS,
        from_body(visitors.decode_status),
        visitors.encode_status,
    ),
    _of_visitors(
        "GET",
        f"{_ROOT}/room",
        operations.OPEN,
        from_query(rooms.decode_opening),
        rooms.encode_opened,
    ),
    _of_visitors(
        "POST",
        f"{_ROOT}/room.close",
        operations.CLOSE,
        from_body(rooms.decode_closing),
        rooms.encode_closed,
    ),
    _of_agents(
        "POST",
        f"{_ROOT}/room.closeByUser",
        operations.CLOSE_BY_USER,
        from_body(rooms.decode_closing_by_user),
        rooms.encode_done,
    ),
    _of_agents(
        "GET",
        f"{_ROOT}/rooms",
        operations.LIST_ROOMS,
        from_query(listing.decode_listing),
        listing.encode_listing,
    ),
    _of_visitors(
        "GET",
        f"{_ROOT}/config",
        operations.CONFIG,
        from_query(config.decode_config),
        config.encode_config,
    ),
    _of_visitors(
        "POST",
        f"{_ROOT}/message",
        operations.MESSAGE,
        from_body(messages.decode_message),
        messages.encode_message,
    ),
    _of_visitors(
        "POST",
        f"{_ROOT}/offline.message",
        operations.OFFLINE_MESSAGE,
        from_body(messages.decode_offline_message),
        messages.encode_offline_message,
    ),
    _of_visitors(
        "GET",
        "/api/info",
        operations.INFO,
        from_query(config.decode_info),
        config.encode_info,
    ),
    Route(
        "POST",
        f"{_ROOT}/webhook.receive",
        operations.WEBHOOK,
        from_body(webhook.decode_event),
        rooms.encode_done,
        credential=read_webhook_token,
        roles=frozenset({WEBHOOK}),
    ),
)
ROUTES = (
    *_OPERATIONS,
    *(
        Route("OPTIONS", path, PREFLIGHT, decode_preflight, encode_preflight, public=True)
        for path in dict.fromkeys(route.path for route in _OPERATIONS)
    ),
)
