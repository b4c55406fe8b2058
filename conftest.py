"""What holds for every test, wherever it stands."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import sharding

# No test is timed: on a busy machine a pause of the scheduler would be a failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
sharding.watch()


@pytest.fixture(autouse=True)
def every_statement_names_its_project() -> Iterator[None]:
    """No statement is about all projects by accident."""
    yield
    if found := sharding.take_offences():
        pytest.fail("\n".join(found), pytrace=False)
