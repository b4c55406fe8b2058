"""The limit on guessing."""

from tellback.web.dashboard import attempts
from tellback.web.dashboard.attempts import (
    WINDOW,
    Attempts,
    account_key,
    address_key,
    sign_in_limits,
)
from tests.web.dashboard.people import Clock


def test_tries_run_out_and_come_back() -> None:
    clock = Clock()
    tries = Attempts(clock)
    assert [tries.take({"a": 2}) for _ in range(3)] == [0, 0, WINDOW]
    clock.now += WINDOW - 1
    assert tries.take({"a": 2}) == 1
    clock.now += 1
    assert tries.take({"a": 2}) == 0


def test_every_key_counts_and_the_longest_wait_is_told() -> None:
    clock = Clock()
    tries = Attempts(clock)
    assert tries.take({"a": 1}) == 0
    clock.now += 1000
    assert tries.take({"b": 1, "c": 9}) == 0
    assert tries.take({"a": 1, "b": 1}) == WINDOW
    assert tries.take({"a": 1, "c": 9}) == WINDOW - 1000


def test_a_refused_try_is_not_counted() -> None:
    tries = Attempts(Clock())
    tries.take({"a": 1})
    for _ in range(5):
        tries.take({"a": 1, "b": 2})
    assert tries.take({"b": 2}) == 0


def test_success_takes_its_try_back() -> None:
    tries = Attempts(Clock())
    for _ in range(20):
        assert tries.take({"a": 1}) == 0
        tries.forgive("a")
    tries.forgive("a", "never seen")
    assert tries.take({"a": 1}) == 0
    assert tries.take({"a": 1}) == WINDOW


def test_memory_is_bounded() -> None:
    tries = Attempts(Clock())
    for number in range(attempts._MOST_KEYS + 500):
        tries.take({f"account {number}": 5})
    assert len(tries._seen) == attempts._MOST_KEYS


def test_a_network_of_one_household_is_one_address() -> None:
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:2")
    assert address_key("2001:db8::1") != address_key("2001:db8:0:1::1")
    assert address_key("192.0.2.1") != address_key("192.0.2.2")
    assert address_key("testclient") == "address testclient"


def test_an_account_is_one_however_it_is_written() -> None:
    assert account_key(" Alice@Example.com") == account_key("alice@example.COM ")


def test_who_guesses_wrong_elsewhere_does_not_lock_the_owner_out() -> None:
    tries = Attempts(Clock())
    waits = [tries.take(sign_in_limits("alice@example.com", "192.0.2.1")) for _ in range(11)]
    assert waits == [0] * 10 + [WINDOW]
    assert tries.take(sign_in_limits("alice@example.com", "192.0.2.2")) == 0
    assert tries.take(sign_in_limits("bob@example.com", "192.0.2.1")) == 0


def test_guessing_at_one_account_from_everywhere_ends_too() -> None:
    tries = Attempts(Clock())
    waits = [tries.take(sign_in_limits("alice@example.com", f"192.0.2.{n}")) for n in range(201)]
    assert waits == [0] * 200 + [WINDOW]
