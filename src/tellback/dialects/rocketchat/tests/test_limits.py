"""What a call counts against: its visitor first, then the address that many share."""

from collections.abc import Sequence
from typing import Any

import pytest

from tellback.core.model import Project
from tellback.core.settings import ProjectSettings
from tellback.dialects.contract import Exchange, HttpRequest, Limit, Route
from tellback.dialects.rocketchat import DIALECT
from tellback.dialects.rocketchat.limits import limits
from tellback.dialects.rocketchat.routes import ROUTES


def counted(
    operation: str, body: bytes = b"", peer: str = "192.0.2.1", **more: Any
) -> Sequence[Limit]:
    route = next(route for route in ROUTES if route.operation == operation)
    return limits(exchange_of(route, body, peer, **more))


def exchange_of(
    route: Route, body: bytes, peer: str, project: str = "p", **switches: str
) -> Exchange:
    request = HttpRequest(
        route.method, route.path, {}, (), {"content-type": "application/json"}, peer, "", body=body
    )
    chosen = {f"rocketchat.{name}": value for name, value in switches.items()}
    owner = Project(project, "", "", 0, ProjectSettings(switches=chosen), b"")
    return Exchange(request, DIALECT, route, owner, "agent", route.decode(request))


def test_a_visitor_first_and_then_the_crowd() -> None:
    mine, crowd = counted("survey_room", b'{"token": "a"}')
    other, same_crowd = counted("survey_room", b'{"token": "b"}')
    assert (mine.calls, mine.window, crowd.calls, crowd.window) == (10, 60, 600, 60)
    assert mine.key != other.key
    assert crowd.key == same_crowd.key
    assert counted("survey_room", b'{"token": "a"}', "198.51.100.7")[0] == mine


@pytest.mark.parametrize(
    ("operation", "body", "calls", "window"),
    [
        ("register_visitor", b'{"visitor": {"token": "a"}}', 5, 60),
        ("close_room", b'{"token": 5}', 10, 60),
        ("leave_offline_message", b'{"email": "a@b.de"}', 1, 5),
    ],
)
def test_operations_have_limits_of_their_own(
    operation: str, body: bytes, calls: int, window: int
) -> None:
    mine, crowd = counted(operation, body)
    assert (mine.calls, mine.window) == (calls, window)
    assert (crowd.calls, crowd.window) == (calls * 60, window)


def test_operations_and_projects_do_not_share() -> None:
    body = b'{"token": "a"}'
    keys = {
        counted("survey_room", body)[0].key,
        counted("close_room", body)[0].key,
        counted("survey_room", body, project="q")[0].key,
    }
    assert len(keys) == 3


def test_who_does_not_say_who_counts_with_the_crowd() -> None:
    assert [limit.calls for limit in counted("survey_room", b"{}")] == [600]


def test_limits_may_be_off_and_keys_have_their_own() -> None:
    assert counted("survey_room", b'{"token": "a"}', rate_limits="off") == ()
    assert counted("preflight") == ()
    [limit] = counted("close_room_by_user", rate_limits="off")
    assert (limit.calls, limit.window) == (5000, 3600)
