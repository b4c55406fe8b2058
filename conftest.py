"""What holds for every test, wherever it stands."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests import sharding

ENGINES = ("sqlite", "postgresql")

# No test is timed: on a busy machine a pause of the scheduler would be a failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
sharding.watch()
# Drawing frames and values around a traceback takes longer than most tests.
_PLAIN = structlog.dev.ConsoleRenderer(
    colors=False, exception_formatter=structlog.dev.plain_traceback
)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _PLAIN])


@pytest.fixture(autouse=True)
def every_statement_names_its_project() -> Iterator[None]:
    """No statement is about all projects by accident."""
    yield
    if found := sharding.take_offences():
        pytest.fail("\n".join(found), pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run be confined to an engine."""
    parser.addoption(
        "--engine", choices=ENGINES, help="run the tests of a database on this engine only"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of a database, however it comes by it, on every engine that it is for."""
    if "engine" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("engine")
    only = metafunc.definition.get_closest_marker("engine")
    names = [name for name in ENGINES if chosen in (None, name)]
    names = [name for name in names if only is None or name in only.args]
    metafunc.parametrize("engine", names, indirect=True, scope="session")
