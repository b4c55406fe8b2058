"""Positions in links."""

import pytest

from tellback.web.dashboard.positions import read_position, write_position

ID = "0123456789abcdef" * 2


def test_a_position_comes_back_as_it_went() -> None:
    assert read_position(write_position((1_795_000_000_000, ID))) == (1_795_000_000_000, ID)
    assert write_position(None) is None


@pytest.mark.parametrize(
    "text",
    [None, "", "-", f"-5-{ID}", f"5-{ID}x", f"5-{ID.upper()}", f"٥-{ID}", f"{'9' * 16}-{ID}"],
)
def test_anything_else_is_the_top(text: str | None) -> None:
    assert read_position(text) is None
