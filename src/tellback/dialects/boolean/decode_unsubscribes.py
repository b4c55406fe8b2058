"""Reading ``POST /v1/unsubscribes``."""

from msgspec import Raw

from tellback.core.addresses import normalise_address
from tellback.core.commands import UNSUBSCRIBED, Suppress
from tellback.core.errors import Invalid
from tellback.dialects.boolean.items import read_items, read_object, unknown_keys
from tellback.dialects.boolean.problems import address_problem
from tellback.dialects.contract import Call, HttpRequest

_KEYS = frozenset({"$email"})


def decode_unsubscribes(request: HttpRequest) -> Call:
    """The addresses as commands; an item that is wrong as its error."""
    items = read_items(request.body)
    addresses: list[str | None] = []
    commands = [_read(raw, addresses) for raw in items]
    return Call(commands=commands, raw=items, note=addresses)


def _read(raw: Raw, addresses: list[str | None]) -> Suppress | Invalid:
    try:
        item = read_object(raw)
    except Invalid as error:
        addresses.append(None)
        return error
    given = item.get("$email")
    addresses.append(given if isinstance(given, str) else None)
    problems = unknown_keys(item, _KEYS)
    address = normalise_address(given)
    if address is None:
        return Invalid(address_problem(given), *problems)
    if problems:
        return Invalid(*problems)
    return Suppress(address, UNSUBSCRIBED, must_be_known=True)
