"""All the rules for an item of ``POST /v1/surveys``, and everything that is wrong with it."""

from collections.abc import Mapping
from typing import Any

from tellback.core.addresses import normalise_address
from tellback.core.commands import RequestInvitation
from tellback.core.errors import Fault, Problem
from tellback.core.instants import parse_instant
from tellback.core.model import Transaction
from tellback.core.properties import (
    MAX_PROPERTIES,
    PropertyType,
    PropertyValue,
    clean_number,
    clean_value,
    name_problem,
)
from tellback.dialects.boolean.items import unknown_keys
from tellback.dialects.boolean.problems import (
    TYPES,
    address_problem,
    amount_problem,
    choice_problem,
    date_problem,
    property_problem,
    text_problem,
)
from tellback.dialects.boolean.references import automatic_reference

NAME = "boolean"
CURRENCIES = ("INR", "USD", "EUR", "JPY", "GBP", "CNY")
MAX_REFERENCE = 50
TRANSACTION_KEYS = (
    "$transaction_id",
    "$transaction_date",
    "$transaction_amount",
    "$transaction_currency",
)
_KEYS = frozenset({"$email", "properties", "$send_at", *TRANSACTION_KEYS})
_Item = Mapping[str, Any]
_Problems = list[Problem]


def judge(
    item: dict[str, Any], request_id: str, place: int, *, transactional: bool
) -> RequestInvitation:
    """The item as a command that carries all its problems. An explicit null counts as absent."""
    problems: _Problems = []
    address = normalise_address(item.get("$email"))
    if address is None:
        problems.append(address_problem(item.get("$email")))
    transaction = None
    if transactional:
        transaction = _transaction(item, problems)
    else:
        problems += _not_transactional(item)
    send_at = _date(item, "$send_at", problems)
    typed = _properties(item.get("properties"), problems)
    problems += unknown_keys(item, _KEYS)
    reference = transaction.id if transaction else automatic_reference(request_id, place)
    return RequestInvitation(
        dialect=NAME,
        request_id=request_id,
        address=address or "",
        reference=reference,
        transaction=transaction,
        send_at=send_at,
        properties={name: value for name, (_, value) in typed.items()} if typed else None,
        types={name: kind for name, (kind, _) in typed.items()} if typed else None,
        problems=tuple(problems),
    )


def _transaction(item: _Item, problems: _Problems) -> Transaction | None:
    """The transaction, or None where it cannot even be named."""
    for key in TRANSACTION_KEYS:
        if item.get(key) is None:
            required = "is required for transactional surveys"
            problems.append(Problem(Fault.MISSING, required, key))
    reference = _reference(item, problems)
    at = _date(item, "$transaction_date", problems)
    amount = _amount(item, problems)
    currency = _currency(item, problems)
    return None if reference is None else Transaction(reference, at, amount, currency)


def _not_transactional(item: _Item) -> _Problems:
    only = "is supported for transactional surveys only"
    given = [key for key in TRANSACTION_KEYS if item.get(key) is not None]
    return [Problem(Fault.NOT_APPLICABLE, only, key) for key in given]


def _reference(item: _Item, problems: _Problems) -> str | None:
    given = item.get("$transaction_id")
    if given is None:
        return None
    if isinstance(given, str) and 0 < len(given) <= MAX_REFERENCE and "\0" not in given:
        return given
    problems.append(text_problem(given, MAX_REFERENCE, "$transaction_id"))
    return None


def _date(item: _Item, key: str, problems: _Problems) -> int | None:
    given = item.get(key)
    if given is None:
        return None
    at = parse_instant(given)
    if at is None:
        problems.append(date_problem(key))
    return at


def _amount(item: _Item, problems: _Problems) -> float | int | None:
    given = item.get("$transaction_amount")
    if given is None:
        return None
    # Numeric strings are for properties only.
    amount = None if isinstance(given, str) else clean_number(given)
    if amount is None:
        problems.append(amount_problem(given, "$transaction_amount"))
    return amount


def _currency(item: _Item, problems: _Problems) -> str | None:
    given = item.get("$transaction_currency")
    if given is None or given in CURRENCIES:
        return given
    problems.append(choice_problem(given, CURRENCIES, "$transaction_currency"))
    return None


def _properties(
    given: Any, problems: _Problems
) -> dict[str, tuple[PropertyType, PropertyValue]] | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        problems.append(Problem(Fault.FORMAT, "must be an object", "properties"))
        return None
    if len(given) > MAX_PROPERTIES:
        quota = f"at most {MAX_PROPERTIES} properties per project"
        problems.append(Problem(Fault.QUOTA, quota, "properties"))
        return None
    found = {}
    for name, tagged in given.items():
        problem = name_problem(name)
        typed = None if problem else _typed(tagged)
        if typed is not None:
            found[name] = typed
        else:
            problems.append(problem or property_problem(tagged, name))
    return found


def _typed(tagged: Any) -> tuple[PropertyType, PropertyValue] | None:
    if not isinstance(tagged, dict) or len(tagged) != 1:
        return None
    [(tag, value)] = tagged.items()
    kind = TYPES.get(tag)
    cleaned = None if kind is None else clean_value(kind, value)
    return None if kind is None or cleaned is None else (kind, cleaned)
