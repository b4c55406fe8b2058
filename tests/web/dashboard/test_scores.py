"""From counted ratings to score cards."""

from collections import Counter
from collections.abc import Mapping

import pytest

from tellback.core.model import Question, QuestionType, SurveyType
from tellback.store.rated import Counts, Rated
from tellback.web.dashboard.measures import Surveys, satisfied_from
from tellback.web.dashboard.scores import Card, score_cards
from tests.web.dashboard.seeds import survey

SURVEYS = {
    ("binary", 1): survey(SurveyType.BINARY, 0, 1),
    ("nps", 1): survey(SurveyType.NPS, 0, 10),
    ("csat", 1): survey(SurveyType.CSAT, 1, 5),
    ("csat", 2): survey(SurveyType.CSAT, 1, 10),
    ("ces", 1): survey(SurveyType.CES, 1, 7),
    ("ces", 2): survey(SurveyType.CES, 1, 5),
}


def rated(metric: str, counts: Mapping[float, int], version: int = 1) -> dict[Rated, int]:
    return {Rated(metric, metric, version, rating): n for rating, n in counts.items()}


def cards(
    ratings: Mapping[Rated, int],
    opens: Mapping[str, int] | None = None,
    before: Mapping[Rated, int] | None = None,
) -> dict[str, Card]:
    current = {survey_id: definition for (survey_id, _), definition in SURVEYS.items()}
    now = [Counts(Counter(ratings), Counter(opens or {}))]
    earlier = [] if before is None else [Counts(Counter(before))]
    return {c.measure.key: c for c in score_cards(now, earlier, Surveys(SURVEYS, current))}


def test_without_answers_the_first_three_are_there_and_empty() -> None:
    found = cards({})
    assert list(found) == ["positive", "net", "nps"]
    assert all(card.score.value is None and card.gauge is None for card in found.values())


def test_votes() -> None:
    found = cards(rated("binary", {1: 8, -1: 2}), {"binary": 40})
    assert found["positive"].score.value == 80
    assert found["positive"].score.n == 10
    assert found["net"].score.value == pytest.approx(1.5)
    assert found["net"].score.n == 40


def test_opens_of_other_surveys_are_not_opens_of_a_vote() -> None:
    found = cards(rated("binary", {1: 1}), {"binary": 4, "nps": 100, "gone": 100})
    assert found["net"].score.n == 4


def test_nps_counts_every_whole_rating_on_its_scale() -> None:
    found = cards(rated("nps", {0: 1, 6: 1, 7: 1, 9: 2, 10: 1, 9.5: 50, 11: 50}))
    assert found["nps"].score.n == 6
    assert found["nps"].score.value == pytest.approx(100 / 6)


def test_satisfaction_adds_up_over_scales() -> None:
    five = rated("csat", {5: 3, 4: 1, 3: 1}, version=1)
    ten = rated("csat", {7: 2, 6: 3}, version=2)
    score = cards(five | ten)["csat"].score
    assert (score.value, score.n) == (60, 10)


def test_effort_on_different_scales_is_never_mixed() -> None:
    seven, five = rated("ces", {7: 2, 5: 2}, version=1), rated("ces", {1: 3}, version=2)
    effort = [card for key, card in cards(seven | five).items() if key.startswith("ces")]
    found = [(c.measure.low, c.measure.high, c.score.value, c.score.n) for c in effort]
    assert found == [
        (1, 5, 1, 3),
        (1, 7, 6, 4),
    ]


def test_a_rating_whose_survey_is_unknown_counts_for_nothing_that_needs_its_scale() -> None:
    assert list(cards(rated("csat", {5: 9}, version=9))) == ["positive", "net", "nps"]


@pytest.mark.parametrize(
    ("low", "high", "lowest"), [(1, 5, 4), (0, 10, 7), (1, 10, 7), (1, 3, 3), (0, 1, 1), (1, 7, 5)]
)
def test_satisfied_from(low: int, high: int, lowest: int) -> None:
    question = Question("q", QuestionType.SCALE, {}, minimum=low, maximum=high, metric="csat")
    assert satisfied_from(question) == lowest


def test_a_gauge_shows_the_interval_around_the_value() -> None:
    gauge = cards(rated("nps", {10: 30, 0: 10}))["nps"].gauge
    assert gauge is not None
    assert gauge.value == 75
    assert gauge.zero == 50
    assert gauge.band_from < 75 < gauge.band_from + gauge.band_width
    assert gauge.band_from >= 0
    assert gauge.band_from + gauge.band_width <= 100


def test_a_gauge_ends_where_the_scale_ends() -> None:
    gauge = cards(rated("nps", {10: 5}))["nps"].gauge
    assert gauge is not None
    assert gauge.value == 100
    assert gauge.band_from + gauge.band_width == pytest.approx(100)


def test_few_answers_have_no_score_but_a_number() -> None:
    card = cards(rated("nps", {10: 4}))["nps"]
    assert card.is_few
    assert card.gauge is None
    assert not cards(rated("nps", {10: 5}))["nps"].is_few
    assert not cards({})["nps"].is_few


def test_a_change_comes_with_its_verdict() -> None:
    better = cards(rated("nps", {10: 300, 0: 100}), before=rated("nps", {10: 200, 0: 200}))["nps"]
    assert better.change is not None
    assert better.change.difference == pytest.approx(50)
    assert better.verdict == "a real rise"
    worse = cards(rated("nps", {10: 200, 0: 200}), before=rated("nps", {10: 300, 0: 100}))["nps"]
    assert worse.verdict == "a real fall"
    same = cards(rated("nps", {10: 6, 0: 4}), before=rated("nps", {10: 5, 0: 5}))["nps"]
    assert same.verdict == "within noise"


def test_few_answers_are_not_compared() -> None:
    few, many = rated("nps", {10: 4}), rated("nps", {10: 400})
    assert cards(many, before=few)["nps"].change is None
    assert cards(few, before=many)["nps"].change is None
    assert cards(many)["nps"].change is None
