"""What goes wrong, in this wire's statuses and its one shape."""

from collections.abc import Mapping

from tellback.core.errors import (
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
from tellback.dialects.parsing import write_json

#: Status and short name. The vendor's "Duplicate response" also stands for a targeting mismatch.
TABLE: Mapping[type[TellbackError], tuple[int, str]] = {
    TellbackError: (400, "Bad request"),
    Invalid: (400, "Bad request"),
    WireError: (400, "Bad request"),
    NotEligible: (400, "Duplicate response"),
    Duplicate: (400, "Duplicate response"),
    CredentialMissing: (401, "Unauthorized"),
    CredentialUnknown: (401, "Unauthorized"),
    NotPermitted: (403, "Forbidden"),
    NotFound: (404, "Not found"),
    UnknownPath: (404, "Not found"),
    MethodNotAllowed: (405, "Method not allowed"),
    BodyTooLarge: (413, "Payload too large"),
    UnsupportedMediaType: (415, "Unsupported media type"),
    RateLimited: (429, "Too many requests"),
    Internal: (500, "Internal error"),
    Overloaded: (503, "Service unavailable"),
}
STATUSES = {error: status for error, (status, _) in TABLE.items()}

#: The reason is for the project's owner, who finds it in the log of rejected input.
_NOT_ELIGIBLE = (
    "A response of this user was recorded recently, or the user does not match the targeting "
    "conditions of the survey."
)
_OUR_WORDS = {"contact": "userId", "survey": "campaign", "comment": "feedback"}
_LONGEST = 2_000


def encode_error(_exchange: Exchange, error: TellbackError) -> HttpReply:
    """``{"error": short name, "message": what and where}``, whatever went wrong."""
    known = next(kind for kind in type(error).__mro__ if kind in TABLE)
    status, name = TABLE[known]
    body = write_json({"error": name, "message": _message(error)[:_LONGEST]})
    headers: tuple[tuple[str, str], ...] = ()
    if isinstance(error, MethodNotAllowed):
        headers = (("Allow", ", ".join(error.allowed)),)
    elif status == 401:
        headers = (("WWW-Authenticate", "Bearer"),)
    return HttpReply(status, body, headers=headers)


def _message(error: TellbackError) -> str:
    if isinstance(error, NotEligible | Duplicate):
        return _NOT_ELIGIBLE
    if error.problems:
        return "; ".join(_sentence(problem) for problem in error.problems[:50])
    return error.message


def _sentence(problem: Problem) -> str:
    field = _OUR_WORDS.get(problem.field or "", problem.field)
    return f"{field}: {problem.message}" if field else problem.message
