"""Ratings in words."""

from dataclasses import replace

import pytest

from tellback.core.model import SurveyDefinition, SurveyType
from tellback.web.dashboard.readings import Rating, lacks_nothing, read_rating
from tests.web.dashboard.seeds import survey

BINARY = survey(SurveyType.BINARY, 0, 1)
NPS = survey(SurveyType.NPS, 0, 10)
CSAT = survey(SurveyType.CSAT, 1, 5)


@pytest.mark.parametrize(
    ("metric", "rating", "definition", "expected"),
    [
        ("binary", 1, BINARY, Rating("+", "positive: Great", "good")),
        ("binary", -1, BINARY, Rating("−", "negative: Not great", "bad")),
        ("binary", -1, None, Rating("−", "negative", "bad")),
        ("nps", 0, NPS, Rating("0", "0 of 10, detractor", "bad")),
        ("nps", 8, NPS, Rating("8", "8 of 10, passive", "neutral")),
        ("nps", 9.0, None, Rating("9", "9 of 10, promoter", "good")),
        ("csat", 5, CSAT, Rating("5", "5 on a scale from 1 to 5", "good", 5)),
        ("csat", 3, CSAT, Rating("3", "3 on a scale from 1 to 5", "neutral", 5)),
        ("csat", 1, CSAT, Rating("1", "1 on a scale from 1 to 5", "bad", 5)),
        (None, 4.5, None, Rating("4.5", "4.5", "neutral")),
        ("nps", None, NPS, None),
    ],
)
def test_a_rating_in_words(
    metric: str | None,
    rating: float | None,
    definition: SurveyDefinition | None,
    expected: Rating | None,
) -> None:
    assert read_rating(metric, rating, definition) == expected


def test_who_only_leaves_out_what_may_be_left_out_has_finished() -> None:
    assert lacks_nothing({"rating": 3}, NPS)
    assert not lacks_nothing({"comment": "ok"}, NPS)
    needed = replace(NPS, questions=(NPS.questions[0], replace(NPS.questions[1], required=True)))
    assert not lacks_nothing({"rating": 3}, needed)
    assert lacks_nothing({"rating": 3, "comment": "ok"}, needed)
    assert not lacks_nothing({"rating": 3}, None)
