"""A pytest plugin: how tests are spread over processes.

`make test` loads it (``-p tools.pytest_spread``). What a file's tests of one database engine share
is made once, so they go to one process together; and the journeys, which take longest, go first.
Workers that go through pieces of equal length end at about the same time.
"""

import re
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

_ENGINE = re.compile(r"\[(sqlite|postgresql)\b")
_FIRST = "tests/journeys/"


class Spread(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out the tests of a file and an engine at a time, in the order of their collection."""

    def _split_scope(self, nodeid: str) -> str:
        """The name of the piece that a test belongs to."""
        engine = _ENGINE.search(nodeid)
        return nodeid.split("::", 1)[0] + (engine[0] if engine else "")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    """The scheduler of a run in several processes."""
    config.option.loadscopereorder = False
    return Spread(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put first what takes longest, in a worker; a single process is best left in its order."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(_FIRST))
