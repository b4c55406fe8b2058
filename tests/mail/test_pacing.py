"""Rates: in all, per domain, and the pauses of an outage. Time is a number here."""

from itertools import pairwise

import pytest

from tellback.mail.pacing import Outage, Pacing


def turns(pacing: Pacing, domain: str, count: int, now: float = 0.0) -> list[float]:
    return [pacing.domain_turn(domain, now)[0] for _ in range(count)]


def test_without_limits_everything_goes_at_once() -> None:
    pacing = Pacing(0, 0)
    assert [pacing.turn(5.0) for _ in range(3)] == [5.0] * 3
    assert [pacing.domain_turn("a.example", 5.0) for _ in range(3)] == [(5.0, False)] * 3


def test_the_global_rate_spaces_all_mails() -> None:
    pacing = Pacing(4, 0)
    assert [pacing.turn(1.0) for _ in range(4)] == [1.0, 1.25, 1.5, 1.75]
    assert pacing.turn(9.0) == 9.0, "what was not used is not saved up"


def test_a_domains_rate_concerns_that_domain() -> None:
    pacing = Pacing(0, 2)
    assert turns(pacing, "a.example", 3) == [0.0, 0.5, 1.0]
    assert turns(pacing, "b.example", 2) == [0.0, 0.5]


def test_who_would_wait_too_long_is_put_off_in_order() -> None:
    pacing = Pacing(0, 1, patience=2)
    found = [pacing.domain_turn("a.example", 0.0) for _ in range(6)]
    assert [late for _, late in found] == [False] * 3 + [True] * 3
    moments = [moment for moment, _ in found]
    assert moments == sorted(set(moments)), "each has a moment of its own"
    assert moments[3] > 2


def test_what_was_put_off_reserves_nothing() -> None:
    pacing = Pacing(0, 1, patience=2)
    turns(pacing, "a.example", 100)
    assert pacing.domain_turn("a.example", 3.0) == (3.0, False)


@pytest.mark.parametrize("rate", [1.0, 7.0])
def test_putting_off_drains_a_long_queue_at_the_rate(rate: float) -> None:
    """However often the late ones come back, nobody is sent early and nobody waits for ever."""
    pacing, mails = Pacing(0, rate, patience=5), 200
    due, sent, asked = [0.0] * mails, [], 0
    while due:
        now = min(due)
        due.remove(now)
        asked += 1
        moment, late = pacing.domain_turn("a.example", now)
        (due if late else sent).append(moment)
    assert max(sent) == pytest.approx((mails - 1) / rate, rel=0.2)
    assert all(later - earlier > 0.99 / rate for earlier, later in pairwise(sent))
    assert asked < 3 * mails


def test_domains_are_forgotten_before_they_fill_the_memory() -> None:
    pacing = Pacing(0, 1)
    for number in range(10_100):
        pacing.domain_turn(f"d{number}.example", 0.0)
    assert pacing.domain_turn("d0.example", 0.0) == (0.0, False)
    assert pacing.domain_turn("d10099.example", 0.0) == (1.0, False)


def test_an_outage_lasts_longer_each_time() -> None:
    outage, now, pauses = Outage(), 100.0, []
    assert outage.lasts(now) == 0
    for _ in range(10):
        pause = outage.failed(now)
        assert outage.lasts(now) == pause
        pauses.append(pause)
        now += pause
    assert pauses == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0]


def test_failing_together_counts_once() -> None:
    outage = Outage()
    assert [outage.failed(10.0), outage.failed(11.0), outage.failed(11.5)] == [2.0, 1.0, 0.5]
    assert outage.failed(12.0) == 4.0


def test_one_that_was_reached_ends_the_outage() -> None:
    outage = Outage()
    outage.failed(10.0)
    outage.ended()
    assert outage.lasts(10.5) == 0
    assert outage.failed(11.0) == 2.0
