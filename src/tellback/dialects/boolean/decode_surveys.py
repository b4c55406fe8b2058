"""Reading ``POST /v1/surveys``: each item alone.

Ten thousand items come in one call and nearly all are sound, so an item is first read on a short
path that gives up at the slightest doubt. What it gives up is read again by `judge`, which knows
all the rules and finds everything that is wrong; where both give an answer, it is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Raw

from tellback.core.addresses import normalise_address
from tellback.core.commands import RequestInvitation
from tellback.core.errors import Invalid
from tellback.core.instants import parse_instant
from tellback.core.model import Transaction
from tellback.core.properties import (
    CLEANERS,
    MAX_NUMBER,
    MAX_PROPERTIES,
    PropertyType,
    PropertyValue,
    name_problem,
)
from tellback.dialects.boolean.items import read_items, read_object
from tellback.dialects.boolean.judge import CURRENCIES, MAX_REFERENCE, NAME, judge
from tellback.dialects.boolean.problems import TYPES
from tellback.dialects.boolean.references import automatic_reference
from tellback.dialects.contract import Call, HttpRequest
from tellback.dialects.parsing import choice

_CURRENCIES = frozenset(CURRENCIES)
_NO_TRANSACTION = (None, None, None, None)
_Properties = dict[str, PropertyValue]
_Cleaner = Callable[[object], PropertyValue | None]


class _Item(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The shape of a sound item. An explicit null counts as absent."""

    address: str = msgspec.field(name="$email")
    properties: dict[str, dict[str, Any]] | None = None
    id: str | None = msgspec.field(name="$transaction_id", default=None)
    date: str | int | None = msgspec.field(name="$transaction_date", default=None)
    amount: int | float | None = msgspec.field(name="$transaction_amount", default=None)
    currency: str | None = msgspec.field(name="$transaction_currency", default=None)
    send_at: str | int | None = msgspec.field(name="$send_at", default=None)


_decode = msgspec.json.Decoder(_Item).decode


def decode_surveys(request: HttpRequest) -> Call:
    """The requested surveys as commands; an item that is no object as its error."""
    items = read_items(request.body)
    transactional = choice(request, "transactional", ("true", "false"), "true") == "true"
    reader = _Reader(request.request_id, transactional)
    commands = [reader.read(place, raw) for place, raw in enumerate(items)]
    return Call(commands=commands, raw=items, note=reader.addresses)


@dataclass(slots=True)
class _Reader:
    """Reads the items of one call. ``addresses`` are theirs as they were written.

    ``met`` holds the names that were met, each with its first type; ``types`` those of the
    properties of the item before.
    """

    request_id: str
    transactional: bool
    addresses: list[str | None] = field(default_factory=list)
    met: dict[str, tuple[str, PropertyType, _Cleaner]] = field(default_factory=dict)
    types: dict[str, PropertyType] = field(default_factory=dict)

    def read(self, place: int, raw: Raw) -> RequestInvitation | Invalid:
        """One item, on the short path or else on the long one."""
        try:
            item = _decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._judge(place, raw)
        sound = self._transactional(item) if self.transactional else self._plain(place, item)
        if sound is None:
            return self._judge(place, raw)
        self.addresses.append(item.address)
        return sound

    def _judge(self, place: int, raw: Raw) -> RequestInvitation | Invalid:
        try:
            item = read_object(raw)
        except Invalid as error:
            self.addresses.append(None)
            return error
        given = item.get("$email")
        self.addresses.append(given if isinstance(given, str) else None)
        return judge(item, self.request_id, place, transactional=self.transactional)

    def _transactional(self, item: _Item) -> RequestInvitation | None:
        reference, amount = item.id, item.amount
        if (
            not reference
            or len(reference) > MAX_REFERENCE
            or "\0" in reference
            or amount is None
            or not -MAX_NUMBER <= amount <= MAX_NUMBER
            or item.currency not in _CURRENCIES
        ):
            return None
        at = parse_instant(item.date)
        if at is None:
            return None
        return self._ask(item, reference, Transaction(reference, at, amount, item.currency))

    def _plain(self, place: int, item: _Item) -> RequestInvitation | None:
        if (item.id, item.date, item.amount, item.currency) != _NO_TRANSACTION:
            return None
        return self._ask(item, automatic_reference(self.request_id, place), None)

    def _ask(
        self, item: _Item, reference: str, transaction: Transaction | None
    ) -> RequestInvitation | None:
        address = normalise_address(item.address)
        if address is None:
            return None
        send_at = None
        if item.send_at is not None:
            send_at = parse_instant(item.send_at)
            if send_at is None:
                return None
        properties = types = None
        if item.properties:
            properties = self._properties(item.properties)
            if properties is None:
                return None
            types = self.types
        return RequestInvitation(
            NAME, self.request_id, address, reference, transaction, send_at, properties, types
        )

    def _properties(self, given: dict[str, dict[str, Any]]) -> _Properties | None:
        found: _Properties = {}
        met = self.met
        try:
            for name, tagged in given.items():
                (tag,) = tagged
                first_tag, _, clean = met[name] if name in met else self._meet(name, tag)
                cleaned = clean(tagged[first_tag])
                if cleaned is None:
                    return None
                found[name] = cleaned
        except (ValueError, KeyError):
            # Not exactly one type, none that there is, or no name.
            return None
        # Items of one call mostly carry the same properties, so that they share one table.
        if found.keys() != self.types.keys():
            self.types = {name: met[name][1] for name in found}
        return found if len(found) <= MAX_PROPERTIES else None

    def _meet(self, name: str, tag: str) -> tuple[str, PropertyType, _Cleaner]:
        if name_problem(name):
            raise ValueError(name)
        kind = TYPES[tag]
        met = self.met[name] = (tag, kind, CLEANERS[kind])
        return met
