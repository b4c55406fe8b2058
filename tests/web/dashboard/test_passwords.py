"""Passwords are hashed slowly, and checking against nobody takes as long."""

import statistics
import time

import pytest

from tellback.web.dashboard.passwords import NOBODYS, Passwords
from tests.web.dashboard.people import PASSWORD, PASSWORD_HASH


@pytest.fixture
def passwords() -> Passwords:
    return Passwords()


async def test_a_password_fits_its_own_hash_only(passwords: Passwords) -> None:
    assert await passwords.match(PASSWORD_HASH, PASSWORD)
    assert not await passwords.match(PASSWORD_HASH, PASSWORD + " ")
    assert not await passwords.match(None, PASSWORD)
    assert not await passwords.match("no hash at all", PASSWORD)


async def test_the_same_password_hashes_differently(passwords: Passwords) -> None:
    hashed = await passwords.hash(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert hashed != PASSWORD_HASH
    assert await passwords.match(hashed, PASSWORD)


async def test_it_does_not_matter_how_a_keyboard_composes(passwords: Passwords) -> None:
    hashed = await passwords.hash("Gru\u0308\u00dfe an alle")
    assert await passwords.match(hashed, "Gr\u00fc\u00dfe an alle")


def test_nobodys_hash_is_made_as_all_others(passwords: Passwords) -> None:
    assert not passwords.hasher.check_needs_rehash(NOBODYS)


async def test_checking_against_nobody_takes_as_long(passwords: Passwords) -> None:
    async def seconds(password_hash: str | None) -> float:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            await passwords.match(password_hash, "a wrong guess")
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    assert await seconds(None) > 0.3 * await seconds(PASSWORD_HASH)
