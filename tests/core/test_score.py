"""Scores: known values, and the laws that every score keeps."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tellback.core.intervals import adjusted_wald
from tellback.core.score import (
    Recommendation,
    Recommendations,
    Score,
    Tally,
    Votes,
    ces,
    classify,
    csat,
    net_positive_per_open,
    nps,
    percent_positive,
)

counts = st.integers(0, 5000)
people = st.builds(Recommendations, counts, counts, counts)
votes = st.builds(Votes, counts, counts, counts)
sevens = st.lists(st.integers(1, 7), max_size=60)
quick = settings(deadline=None, max_examples=60)


def nps_of(ratings: list[int]) -> Score:
    return nps(Recommendations.of(Tally.of(ratings)))


def test_nps_is_not_rounded() -> None:
    assert nps(Recommendations(promoters=11, passives=4)).value == 73.33333333333333


@pytest.mark.parametrize(
    ("ratings", "value"), [([0], -100), ([0, 10], 0), ([7, 8], 0), ([10, 9, 8, 6], 25)]
)
def test_nps_counts_every_answer_and_zero_is_one(ratings: list[int], value: float) -> None:
    score = nps_of(ratings)
    assert (score.value, score.n) == (value, len(ratings))


def test_classification_has_its_borders_where_they_belong() -> None:
    classes = [classify(rating) for rating in range(11)]
    assert classes == (
        [Recommendation.DETRACTOR] * 7
        + [Recommendation.PASSIVE] * 2
        + [Recommendation.PROMOTER] * 2
    )


@pytest.mark.parametrize("rating", [-1, 11])
def test_ratings_outside_the_scale_are_refused(rating: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 10"):
        classify(rating)
    with pytest.raises(ValueError, match="outside 0 to 10"):
        nps_of([rating])


@given(st.lists(st.integers(0, 10)))
@quick
def test_histogram_and_one_by_one_classification_agree(ratings: list[int]) -> None:
    one_by_one = [classify(rating) for rating in ratings]
    assert Recommendations.of(Tally.of(ratings)) == Recommendations(
        *(one_by_one.count(kind) for kind in Recommendation)
    )


@pytest.mark.parametrize(
    "score",
    [
        nps(Recommendations()),
        csat(Tally()),
        ces(Tally()),
        percent_positive(Votes()),
        net_positive_per_open(Votes()),
    ],
)
def test_no_answers_is_no_score(score: Score) -> None:
    assert score == Score(None, 0, None, None)


def test_opens_without_answers_are_no_score() -> None:
    assert net_positive_per_open(Votes(opens=9)) == Score(None, 9, None, None)


def test_net_positive_per_open_counts_silent_openers_as_neutral() -> None:
    score = net_positive_per_open(Votes(positive=6, negative=2, opens=10))
    as_nps = nps(Recommendations(6, 2, 2))
    assert (score.value, score.n) == (4.0, 10)
    assert (score.low, score.high) == pytest.approx((as_nps.low / 10, as_nps.high / 10))


def test_an_answer_proves_an_open() -> None:
    score = net_positive_per_open(Votes(positive=3, negative=1, opens=2))
    assert (score.value, score.n) == (5.0, 4)


def test_csat_uses_the_threshold_given() -> None:
    tally = Tally({1: 1, 3: 1, 4: 1, 5: 1})
    assert (csat(tally).value, csat(tally, satisfied_from=3).value) == (50.0, 75.0)


def test_ces_is_the_mean_and_one_answer_could_be_anything() -> None:
    assert ces(Tally({2: 1, 4: 1, 6: 1})).value == 4
    assert ces(Tally({5: 1})) == Score(5.0, 1, 1.0, 7.0)


def test_ces_takes_scales_through_zero_and_refuses_what_is_off_the_scale() -> None:
    assert ces(Tally({-2: 1, 0: 1, 2: 1}), lowest=-2, highest=2).value == 0
    with pytest.raises(ValueError, match="outside 1 to 7"):
        ces(Tally({8: 1}))


def test_percent_positive_has_the_wilson_interval() -> None:
    score = percent_positive(Votes(positive=81, negative=182))
    assert score.value == pytest.approx(30.798, abs=1e-3)
    assert (score.low, score.high) == pytest.approx((25.53, 36.62), abs=5e-3)


@pytest.mark.parametrize(
    "build", [lambda: Tally({3: -1}), lambda: Recommendations(-1), lambda: Votes(opens=-1)]
)
def test_negative_counts_are_refused(build: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="negative"):
        build()


def test_frequencies_list_the_whole_scale() -> None:
    assert Tally({0: 2, 10: 1}).frequencies(range(11)) == [2, *[0] * 9, 1]


def test_ratings_that_nobody_gave_leave_no_trace() -> None:
    assert Tally({5: 1, 99: 0}) == Tally({5: 1})


def test_a_tally_cannot_be_changed_through_the_mapping_it_was_built_from() -> None:
    source = {5: 1}
    tally = Tally(source)
    source[5] = 99
    assert tally.n == 1


@given(sevens, st.randoms())
@quick
def test_order_does_not_matter(ratings: list[int], random: Random) -> None:
    shuffled = random.sample(ratings, len(ratings))
    assert ces(Tally.of(ratings)) == ces(Tally.of(shuffled))
    assert nps_of(ratings) == nps_of(shuffled)


@given(sevens, sevens)
@quick
def test_merged_parts_equal_the_whole(left: list[int], right: list[int]) -> None:
    parts, whole = Tally.of(left) + Tally.of(right), Tally.of(left + right)
    assert parts == whole
    assert (ces(parts), csat(parts)) == (ces(whole), csat(whole))
    assert Recommendations.of(Tally.of(left)) + Recommendations.of(
        Tally.of(right)
    ) == Recommendations.of(whole)


@given(votes, votes)
@quick
def test_votes_merge_in_any_order(left: Votes, right: Votes) -> None:
    assert left + right == right + left
    assert (left + right).n == left.n + right.n


def keeps_the_law(score: Score, lowest: float, highest: float) -> bool:
    if score.value is None:
        return score.low is None and score.high is None
    assert score.low is not None
    assert score.high is not None
    return lowest <= score.low <= score.value <= score.high <= highest


@given(people, votes, sevens)
@quick
def test_intervals_contain_the_value_and_lie_in_range(
    crowd: Recommendations, ballot: Votes, ratings: list[int]
) -> None:
    assert keeps_the_law(nps(crowd), -100, 100)
    assert keeps_the_law(percent_positive(ballot), 0, 100)
    assert keeps_the_law(net_positive_per_open(ballot), -10, 10)
    assert keeps_the_law(csat(Tally.of(ratings)), 0, 100)
    assert keeps_the_law(ces(Tally.of(ratings)), 1, 7)


def test_only_a_single_answer_makes_the_published_nps_interval_miss_its_value() -> None:
    splits = [(p, d, n) for n in range(1, 15) for p in range(n + 1) for d in range(n + 1 - p)]
    missed = set()
    for plus, minus, n in splits:
        low, high = adjusted_wald(plus, minus, n)
        if not low <= (plus - minus) / n <= high:
            missed.add((plus, minus, n))
    assert missed == {(1, 0, 1), (0, 1, 1)}


@given(counts, counts)
@quick
def test_swapping_the_sides_mirrors_the_nps(promoters: int, detractors: int) -> None:
    one = nps(Recommendations(promoters, 3, detractors))
    other = nps(Recommendations(detractors, 3, promoters))
    assert one.value == -other.value
    assert one.low == pytest.approx(-other.high)


@given(st.integers(1, 500), st.integers(0, 500))
@quick
def test_more_of_the_same_answers_narrow_the_interval(positive: int, negative: int) -> None:
    few = percent_positive(Votes(positive, negative))
    many = percent_positive(Votes(positive * 10, negative * 10))
    assert many.high - many.low < few.high - few.low
