"""One sender at a time may call itself alone."""

from pathlib import Path

from tellback.mail.sole import SoleSender


def test_the_first_is_alone_until_it_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "sender.lock"
    first, second = SoleSender(path), SoleSender(path)
    assert (first.held, second.held) == (True, False)
    first.release()
    second.release()
    third = SoleSender(path)
    assert third.held
    third.release()
