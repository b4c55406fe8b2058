"""The operations of this wire, each at a plain path and at those that name a format."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tellback.dialects.contract import (
    KILOBYTE,
    Call,
    Credential,
    Exchange,
    HttpReply,
    HttpRequest,
    Route,
)
from tellback.dialects.liveperson import chats, directory, retrievals, submissions
from tellback.dialects.liveperson.errors import IllegalVersion
from tellback.dialects.liveperson.keys import KEY, read_account, read_key

Decode = Callable[[HttpRequest], Call]
Encode = Callable[[Exchange, Any], HttpReply]
Operation = tuple[str, str, Decode, Encode]
#: Longer paths first, so that no format is taken for a part of the account's number.
SUFFIXES = (".json", ".xml", "")
_ACCOUNT = "/api/account/{account}"
_CHAT = f"{_ACCOUNT}/chat"
_DIRECTORY = "/csdr/account/{account}/service"
_MAX_BODY = 256 * KILOBYTE


def method(request: HttpRequest) -> str:
    """The method that is meant: PUT comes as POST with a header that says so."""
    override = request.headers.get("x-http-method-override", "").strip().upper()
    return override if request.method == "POST" and override else request.method


def _versioned(request: HttpRequest, decode: Decode) -> Call:
    return decode(request) if request.first("v") == "1" else Call(refusal=IllegalVersion())


def _any_account(request: HttpRequest) -> Credential:
    """The first call of a client may come without a key; but a wrong one is wrong."""
    return read_key(request) or read_account(request)


def _resource(
    path: str,
    *operations: Operation,
    credential: Callable[[HttpRequest], Credential | None] = read_key,
    roles: frozenset[str] = frozenset(),
) -> tuple[Route, ...]:
    return tuple(
        Route(
            verb,
            path + suffix,
            operation,
            partial(_versioned, decode=decode),
            encode,
            credential=credential,
            roles=roles,
            max_body=_MAX_BODY,
        )
        for suffix in SUFFIXES
        for verb, operation, decode, encode in operations
    )


def _survey(kind: str, name: str, submit: Decode) -> tuple[Operation, ...]:
    """A survey to get and to post. The vendor's heading says POST, its note PUT: it is both."""
    retrieve = retrievals.decode_retrieval, retrievals.encode_survey(kind)
    store = submit, submissions.encode_stored
    return (
        ("GET", f"get_{name}", *retrieve),
        ("PUT", f"submit_{name}", *store),
        ("POST", f"post_{name}", *store),
    )


def _lookup(path: str, operation: str, encode: Encode) -> Route:
    return Route("GET", path, operation, directory.decode_lookup, encode, credential=read_account)


_PRE_SURVEY: Operation = (
    "GET",
    "get_prechat_survey",
    retrievals.decode_retrieval,
    retrievals.encode_survey(retrievals.PRE_CHAT),
)
_FIGURES = {
    "availability": ("get_availability", chats.encode_availability),
    "estimatedWaitTime": ("get_estimated_wait_time", chats.encode_waiting_time),
    "availableSlots": ("get_available_slots", chats.encode_slots),
}

ROUTES = (
    *_resource(
        _ACCOUNT,
        ("GET", "get_account", chats.decode_nothing, directory.encode_links),
        credential=_any_account,
    ),
    *_resource(
        f"{_CHAT}/offlineSurvey",
        *_survey(retrievals.OFFLINE, "offline_survey", submissions.decode_offline),
    ),
    *_resource(f"{_CHAT}/preSurvey", _PRE_SURVEY),
    # As the vendor's documents print it.
    *_resource(f"{_CHAT}//preSurvey", _PRE_SURVEY),
    *_resource(
        f"{_CHAT}/{{chat}}/exitSurvey",
        *_survey(retrievals.EXIT, "exit_survey", submissions.decode_exit),
    ),
    *_resource(
        f"{_ACCOUNT}/agentSession/{{session}}/chat/{{chat}}/survey",
        *_survey(retrievals.AGENT, "agent_survey", submissions.decode_agent),
        roles=frozenset({KEY}),
    ),
    *_resource(
        f"{_CHAT}/request",
        ("POST", "request_chat", chats.decode_request, chats.encode_requested),
    ),
    *(
        route
        for path, (operation, encode) in _FIGURES.items()
        for route in _resource(f"{_CHAT}/{path}", ("GET", operation, chats.decode_nothing, encode))
    ),
    # Last, since the others would do for a chat's name.
    *_resource(f"{_CHAT}/{{chat}}", ("GET", "get_chat", chats.decode_chat, chats.encode_chat)),
    _lookup(
        f"{_ACCOUNT}/service/{{service}}/baseURI.json", "find_service", directory.encode_service
    ),
    _lookup(f"{_DIRECTORY}/{{service}}/baseURI.json", "find_service", directory.encode_service),
    _lookup(f"{_DIRECTORY}/baseURI.json", "list_services", directory.encode_services),
    _lookup(
        f"{_DIRECTORY}/{{service}}/baseURI.lpCsds",
        "find_service_by_script",
        directory.encode_service_script,
    ),
    _lookup(
        f"{_DIRECTORY}/baseURI.lpCsds", "list_services_by_script", directory.encode_services_script
    ),
)
