"""From counted ratings to score cards."""

from collections.abc import Mapping, Sequence

import pytest

from tellback.core.model import Question, QuestionType, SurveyDefinition, SurveyType
from tellback.store.overview import Funnel, Overview, RatingCount
from tellback.web.dashboard.scores import Card, satisfied_from, score_cards
from tests.web.dashboard.seeds import survey

SURVEYS = {
    ("binary", 1): survey(SurveyType.BINARY, 0, 1),
    ("nps", 1): survey(SurveyType.NPS, 0, 10),
    ("csat", 1): survey(SurveyType.CSAT, 1, 5),
    ("csat", 2): survey(SurveyType.CSAT, 1, 10),
    ("ces", 1): survey(SurveyType.CES, 1, 7),
    ("ces", 2): survey(SurveyType.CES, 1, 5),
}


def rated(metric: str, counts: Mapping[float, int], version: int = 1) -> list[RatingCount]:
    return [RatingCount(metric, metric, version, rating, n) for rating, n in counts.items()]


def cards(
    ratings: Sequence[RatingCount],
    opens: Mapping[str, int] | None = None,
    surveys: Mapping[tuple[str, int], SurveyDefinition] = SURVEYS,
) -> dict[str, Card]:
    current = {survey_id: definition for (survey_id, _), definition in surveys.items()}
    overview = Overview(0, {}, Funnel(), ratings, opens or {}, {}, surveys, current)
    return {card.key: card for card in score_cards(overview)}


def test_without_answers_the_first_three_are_there_and_empty() -> None:
    found = cards([])
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
    score = cards([*five, *ten])["csat"].score
    assert (score.value, score.n) == (60, 10)


def test_effort_on_different_scales_is_never_mixed() -> None:
    seven, five = rated("ces", {7: 2, 5: 2}, version=1), rated("ces", {1: 3}, version=2)
    overview = Overview(0, {}, Funnel(), [*seven, *five], {}, {}, SURVEYS, {})
    effort = [card for card in score_cards(overview) if card.key == "ces"]
    assert [(c.low, c.high, c.score.value, c.score.n) for c in effort] == [
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
    gauge = cards(rated("nps", {10: 1}))["nps"].gauge
    assert gauge is not None
    assert gauge.value == 100
    assert gauge.band_from + gauge.band_width == pytest.approx(100)
