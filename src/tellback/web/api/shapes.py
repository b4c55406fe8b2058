"""The small things that bodies are made of, and how they look outside."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta, Raw, Struct

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.instants import format_instant

#: Texts that a column holds. Nothing that is meant to be read by people is longer.
Label = Annotated[str, Meta(min_length=1, max_length=200)]
Reference = Annotated[str, Meta(min_length=1, max_length=255)]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339, with a zone")]
Instant = Annotated[
    str, Meta(description="RFC 3339 in UTC", extra_json_schema={"format": "date-time"})
]
Named = Annotated[
    str, Meta(min_length=1, max_length=255, description="an id, number:N or reference:R")
]
Id = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Size = Annotated[int, Meta(ge=1, le=500, description="how many items a page has at most")]
Cursor = Annotated[str, Meta(max_length=100, description="`next` of the page before")]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Items(Struct, forbid_unknown_fields=True):
    """A batch. Each item is judged alone: one that is refused never stops its neighbours."""

    #: Read one by one, so that one of a wrong form never stops its neighbours.
    items: list[Raw]


def moment(at: datetime | None, field: str) -> int | None:
    """A point in time in ms since the epoch; `Invalid` outside the years 1970 to 9999."""
    if at is None:
        return None
    if not _EPOCH <= at < _LAST:
        raise Invalid(Problem(Fault.VALUE, "years are 1970 to 9999", field))
    return (at - _EPOCH) // _MILLISECOND


def instant(at: int | None) -> str | None:
    """A point in time as it looks outside."""
    return None if at is None else format_instant(at)
