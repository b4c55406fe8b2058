"""One application for a whole module of the contract suite, whose tests make their own projects."""

from collections.abc import Iterator

import pytest

from tellback.app import App, build_app, open_database
from tellback.config import Config
from tellback.dialects.contract import RateState
from tellback.dialects.limits import RateLimiter


@pytest.fixture(scope="module")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The whole application on a database that the tests of a module share."""
    config = Config(data=tmp_path_factory.mktemp("data"), port=0)
    database = open_database(config)
    yield build_app(config, database)
    database.close()


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is turned away for knocking too often, whatever a wire's own limits are."""
    state = RateState(limit=1, remaining=1, reset_at=0)
    monkeypatch.setattr(RateLimiter, "count", lambda *_: (True, state))
