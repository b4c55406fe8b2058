"""Differences of scores, held against published and independently computed figures."""

from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.comparison import Verdict, compare
from tellback.core.score import (
    Recommendations,
    Score,
    Tally,
    Votes,
    ces,
    nps,
    percent_positive,
)

NONE = Score(None, 0, None, None)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # Newcombe (1998), table II, method 10, without continuity correction.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_differences_of_proportions_are_newcombes(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    now, before = (percent_positive(Votes(part, whole - part)) for part, whole in (one, other))
    change = compare(now, before)
    assert change is not None
    assert change.difference == pytest.approx(100 * (one[0] / one[1] - other[0] / other[1]))
    assert change.low / 100 == pytest.approx(low, abs=6e-5)
    assert change.high / 100 == pytest.approx(high, abs=6e-5)


def test_of_many_answers_the_difference_is_that_of_the_plain_test() -> None:
    now = nps(Recommendations(5_000, 3_000, 2_000))
    before = nps(Recommendations(4_500, 3_000, 2_500))
    change = compare(now, before)
    assert change is not None
    variances = [0.5 + 0.2 - 0.3**2, 0.45 + 0.25 - 0.2**2]
    margin = 100 * 1.959964 * sqrt(sum(variances) / 10_000)
    assert change.difference == pytest.approx(10)
    assert (change.low, change.high) == pytest.approx((10 - margin, 10 + margin), abs=0.02)
    assert change.verdict is Verdict.RISE


def test_means_are_near_welchs_interval() -> None:
    now = ces(Tally({4: 100, 5: 200, 6: 100}))
    before = ces(Tally({3: 50, 5: 100, 7: 50}))
    change = compare(now, before)
    assert change is not None
    margin = 1.9677 * sqrt((200 / 399) / 400 + (400 / 199) / 200)
    assert (change.low, change.high) == pytest.approx((-margin, margin), abs=2e-3)
    assert change.verdict is Verdict.NOISE


def test_without_a_score_there_is_nothing_to_compare() -> None:
    some = percent_positive(Votes(3, 1))
    assert compare(NONE, some) is None
    assert compare(some, NONE) is None


counts = st.integers(0, 500)
votes = st.builds(Votes, counts, counts).filter(lambda each: each.n > 0)


@given(votes, votes)
def test_a_change_backwards_is_the_change_turned_round(one: Votes, other: Votes) -> None:
    there = compare(percent_positive(one), percent_positive(other))
    back = compare(percent_positive(other), percent_positive(one))
    assert there is not None
    assert back is not None
    assert there.difference == pytest.approx(-back.difference)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.low <= there.difference <= there.high


@given(votes)
def test_no_change_is_noise(one: Votes) -> None:
    change = compare(percent_positive(one), percent_positive(one))
    assert change is not None
    assert change.verdict is Verdict.NOISE
    assert -inf < change.low <= 0 <= change.high < inf
