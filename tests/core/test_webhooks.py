"""Where webhooks may go, and when they are tried again."""

import base64

import pytest

from tellback.core.instants import DAY, HOUR, MINUTE, SECOND
from tellback.core.webhooks import is_forbidden, is_webhook_url, told_again_at, write_secret

NOW = 1_700_000_000_000
STANDARD = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR]
STANDARD += [20 * HOUR, 24 * HOUR]


@pytest.mark.parametrize(("attempts", "delay"), list(enumerate(STANDARD, start=1)))
def test_it_is_tried_again_by_the_standard_schedule(attempts: int, delay: int) -> None:
    at = told_again_at("event", attempts, NOW)
    assert at is not None
    assert NOW + 0.8 * delay <= at <= NOW + 1.2 * delay


def test_after_the_last_attempt_it_has_failed() -> None:
    assert told_again_at("event", 10, NOW) is None


def test_what_failed_together_does_not_come_back_together() -> None:
    assert len({told_again_at(f"event {n}", 9, NOW) for n in range(20)}) > 15
    assert told_again_at("event", 9, NOW) == told_again_at("event", 9, NOW)


def test_all_attempts_take_about_three_days() -> None:
    assert 3 * DAY < sum(STANDARD) < 4 * DAY


def test_a_secret_is_written_as_receivers_know_it() -> None:
    text = write_secret(b"k" * 32)
    assert text.startswith("whsec_")
    assert base64.b64decode(text.removeprefix("whsec_")) == b"k" * 32


@pytest.mark.parametrize(
    "url",
    [
        "https://chat.example/hooks/tellback",
        "http://127.0.0.1:8065/hook?x=1",
        "http://[::1]:80/",
        "https://chat.example",
    ],
)
def test_an_address_of_a_web_server_will_do(url: str) -> None:
    assert is_webhook_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "chat.example/hook",
        "ftp://chat.example/",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@chat.example/",
        "https://chat.example/#part",
        "https://chat.example:0/",
        "https://chat.example:99999/",
        "https://chat.example/a b",
        "https://chat.example/\r\nX: y",
        "https://bücher.example/",
        "https://[::1/",
        "https://chat.example/" + "a" * 2_000,
        "http://169.254.169.254/x",
        "http://[::ffff:169.254.169.254]:80/x",
    ],
)
def test_anything_else_will_not(url: str) -> None:
    assert not is_webhook_url(url)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "64:ff9b::168.63.129.16",
        "2002:a9fe:a9fe::",
        "2002:a9fe:a9fe::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "::",
        "224.0.0.1",
    ],
)
def test_nothing_is_posted_where_a_cloud_keeps_its_keys(address: str) -> None:
    assert is_forbidden(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "10.1.2.3",
        "192.0.2.7",
        "2001:db8::1",
        "64:ff9b::192.0.2.7",
        "2002:c000:207::1",
    ],
)
def test_the_owner_may_choose_any_other(address: str) -> None:
    assert not is_forbidden(address)
