"""Refused input: what of a request is kept, and how the log of it is searched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

#: What decoders go by, besides the path and the body. Never a credential, never a cookie.
KEPT_HEADERS = (
    "content-type",
    "accept",
    "accept-language",
    "user-agent",
    "x-http-method-override",
)


class RejectionKind(StrEnum):
    """Whether nothing was taken, or all but a part of it."""

    REFUSED = "refused"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class RejectionFilter:
    """Which entries of the log to list; what is None does not matter.

    ``text`` stands somewhere in the reason, in whatever case. ``since`` and ``until`` are ms: from
    that moment on, and before that moment. ``settled``: whether a replay of it has succeeded.
    """

    dialect: str | None = None
    operation: str | None = None
    text: str | None = None
    since: int | None = None
    until: int | None = None
    settled: bool | None = None
    kind: RejectionKind | None = None


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Those headers of a request that are kept with it; their names are in lower case."""
    return {name: headers[name] for name in KEPT_HEADERS if name in headers}


def kept_query(query: Iterable[tuple[str, str]], secret: frozenset[str]) -> str:
    """A query without the parameters that carry secrets, whose names are in lower case."""
    return urlencode([(name, value) for name, value in query if name.lower() not in secret])
