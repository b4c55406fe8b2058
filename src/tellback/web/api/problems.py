"""What went wrong, as problem details (RFC 9457)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from tellback.actions.write_once import KeyReused
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
    MalformedBody,
    MethodNotAllowed,
    UnknownPath,
    UnsupportedMediaType,
)
from tellback.web.api.operations import PREFIX, Reply

PROBLEM = "application/problem+json"


class KeyInUse(TellbackError):
    """A call with this idempotency key is being carried out; try again shortly."""


class KeyMalformed(TellbackError):
    """An idempotency key is 1 to 255 printable ASCII characters."""


class NotAcceptable(TellbackError):
    """There is no reply in any media type that the request accepts."""


class QueryInvalid(Invalid):
    """A parameter of the query is wrong."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, its name in the type's address, and its title."""

    status: int
    name: str
    title: str


#: The nearest base class counts.
KINDS: Mapping[type[TellbackError], Kind] = {
    MalformedBody: Kind(400, "malformed", "The request cannot be read"),
    QueryInvalid: Kind(400, "wrong-parameter", "A parameter of the query is wrong"),
    KeyMalformed: Kind(400, "wrong-idempotency-key", "The idempotency key is malformed"),
    CredentialMissing: Kind(401, "key-missing", "A key is needed"),
    CredentialUnknown: Kind(401, "key-unknown", "The key is not known"),
    NotPermitted: Kind(403, "not-permitted", "The key does not allow this"),
    NotFound: Kind(404, "not-found", "There is nothing here by that name"),
    UnknownPath: Kind(404, "unknown-path", "There is nothing at this path"),
    MethodNotAllowed: Kind(405, "method-not-allowed", "This path does not support that method"),
    NotAcceptable: Kind(406, "not-acceptable", "No accepted media type"),
    Duplicate: Kind(409, "conflict", "It is not possible as things stand"),
    NotEligible: Kind(409, "conflict", "It is not possible as things stand"),
    KeyInUse: Kind(409, "idempotency-key-in-use", "The call is being carried out"),
    BodyTooLarge: Kind(413, "too-large", "The request is too large"),
    UnsupportedMediaType: Kind(415, "media-type", "The media type is not supported"),
    Invalid: Kind(422, "invalid", "The request has wrong values"),
    KeyReused: Kind(422, "idempotency-key-reused", "The idempotency key belongs to another call"),
    RateLimited: Kind(429, "too-many", "Too many requests"),
    Internal: Kind(500, "internal", "Something failed on our side"),
    Overloaded: Kind(503, "overloaded", "Too much is waiting already"),
}
_INTERNAL = Kind(500, "internal", "Something failed on our side")
_PLAIN = re.compile(r"[^~/]*\Z")


class Fault(msgspec.Struct, omit_defaults=True):
    """One thing that is wrong: where in the body, or in which parameter, and what."""

    detail: str
    pointer: Annotated[str, msgspec.Meta(description="JSON pointer, as a fragment")] | None = None
    parameter: str | None = None


class ProblemDetails(msgspec.Struct, omit_defaults=True):
    """Problem details (RFC 9457). In a batch, pointers begin at the item."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


def kind_of(error: TellbackError | type[TellbackError]) -> Kind:
    """What kind of problem an error is."""
    of = error if isinstance(error, type) else type(error)
    return next((KINDS[base] for base in of.__mro__ if base in KINDS), _INTERNAL)


def details(error: TellbackError) -> ProblemDetails:
    """An error as problem details."""
    kind = kind_of(error)
    where = "parameter" if isinstance(error, QueryInvalid) else "pointer"
    return ProblemDetails(
        type=f"{PREFIX}/docs#{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=error.message,
        errors=[_fault(problem, where) for problem in error.problems],
    )


def refuse(error: TellbackError) -> Reply:
    """The reply that tells of an error."""
    told = details(error)
    headers: dict[str, str] = {}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, CredentialMissing | CredentialUnknown):
        headers["WWW-Authenticate"] = 'Bearer realm="tellback"'
    if isinstance(error, RateLimited | Overloaded):
        headers["Retry-After"] = str(error.retry_after)
    return Reply(told.status, msgspec.json.encode(told), PROBLEM, headers)


def pointer(parts: Iterable[Any]) -> str:
    """A JSON pointer (RFC 6901) as the fragment of an address."""
    return "#" + "".join(f"/{_escape(str(part))}" for part in parts)


def _escape(part: str) -> str:
    return part if _PLAIN.match(part) else part.replace("~", "~0").replace("/", "~1")


def _fault(problem: Problem, where: str) -> Fault:
    if where == "parameter":
        return Fault(problem.message, parameter=problem.field)
    field = problem.field
    place = field if field is None or field.startswith("#") else pointer([field])
    return Fault(problem.message, pointer=place)
