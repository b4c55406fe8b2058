"""The list of addresses that asked for no more mail."""

from collections.abc import Sequence
from typing import Any

from tellback.core.addresses import normalise_address
from tellback.core.commands import LISTED, UNSUBSCRIBED, ReplaceSuppressions
from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.outcomes import SuppressionsReplaced
from tellback.core.queries import ListSuppressions
from tellback.core.reports import Suppression
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.parsing import write_json
from tellback.dialects.satismeter.fields import Fields

MOST = 100_000
_MAX_ADDRESS = 254
_PATH = "data.attributes.emails"


def decode_list(request: HttpRequest) -> Call:
    """``GET /api/v2/project-unsubscribes/{project}``."""
    query = ListSuppressions((LISTED, UNSUBSCRIBED))
    return Call(query=query, project=request.params["project"])


def encode_list(exchange: Exchange, listed: Sequence[Suppression]) -> HttpReply:
    """A JSON:API document."""
    return _document(exchange, [each.address for each in listed])


def decode_replacement(request: HttpRequest) -> Call:
    """``PATCH /api/v2/project-unsubscribes/{project}``: the owner's list anew.

    Who unsubscribed by their own hand is not on it, and so stays unsubscribed.
    """
    call = Call(project=request.params["project"])
    try:
        addresses = _addresses(Fields(request))
    except Invalid as refusal:
        call.refusal = refusal
        return call
    call.commands = [ReplaceSuppressions(addresses)]
    return call


def encode_replacement(exchange: Exchange, outcomes: Sequence[SuppressionsReplaced]) -> HttpReply:
    """The list as it is now, with those who unsubscribed themselves."""
    return _document(exchange, outcomes[0].addresses)


def _document(exchange: Exchange, addresses: list[str]) -> HttpReply:
    data = {
        "id": exchange.project.id if exchange.project else "",
        "type": "project-unsubscribes",
        "attributes": {"emails": addresses},
    }
    return HttpReply(200, write_json({"data": data}))


def _addresses(fields: Fields) -> list[str]:
    found: Any = fields.values
    for name in _PATH.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, list) or len(found) > MOST:
        raise Invalid(Problem(Fault.FORMAT, f"must be a list of at most {MOST} addresses", _PATH))
    addresses = [normalise_address(each, _MAX_ADDRESS) for each in found]
    problems = [
        Problem(Fault.FORMAT, "must be an e-mail address", f"{_PATH}[{place}]")
        for place, address in enumerate(addresses)
        if address is None
    ]
    if problems:
        raise Invalid(*problems)
    return list(dict.fromkeys(address for address in addresses if address is not None))
