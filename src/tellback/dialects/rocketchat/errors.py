"""What goes wrong, as this wire says it: almost always with 400, and in one of several forms."""

from collections.abc import Mapping
from typing import Any

from tellback.core.errors import (
    ClosingDisabled,
    ContactUnknown,
    ConversationClosed,
    ConversationOpen,
    ConversationUnknown,
    CredentialMissing,
    CredentialUnknown,
    Internal,
    Invalid,
    NotFound,
    NotPermitted,
    Overloaded,
    RateLimited,
    TellbackError,
)
from tellback.core.settings import Switch
from tellback.dialects.contract import (
    BodyTooLarge,
    Exchange,
    HttpReply,
    MethodNotAllowed,
    UnknownPath,
    UnsupportedMediaType,
)
from tellback.dialects.rocketchat import operations
from tellback.dialects.rocketchat.refusals import BadParams, TokenEmpty, Worded
from tellback.dialects.rocketchat.replies import reply

BRACKETED, BARE = "bracketed", "bare"
ERRORS = Switch(
    "errors",
    (BRACKETED, BARE),
    "how errors are written: [invalid-token], as of old, or invalid-token, as by newer servers",
)

STATUSES: Mapping[type[TellbackError], int] = {
    TellbackError: 400,
    CredentialMissing: 401,
    CredentialUnknown: 401,
    NotPermitted: 403,
    UnknownPath: 404,
    MethodNotAllowed: 405,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    RateLimited: 429,
    Internal: 500,
    Overloaded: 503,
}

#: The vendor's codes. Of an operation's own, the one under its name counts.
_CODES: Mapping[type[TellbackError], str] = {
    ContactUnknown: "invalid-token",
    ConversationUnknown: "invalid-room",
    ConversationClosed: "room-closed",
    ClosingDisabled: "error-not-allowed-to-close-conversation",
    NotFound: "invalid-livechat-config",
}
_CODES_OF: Mapping[tuple[str, type[TellbackError]], str] = {
    (operations.SURVEY, Invalid): "invalid-data",
    (operations.MESSAGE, Invalid): "message-length-exceeds-character-limit",
    (operations.CLOSE_BY_USER, ConversationUnknown): "error-invalid-room",
    (operations.CLOSE_BY_USER, ConversationClosed): "error-room-closed",
}
#: Those of which the vendor tells a reason before the code, in all its versions.
_REASONED: Mapping[tuple[str | None, type[TellbackError]], tuple[str, str]] = {
    (None, ConversationOpen): (
        "Cannot remove visitors with opened rooms",
        "visitor-has-open-rooms",
    ),
    (operations.REGISTER, Invalid): (
        "Error registering visitor",
        "error-livechat-visitor-registration",
    ),
}
#: Their codes are in brackets in all versions.
_ALWAYS_BRACKETED = frozenset(
    {operations.GET_VISITOR, operations.DELETE_VISITOR, operations.SET_STATUS}
)
_LOGIN = "You must be logged in to do this."
_NOT_SENT = "Error sending Omnichannel offline message"
_NOT_FOUND = "Resource not found"
_LONGEST = 2_000


def encode_error(exchange: Exchange, error: TellbackError) -> HttpReply:
    """Anything that went wrong."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    further: tuple[tuple[str, str], ...] = ()
    if isinstance(error, MethodNotAllowed):
        further = (("Allow", ", ".join(error.allowed)),)
    return reply(exchange, status, _body(exchange, error), further)


def _body(exchange: Exchange, error: TellbackError) -> dict[str, Any]:
    bare = exchange.switch(ERRORS.name) == BARE
    if isinstance(error, CredentialMissing | CredentialUnknown):
        return _unauthenticated(exchange, error)
    if isinstance(error, NotPermitted):
        return _failure("forbidden" if bare else "unauthorized")
    if isinstance(error, RateLimited):
        return _failure(_too_many(error.retry_after))
    return _refusal(exchange, error, bare=bare)


def _refusal(exchange: Exchange, error: TellbackError, *, bare: bool) -> dict[str, Any]:
    operation = exchange.route.operation if exchange.route else ""
    if isinstance(error, BadParams):
        return _bad_params(operation, error.message)
    if isinstance(error, Worded):
        return _failure(error.message)
    if isinstance(error, TokenEmpty):
        failure = _with_reason("Token cannot be empty", "error-invalid-token")
        return {**failure, "details": {"method": "livechat/visitor"}}
    for kind in type(error).__mro__:
        reason = _REASONED.get((operation, kind)) or _REASONED.get((None, kind))
        if reason:
            return _with_reason(*reason)
        code = _CODES_OF.get((operation, kind)) or _CODES.get(kind)
        if code:
            bracketed = not bare or operation in _ALWAYS_BRACKETED
            return _failure(f"[{code}]" if bracketed else code, code)
    if operation == operations.OFFLINE_MESSAGE and isinstance(error, Invalid):
        return _failure(_NOT_SENT)
    return _failure(_NOT_FOUND if isinstance(error, UnknownPath) else error.message)


def _bad_params(operation: str, message: str) -> dict[str, Any]:
    if operation in operations.TYPED:
        return _failure(message, "error-invalid-params")
    return _failure(f"{message} [invalid-params]", "invalid-params")


def _with_reason(reason: str, code: str) -> dict[str, Any]:
    return _failure(f"{reason} [{code}]", code)


def _failure(message: str, code: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"success": False, "error": message[:_LONGEST]}
    return {**body, "errorType": code} if code else body


def _unauthenticated(exchange: Exchange, error: TellbackError) -> dict[str, Any]:
    """The form of version 7, which has all members of the older and of the newer one.

    Whose switch counts is not known while nobody is.
    """
    public = exchange.route is not None and exchange.route.public
    # A visitor has nothing to log in with: what lacks is the name of the project.
    message = error.message if public else _LOGIN
    return {"status": "error", "message": message, **_failure(message)}


def _too_many(seconds: int) -> str:
    return (
        f"Error, too many requests. Please slow down. You must wait {seconds} seconds before "
        "trying this endpoint again. [error-too-many-requests]"
    )
