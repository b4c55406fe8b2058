"""What several tests of mail need."""

import pytest

from tests.mail.smtp_servers import Sink


@pytest.fixture
def sink() -> Sink:
    return Sink()
