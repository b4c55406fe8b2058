"""One application for a whole module of the contract suite, whose tests make their own projects."""

from collections.abc import Iterator

import pytest

from tellback.app import App, build_app
from tellback.dialects.contract import RateState
from tellback.dialects.limits import RateLimiter
from tests.engines import Engine, opened


@pytest.fixture(scope="module")
def shared_app(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The whole application on a database that the tests of a module share."""
    with engine.config(tmp_path_factory.mktemp("data")) as config, opened(config) as database:
        yield build_app(config, database)


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is turned away for knocking too often, whatever a wire's own limits are."""
    state = RateState(limit=1, remaining=1, reset_at=0)
    monkeypatch.setattr(RateLimiter, "count", lambda *_: (True, state))
