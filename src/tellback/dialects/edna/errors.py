"""What goes wrong, in this wire's statuses and its one shape."""

from collections.abc import Callable, Mapping
from typing import Any

from tellback.core.errors import (
    AskingDisabled,
    ContactUnknown,
    ConversationOpen,
    ConversationUnknown,
    CredentialMissing,
    CredentialUnknown,
    Duplicate,
    Internal,
    Invalid,
    NotEligible,
    NotFound,
    NotPermitted,
    Overloaded,
    Problem,
    RateLimited,
    SurveyNotOffered,
    TellbackError,
)
from tellback.dialects.contract import (
    BodyTooLarge,
    Exchange,
    HttpReply,
    MethodNotAllowed,
    UnknownPath,
    UnsupportedMediaType,
    WireError,
)
from tellback.dialects.edna.replies import json_reply

STATUSES: Mapping[type[TellbackError], int] = {
    TellbackError: 400,
    WireError: 400,
    Invalid: 400,
    CredentialMissing: 401,
    CredentialUnknown: 401,
    NotPermitted: 403,
    NotFound: 404,
    UnknownPath: 404,
    MethodNotAllowed: 405,
    NotEligible: 409,
    Duplicate: 409,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    RateLimited: 429,
    Internal: 500,
    Overloaded: 503,
}
#: What the vendor says. The first three are printed in its documents; lower-case "api" is theirs.
_SENTENCES: Mapping[type[TellbackError], str] = {
    AskingDisabled: "Sending surveys via external api is disabled",
    ConversationOpen: "Client has open thread",
    SurveyNotOffered: "Cannot send form {survey} to thread {conversation}",
    ContactUnknown: "Client not found",
    ConversationUnknown: "Thread not found",
    CredentialMissing: "Unauthorized",
    CredentialUnknown: "Unauthorized",
    NotPermitted: "Forbidden",
    UnknownPath: "Not Found",
    MethodNotAllowed: "Method Not Allowed",
    UnsupportedMediaType: "Unsupported Media Type",
}
#: Every refusal has the same headers otherwise.
_HEADERS: Mapping[int, Callable[[Any], tuple[str, str]]] = {
    401: lambda _: ("WWW-Authenticate", "Bearer"),
    405: lambda error: ("Allow", ", ".join(error.allowed)),
}
_LONGEST = 2_000


def encode_error(exchange: Exchange, error: TellbackError) -> HttpReply:
    """Four keys in this order, of which ``code`` is always null."""
    status = _nearest(STATUSES, error)
    body = {
        "method": exchange.request.method,
        "uri": exchange.request.path,
        "code": None,
        "message": _message(error)[:_LONGEST],
    }
    headers = (_HEADERS[status](error),) if status in _HEADERS else ()
    return json_reply(body, status, *headers)


def _message(error: TellbackError) -> str:
    if error.problems:
        return "; ".join(_sentence(problem) for problem in error.problems[:50])
    sentence: str | None = _nearest(_SENTENCES, error)
    if sentence is None:
        return error.message
    if isinstance(error, SurveyNotOffered):
        return sentence.format(survey=error.survey, conversation=error.conversation)
    return sentence


def _sentence(problem: Problem) -> str:
    return f"{problem.field}: {problem.message}" if problem.field else problem.message


def _nearest(table: Mapping[type[TellbackError], Any], error: TellbackError) -> Any:
    """The entry of an error's class or of its nearest base class; None if there is none."""
    return next((table[kind] for kind in type(error).__mro__ if kind in table), None)
