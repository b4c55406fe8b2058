"""A sender is alone only if no other one lives."""

from pathlib import Path

import pytest

from tellback.mail.sole import SoleSender


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sender.lock"


def test_the_first_is_alone_until_it_lets_go(path: Path) -> None:
    first, second = SoleSender(path), SoleSender(path)
    assert (first.held, second.held) == (True, False)
    first.release()
    second.release()
    third = SoleSender(path)
    assert third.held
    third.release()


def test_who_begins_again_beside_another_is_not_alone(path: Path) -> None:
    first, second = SoleSender(path), SoleSender(path)
    assert first.settle()
    assert second.settle()
    first.release()
    third = SoleSender(path)
    assert not third.held, "the second one lives"
    assert third.settle()
    for sender in (second, third):
        sender.release()


def test_nobody_begins_while_another_is_still_alone(path: Path) -> None:
    first, second = SoleSender(path), SoleSender(path)
    assert not second.settle()
    assert first.settle()
    assert second.settle()
    for sender in (first, second):
        sender.release()
