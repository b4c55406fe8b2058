"""What a call counts against: its key, or else the network that it comes from."""

from collections.abc import Sequence

import pytest

from tellback.core.model import Project
from tellback.core.settings import ProjectSettings
from tellback.dialects.contract import Exchange, HttpRequest, Limit
from tellback.dialects.liveperson import DIALECT
from tellback.dialects.liveperson.keys import KEY, NUMBER, PUBLIC_KEY
from tellback.dialects.liveperson.limits import limits


def counted(
    method: str = "PUT",
    peer: str = "192.0.2.1",
    key: str = PUBLIC_KEY,
    project: str = "p",
    **switches: str,
) -> Sequence[Limit]:
    query = (("appKey", key),)
    request = HttpRequest(method, "/", {"account": "1"}, query, {}, peer, "")
    chosen = {f"liveperson.{name}": value for name, value in switches.items()}
    owner = Project(project, "", "", 0, ProjectSettings(switches=chosen), b"")
    role = NUMBER if key == PUBLIC_KEY else KEY
    return limits(Exchange(request, DIALECT, None, owner, role))


@pytest.mark.parametrize(("method", "calls"), [("PUT", 120), ("POST", 120), ("GET", 600)])
def test_with_the_public_key_a_network_counts(method: str, calls: int) -> None:
    [limit] = counted(method)
    assert (limit.calls, limit.window) == (calls, 60)


def test_networks_projects_and_what_is_done_count_apart() -> None:
    several = [
        *counted(),
        *counted("GET"),
        *counted(project="q"),
        *counted(peer="192.0.2.2"),
        *counted(peer="2001:db8::1"),
    ]
    assert len({limit.key for limit in several}) == len(several)


def test_a_visitor_with_many_addresses_counts_once() -> None:
    assert counted(peer="2001:db8::1") == counted(peer="2001:db8::2")


def test_a_key_of_the_project_s_own_counts_wherever_it_is_used() -> None:
    [limit] = counted(key="a", rate_limits="off")
    assert (limit.calls, limit.window) == (5000, 3600)
    assert counted("GET", key="a", peer="198.51.100.7") == (limit,)
    assert counted(key="b") != counted(key="a")


def test_limits_of_the_public_key_may_be_off() -> None:
    assert counted(rate_limits="off") == ()


def test_before_the_project_is_known_nothing_counts() -> None:
    request = HttpRequest("PUT", "/", {"account": "1"}, (), {}, "192.0.2.1", "")
    assert limits(Exchange(request, DIALECT)) == ()
