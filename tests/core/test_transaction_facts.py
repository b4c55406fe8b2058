"""Days and amounts in writing."""

import pytest

from tellback.core.settings import ProjectSettings
from tellback.core.transaction_facts import amount_text, day_text


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (99.5, "EUR", "99.50"),
        (1200, "JPY", "1200"),
        (0.5, "JPY", "0.50"),
        (9_999_999_999, "USD", "9999999999.00"),
        (-3, None, "-3.00"),
    ],
)
def test_amounts_have_cents_where_there_are_any(
    amount: float, currency: str | None, expected: str
) -> None:
    assert amount_text(amount, currency) == expected


def test_a_day_is_that_of_the_project() -> None:
    midnight = 1_790_035_200_000  # 2026-09-22T00:00:00Z
    assert day_text(midnight, ProjectSettings()) == "2026-09-22"
    assert day_text(midnight, ProjectSettings(time_zone="America/New_York")) == "2026-09-21"
