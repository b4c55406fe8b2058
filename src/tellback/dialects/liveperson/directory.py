"""Where clients find us: the account's links, and the host of each of its services."""

import re
from collections.abc import Sequence
from typing import Any

from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest, WireError
from tellback.dialects.liveperson.errors import IllegalVersion
from tellback.dialects.liveperson.formats import reply
from tellback.dialects.parsing import Element, write_json

RELATIONS = {
    "self": "",
    "chat-availability": "/chat/availability",
    "chat-available-slots": "/chat/availableSlots",
    "chat-estimatedWaitTime": "/chat/estimatedWaitTime",
    "chat-request": "/chat/request",
    "prechat-survey": "/chat/preSurvey",
    "chat-offline-survey": "/chat/offlineSurvey",
}
#: Those that clients look up.
SERVICES = ("conversationVep", "smt")
_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)


def encode_links(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """The account and its links, without which clients find no survey."""
    request = exchange.request
    account = request.params["account"]
    root = f"{request.base_url}/api/account/{account}"
    links = [(relation, f"{root}{path}") for relation, path in RELATIONS.items()]
    value = {
        "account": {
            "@id": account,
            "link": [{"@href": href, "@rel": relation} for relation, href in links],
        }
    }
    elements = [Element("link", {"rel": relation, "href": href}) for relation, href in links]
    return reply(request, 200, value, Element("account", {"id": account}, elements))


def decode_lookup(request: HttpRequest) -> Call:
    """A service's host; of one version, and for scripts by a callback's name."""
    if request.first("version") != "1.0":
        return Call(refusal=IllegalVersion())
    if not _CALLBACK.fullmatch(_callback(request)):
        return Call(refusal=WireError("The callback must be the name of a function."))
    return Call()


def encode_service(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """The host of one service."""
    value = _service(exchange.request, exchange.request.params["service"])
    return HttpReply(200, write_json(value))


def encode_services(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """The hosts of all services."""
    return HttpReply(200, write_json({"baseURIs": _services(exchange.request)}))


def encode_service_script(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """The host of one service, for a script."""
    found = _service(exchange.request, exchange.request.params["service"])
    return _script(exchange.request, [{**found, "lpServer": found["baseURI"]}])


def encode_services_script(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """The hosts of all services, for a script."""
    return _script(exchange.request, {"baseURIs": _services(exchange.request)})


def _script(request: HttpRequest, data: Any) -> HttpReply:
    body = write_json({"ResultSet": {"lpData": data}})
    # A line separator ends a statement in older scripts, but not in JSON.
    body = body.replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")
    text = b"/**/" + _callback(request).encode() + b"(" + body + b");"
    headers = (("X-Content-Type-Options", "nosniff"),)
    return HttpReply(200, text, "application/javascript", headers)


def _callback(request: HttpRequest) -> str:
    return request.first("cb") or "callback"


def _services(request: HttpRequest) -> list[dict[str, str]]:
    return [_service(request, name) for name in SERVICES]


def _service(request: HttpRequest, name: str) -> dict[str, str]:
    host = request.base_url.partition("://")[2]
    return {"service": name, "account": request.params["account"], "baseURI": host}
