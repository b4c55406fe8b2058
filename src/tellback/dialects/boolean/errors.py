"""Tables: what goes wrong, as this wire says it."""

from collections.abc import Mapping
from typing import Any

from tellback.core.errors import (
    CredentialMissing,
    CredentialUnknown,
    Duplicate,
    Fault,
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
    HeaderMissing,
    MalformedBody,
    MethodNotAllowed,
    UnknownPath,
    UnsupportedMediaType,
    WireError,
)

GET_SURVEY, UNSUBSCRIBE = "get_survey", "unsubscribe"

STATUSES: Mapping[type[TellbackError], int] = {
    TellbackError: 422,
    WireError: 400,
    MalformedBody: 400,
    HeaderMissing: 400,
    CredentialMissing: 401,
    CredentialUnknown: 401,
    NotPermitted: 403,
    NotFound: 404,
    UnknownPath: 404,
    MethodNotAllowed: 405,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    Invalid: 422,
    Duplicate: 422,
    NotEligible: 422,
    RateLimited: 429,
    Internal: 500,
    Overloaded: 503,
}
#: What the vendor says of a whole call; the rest speaks for itself.
_SENTENCES: Mapping[type[TellbackError], str] = {
    CredentialMissing: "API key not provided.",
    CredentialUnknown: "Invalid API Key.",
    MalformedBody: "Badly formed JSON.",
    UnknownPath: "Non-existent resource is requested.",
    MethodNotAllowed: "Method not allowed.",
    RateLimited: "Too many requests.",
}
_CODES: Mapping[type[TellbackError], int] = {
    MalformedBody: 1001,
    Invalid: 1009,
    Duplicate: 1004,
}
_DEFAULT = 1000
_UNKNOWN_ADDRESS, _UNKNOWN_SURVEY = 1005, 1010
_FAULTS: Mapping[Fault, int] = {
    Fault.FORMAT: 1001,
    Fault.TYPE_CONFLICT: 1002,
    Fault.QUOTA: 1003,
    Fault.DUPLICATE: 1004,
    Fault.MISSING: 1006,
    Fault.ALREADY_DONE: 1007,
    Fault.VALUE: 1009,
    Fault.NOT_APPLICABLE: 1012,
    Fault.UNKNOWN_KEY: 1013,
}
_TITLES: Mapping[int, str] = {
    1000: "Error",
    1001: "Invalid format",
    1002: "Already exists",
    1003: "Quota exceeded",
    1004: "Duplicate request",
    1005: "Email doesn't exist",
    1006: "Required property missing",
    1007: "Email already unsubscribed",
    1009: "Invalid value",
    1010: "Invalid survey id",
    1012: "Invalid survey type",
    1013: "Invalid key",
}
#: What core says in its own words, in the vendor's.
_DETAILS: Mapping[int, str] = {
    1004: "a survey for the same transaction_id was requested before",
    1005: "this email has no previously sent surveys",
    1007: "this email is not mailed any more",
}
#: The key that a problem is about where core knows no keys.
_FIELDS: Mapping[int, str] = {1004: "$transaction_id", 1005: "$email", 1007: "$email"}


def nearest(table: Mapping[type[TellbackError], Any], error: TellbackError) -> Any:
    """The entry of an error's class or of its nearest base class; None if there is none."""
    return next((table[kind] for kind in type(error).__mro__ if kind in table), None)


def coded_errors(error: TellbackError, operation: str) -> list[dict[str, Any]]:
    """An error as this wire lists it: one entry for each problem, or one for the whole."""
    if error.problems:
        return [_coded(problem, operation) for problem in error.problems]
    if isinstance(error, NotFound) and operation == GET_SURVEY:
        return [{"code": _UNKNOWN_SURVEY, "message": "Invalid survey id.", "field": "id"}]
    code = nearest(_CODES, error) or _DEFAULT
    sentence = nearest(_SENTENCES, error)
    if sentence is None:
        return [{"code": code, "message": error.message}]
    detail = f" {error.message}" if isinstance(error, MalformedBody) else ""
    return [{"code": code, "message": sentence + detail}]


def _coded(problem: Problem, operation: str) -> dict[str, Any]:
    if problem.fault is Fault.NOT_FOUND:
        code = _UNKNOWN_ADDRESS if operation == UNSUBSCRIBE else _UNKNOWN_SURVEY
    else:
        code = _FAULTS[problem.fault]
    detail = _DETAILS.get(code, problem.message)
    coded = {"code": code, "message": f"{_TITLES[code]}: {detail}"}
    field = _FIELDS.get(code) if problem.field is None else problem.field
    return coded if field is None else {**coded, "field": field}
