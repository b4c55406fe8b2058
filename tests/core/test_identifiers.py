"""What can be one of our ids."""

import pytest

from tellback.core.identifiers import is_id


def test_thirty_two_hex_digits() -> None:
    assert is_id("018f0d2a3b4c7d5e8f90123456789abc")


@pytest.mark.parametrize("text", ["", "shop", "0" * 31, "0" * 33, "A" * 32, "0" * 32 + "\n"])
def test_nothing_else(text: str) -> None:
    assert not is_id(text)
