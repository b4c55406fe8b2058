"""What is measured: from counted ratings to scores, and what is needed to show them."""

from collections.abc import Mapping
from dataclasses import dataclass

from tellback.core.model import Question, SurveyDefinition
from tellback.core.score import (
    NPS_SCALE,
    Recommendations,
    Score,
    Tally,
    Votes,
    ces,
    lowest_satisfied,
    net_positive_per_open,
    nps,
    percent_positive,
)
from tellback.store.overview import Overview
from tellback.store.rated import Counts, Rated
from tellback.store.response_feed import Version

BINARY, NPS, CSAT, CES = "binary", "nps", "csat", "ces"


@dataclass(frozen=True, slots=True)
class Measure:
    """A score by name. ``low`` and ``high`` are the ends of what it can be, ``noun`` its ``n``."""

    key: str
    name: str
    about: str
    low: float
    high: float
    noun: str = "answer"
    unit: str = ""
    decimals: int = 0
    signed: bool = False


POSITIVE_SHARE = Measure(
    "positive", "Positive", "Share of yes-or-no answers that are positive.", 0, 100, unit=" %"
)
NET_POSITIVE = Measure(
    "net",
    "Boolean score",
    "Positive less negative answers per opened mail, times ten.",
    -10,
    10,
    noun="open",
    decimals=1,
    signed=True,
)
PROMOTERS = Measure(
    "nps",
    "NPS",
    "Percent promoters (9 and 10) less percent detractors (0 to 6).",
    -100,
    100,
    signed=True,
)
SATISFIED = Measure(
    "csat", "CSAT", "Share of satisfied people: the upper two of five.", 0, 100, unit=" %"
)


@dataclass(frozen=True, slots=True)
class Surveys:
    """What ratings answer: surveys at their versions, and all surveys as they are now, by id."""

    versions: Mapping[Version, SurveyDefinition]
    current: Mapping[str, SurveyDefinition]

    @classmethod
    def of(cls, overview: Overview) -> "Surveys":
        """Those of an overview."""
        return cls(overview.surveys, overview.current)

    def question(self, rated: Rated) -> Question | None:
        """The question that a rating answers."""
        definition = self.versions.get((rated.survey_id, rated.survey_version))
        return definition.rating_question if definition else None

    def asks_binary(self, survey_id: str) -> bool:
        """Whether a survey's first question is answered by yes or no."""
        definition = self.current.get(survey_id)
        question = definition.rating_question if definition else None
        return question is not None and question.metric == BINARY


def score_all(counts: Counts, surveys: Surveys) -> dict[Measure, Score]:
    """All scores: the first three always, the others where there are answers."""
    votes = _votes(counts, surveys)
    people = {r: n for r, n in counts.ratings.items() if r.metric == NPS and r.rating in NPS_SCALE}
    return {
        POSITIVE_SHARE: percent_positive(votes),
        NET_POSITIVE: net_positive_per_open(votes),
        PROMOTERS: nps(Recommendations.of(_tally(people))),
        **_satisfaction(counts, surveys),
        **_effort(counts, surveys),
    }


def satisfied_from(question: Question) -> int:
    """The lowest rating that counts as satisfied."""
    return lowest_satisfied(question.minimum, question.maximum)


def _votes(counts: Counts, surveys: Surveys) -> Votes:
    ratings = [(r.rating, n) for r, n in counts.ratings.items() if r.metric == BINARY]
    return Votes(
        positive=sum(n for rating, n in ratings if rating > 0),
        negative=sum(n for rating, n in ratings if rating < 0),
        opens=sum(n for id_, n in counts.opens.items() if surveys.asks_binary(id_)),
    )


def _tally(ratings: Mapping[Rated, int]) -> Tally:
    counts: dict[int, int] = {}
    for rated, times in ratings.items():
        counts[int(rated.rating)] = counts.get(int(rated.rating), 0) + times
    return Tally(counts)


def _satisfaction(counts: Counts, surveys: Surveys) -> dict[Measure, Score]:
    """Shares of satisfied people add up over surveys, whatever their scales."""
    satisfied = others = 0
    for rated, times in counts.ratings.items():
        question = surveys.question(rated)
        if rated.metric != CSAT or question is None:
            continue
        if rated.rating >= satisfied_from(question):
            satisfied += times
        else:
            others += times
    if not satisfied + others:
        return {}
    return {SATISFIED: percent_positive(Votes(satisfied, others))}


def _effort(counts: Counts, surveys: Surveys) -> dict[Measure, Score]:
    """Means on different scales cannot be added, so each scale has its own score."""
    scales: dict[tuple[int, int], dict[Rated, int]] = {}
    for rated, times in counts.ratings.items():
        question = surveys.question(rated)
        if rated.metric != CES or question is None:
            continue
        low, high = question.minimum, question.maximum
        if rated.rating in range(low, high + 1):
            scales.setdefault((low, high), {})[rated] = times
    return {
        _effort_on(low, high): ces(_tally(ratings), low, high)
        for (low, high), ratings in sorted(scales.items())
    }


def _effort_on(low: int, high: int) -> Measure:
    about = f"Mean of the ratings from {low} to {high}."
    return Measure(f"ces-{low}-{high}", "CES", about, low, high, decimals=1)
