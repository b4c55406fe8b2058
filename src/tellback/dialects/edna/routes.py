"""The operations of this wire."""

from collections.abc import Callable
from typing import Any

from tellback.dialects.contract import (
    Call,
    Exchange,
    HttpReply,
    HttpRequest,
    Route,
    UnsupportedMediaType,
)
from tellback.dialects.edna import clients, sendings, survey, threads
from tellback.dialects.edna.keys import EVERYBODY, INTEGRATOR, token

Decode = Callable[[HttpRequest], Call]
Encode = Callable[[Exchange, Any], HttpReply]
_INTEGRATOR_ONLY = frozenset({INTEGRATOR})


def _route(
    method: str,
    path: str,
    operation: str,
    decode: Decode,
    encode: Encode,
    roles: frozenset[str] = EVERYBODY,
) -> Route:
    return Route(method, path, operation, decode, encode, credential=token, roles=roles)


ROUTES = (
    _route(
        "POST",
        "/api/v1/quality/send",
        "send_survey",
        sendings.decode_sending,
        sendings.encode_done,
    ),
    # Not for operators: it is themselves whom their clients rate.
    _route(
        "POST",
        "/api/v1/quality/answer",
        "answer_survey",
        sendings.decode_answer,
        sendings.encode_done,
        _INTEGRATOR_ONLY,
    ),
    _route(
        "POST",
        "/api/v1/quality",
        "define_survey",
        survey.decode_survey,
        survey.encode_survey,
        _INTEGRATOR_ONLY,
    ),
    _route(
        "GET", "/api/v1/threads/{id}", "get_thread", threads.decode_thread, threads.encode_thread
    ),
    _route(
        "POST",
        "/api/v1/clients/short-info",
        "find_clients",
        clients.decode_clients,
        clients.encode_clients,
    ),
)


def check_head(request: HttpRequest) -> None:
    """Refuse a body that does not say that it is JSON in UTF-8."""
    if request.method == "GET":
        return
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "").partition("charset=")[2]
    kind = media.strip()
    is_json = kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
    if not is_json or charset not in ("", "utf-8", "utf8"):
        raise UnsupportedMediaType
