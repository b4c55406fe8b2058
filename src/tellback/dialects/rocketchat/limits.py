"""How often anybody may call: visitors by their token first, so that many can share an address."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from tellback.core.addresses import visitor_network
from tellback.core.settings import Switch
from tellback.dialects.contract import Exchange, Limit
from tellback.dialects.rocketchat import operations
from tellback.dialects.rocketchat.calls import NAME, caller_of
from tellback.dialects.rocketchat.cors import PREFLIGHT

RATE_LIMITS = Switch("rate_limits", ("on", "off"), "whether visitors may only call so often")
#: Calls and seconds, of each visitor and operation.
_USUAL = (10, 60)
_OWN: Mapping[str, tuple[int, int]] = {
    operations.REGISTER: (5, 60),
    operations.OPEN: (5, 60),
    operations.OFFLINE_MESSAGE: (1, 5),
}
#: So many times as often all of one address together.
_CROWD = 60
_HOUR = 3600


def limits(exchange: Exchange) -> Sequence[Limit]:
    """What a call counts against. Who has a key may call as often as any key of the project."""
    route, project, request = exchange.route, exchange.project, exchange.request
    if route is None or project is None or route.operation == PREFLIGHT:
        return ()
    key = f"{NAME} {project.id} {route.operation}"
    if route.credential:
        calls = project.settings.calls_per_hour
        return (Limit(f"{NAME} {project.id} {exchange.role}", calls, _HOUR),)
    if exchange.switch(RATE_LIMITS.name) == "off":
        return ()
    calls, window = _OWN.get(route.operation, _USUAL)
    crowd = Limit(f"{key} from {visitor_network(request.peer)}", calls * _CROWD, window)
    caller = caller_of(exchange)
    if caller is None:
        return (crowd,)
    return (Limit(f"{key} by {_short(caller)}", calls, window), crowd)


def _short(caller: str) -> str:
    """Callers choose their tokens, and may choose long ones."""
    return sha256(caller.encode("utf-8", "surrogatepass")).hexdigest()
