"""Moments as this wire's callers write them."""

from datetime import UTC, datetime
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The years that can be printed.
_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999


def read_moment(value: Any) -> int | None:
    """ISO 8601 (without a zone: UTC), ms since the epoch, or ``{"$date": …}``; None otherwise."""
    if isinstance(value, dict):
        value = value.get("$date")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if _EARLIEST <= value <= _LATEST else None
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
    at = since.days * 86_400_000 + since.seconds * 1_000 + since.microseconds // 1_000
    return at if _EARLIEST <= at <= _LATEST else None
