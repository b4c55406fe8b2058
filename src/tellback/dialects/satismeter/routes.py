"""The operations of this wire."""

from collections.abc import Callable
from typing import Any

from tellback.dialects.contract import (
    MEGABYTE,
    Call,
    Exchange,
    HttpReply,
    HttpRequest,
    Route,
)
from tellback.dialects.satismeter import exports, submissions, unsubscribes, users, v3
from tellback.dialects.satismeter.keys import READ, WRITE, read_key

Decode = Callable[[HttpRequest], Call]
Encode = Callable[[Exchange, Any], HttpReply]
_V3 = "/api/v3/projects/{project}"
_UNSUBSCRIBES = "/api/v2/project-unsubscribes/{project}"


def _public(method: str, path: str, operation: str, decode: Decode, encode: Encode) -> Route:
    """An operation whose key stands in its body."""
    return Route(method, path, operation, decode, encode, roles=frozenset({WRITE}))


def _secret(
    method: str,
    path: str,
    operation: str,
    decode: Decode,
    encode: Encode,
    *,
    roles: frozenset[str] = frozenset({READ}),
    keyed_body: bool = False,
    max_body: int = MEGABYTE,
) -> Route:
    """An operation whose key stands in its head, or with ``keyed_body`` in either."""
    return Route(
        method,
        path,
        operation,
        decode,
        encode,
        credential=read_key,
        keyed_body=keyed_body,
        roles=roles,
        max_body=max_body,
    )


ROUTES = (
    *(
        route
        for path in ("/api/responses", "/api/responses/")
        for route in (
            _public(
                "POST",
                path,
                "submit_response",
                submissions.decode_submission,
                submissions.encode_created,
            ),
            _secret("GET", path, "list_responses", exports.decode_list, exports.encode_list),
        )
    ),
    _public(
        "PUT",
        "/api/responses/{id}",
        "continue_response",
        submissions.decode_continuation,
        submissions.encode_continued,
    ),
    _secret("GET", "/api/responses/{id}", "get_response", exports.decode_one, exports.encode_one),
    _public(
        "POST", "/api/widget", "check_ask", submissions.decode_widget, submissions.encode_widget
    ),
    _secret(
        "POST",
        "/api/users",
        "tell_of_user",
        users.decode_user,
        users.encode_user_stored,
        roles=frozenset({READ, WRITE}),
        keyed_body=True,
    ),
    _secret("GET", "/api/users", "list_users", users.decode_list, users.encode_list),
    _secret(
        "DELETE", "/api/users/{id}", "delete_user", users.decode_deletion, users.encode_deletion
    ),
    _secret(
        "GET",
        "/api/v2/response-statistics",
        "count_responses",
        exports.decode_statistics,
        exports.encode_statistics,
    ),
    _secret(
        "GET",
        _UNSUBSCRIBES,
        "list_unsubscribes",
        unsubscribes.decode_list,
        unsubscribes.encode_list,
    ),
    _secret(
        "PATCH",
        _UNSUBSCRIBES,
        "replace_unsubscribes",
        unsubscribes.decode_replacement,
        unsubscribes.encode_replacement,
        max_body=8 * MEGABYTE,
    ),
    _secret("GET", _V3, "v3_get_project", v3.decode_project, v3.encode_project),
    _secret(
        "GET", f"{_V3}/campaigns", "v3_list_campaigns", v3.decode_campaigns, v3.encode_campaigns
    ),
    _secret(
        "GET",
        f"{_V3}/campaigns/{{campaign}}",
        "v3_get_campaign",
        v3.decode_campaigns,
        v3.encode_campaign_alone,
    ),
    _secret(
        "GET", f"{_V3}/responses", "v3_list_responses", v3.decode_responses, v3.encode_responses
    ),
    _secret(
        "GET",
        f"{_V3}/campaigns/{{campaign}}/responses",
        "v3_list_campaign_responses",
        v3.decode_responses,
        v3.encode_responses,
    ),
    _secret(
        "GET",
        f"{_V3}/campaigns/{{campaign}}/statistics",
        "v3_count_responses",
        v3.decode_statistics,
        v3.encode_statistics,
    ),
)
