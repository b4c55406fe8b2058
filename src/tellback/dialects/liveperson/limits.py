"""How often anybody may call: with a project's own key, or with no more than the account."""

from collections.abc import Sequence

from tellback.core.addresses import visitor_network
from tellback.core.settings import Switch
from tellback.dialects.contract import Exchange, Limit
from tellback.dialects.liveperson.keys import KEY, read_key
from tellback.dialects.liveperson.retrievals import NAME

RATE_LIMITS = Switch(
    "rate_limits", ("on", "off"), "whether calls without the project's own key are limited"
)
#: Calls in a minute from one address of a visitor, who may share it with others.
_WRITES, _READS = 120, 600
_MINUTE, _HOUR = 60, 3600


def limits(exchange: Exchange) -> Sequence[Limit]:
    """What a call counts against: its key, or else the network that it comes from."""
    project, request = exchange.project, exchange.request
    if project is None:
        return ()
    credential = read_key(request)
    if exchange.role == KEY and credential is not None:
        key = f"{NAME} {credential.secret}"
        return (Limit(key, project.settings.calls_per_hour, _HOUR),)
    if exchange.switch(RATE_LIMITS.name) == "off":
        return ()
    reads = request.method == "GET"
    what, calls = ("reads", _READS) if reads else ("writes", _WRITES)
    network = visitor_network(request.peer)
    return (Limit(f"{NAME} {project.id} {what} from {network}", calls, _MINUTE),)
