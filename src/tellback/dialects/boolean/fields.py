"""A listed survey: its keys, and which of them are wanted."""

from collections.abc import Callable, Mapping
from typing import Any

from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.instants import format_instant, format_seconds
from tellback.core.reports import InvitationRecord
from tellback.dialects.boolean.references import hyphenated


def _transaction_date(record: InvitationRecord) -> str | None:
    if not record.transactional:
        return format_instant(record.created_at)
    at = record.transaction_at
    return None if at is None else format_seconds(at)


def _plain(amount: float | None) -> float | int | None:
    whole = amount is not None and float(amount).is_integer()
    return int(amount) if whole and amount is not None else amount


def _moment(at: int | None) -> str | None:
    return None if at is None else format_instant(at)


def _feedback(rating: float | None) -> int:
    return 0 if not rating else 1 if rating > 0 else -1


#: Every key, in the order of the vendor's example, with what it is made of.
_KEYS: Mapping[str, Callable[[InvitationRecord], Any]] = {
    "$email": lambda r: r.address,
    "$transaction_id": lambda r: r.reference,
    "$transaction_date": _transaction_date,
    "$transaction_amount": lambda r: _plain(r.transaction_amount),
    "$transaction_currency": lambda r: r.transaction_currency,
    "$transactional": lambda r: r.transactional,
    "$req_id": lambda r: hyphenated(r.request_id),
    "$properties": lambda r: r.properties,
    "$created_at": lambda r: format_instant(r.created_at),
    "$project_id": lambda r: r.project_id,
    "$survey_type": lambda r: r.channel.upper(),
    "$survey_sent": lambda r: r.sent_at is not None,
    "$survey_picked": lambda r: r.claimed_at is not None,
    "$survey_picked_at": lambda r: _moment(r.claimed_at),
    "$message_id": lambda r: r.message_id,
    "$feedback": lambda r: _feedback(r.rating),
    "$survey_sent_at": lambda r: _moment(r.sent_at),
    "$opened_at": lambda r: _moment(r.opened_at),
    "$response_received_at": lambda r: _moment(r.responded_at),
    "$comment": lambda r: r.comment or None,
    "$id": lambda r: r.id,
}
#: Keys that are there only once there is something to say; all others may be null.
_LATER = frozenset(
    {
        "$survey_picked_at",
        "$message_id",
        "$survey_sent_at",
        "$opened_at",
        "$response_received_at",
        "$comment",
    }
)
Fields = frozenset[str]


def read_fields(text: str | None) -> Fields | None:
    """The names of a ``fields`` parameter; None for all fields, `Invalid` for one not known."""
    names = [name.strip() for name in (text or "").split(",")]
    wanted = frozenset(name for name in names if name)
    unknown = sorted(name for name in wanted if not _is_known(name))
    if unknown:
        known = ", ".join([*_KEYS, "properties", "properties.NAME"])
        message = f"{unknown[0][:80]!r} is not one of {known}"
        raise Invalid(Problem(Fault.VALUE, message, "fields"))
    return wanted or None


def survey_item(record: InvitationRecord, fields: Fields | None = None) -> dict[str, Any]:
    """A listed survey, whole or with the wanted fields only."""
    item = {}
    for key, value_of in _KEYS.items():
        if fields is None or key in fields:
            value = value_of(record)
            if value is not None or key not in _LATER:
                item[key] = value
        elif key == "$properties":
            item |= _some_properties(record, fields)
    return item


def _some_properties(record: InvitationRecord, fields: Fields) -> dict[str, Any]:
    if "properties" in fields:
        return {"$properties": record.properties}
    names = [name.partition(".")[2] for name in fields if name.startswith("properties.")]
    if not names:
        return {}
    return {"$properties": {n: value for n, value in record.properties.items() if n in names}}


def _is_known(name: str) -> bool:
    return name in _KEYS or name == "properties" or name.startswith("properties.")
