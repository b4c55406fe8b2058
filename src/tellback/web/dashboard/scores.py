"""The score cards: from counted ratings to scores with what is needed to show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tellback.core.model import Question, SurveyDefinition
from tellback.core.score import (
    NPS_SCALE,
    Recommendations,
    Score,
    Tally,
    Votes,
    ces,
    net_positive_per_open,
    nps,
    percent_positive,
)
from tellback.store.overview import Overview, RatingCount

BINARY, NPS, CSAT, CES = "binary", "nps", "csat", "ces"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A score on its scale, in percent of the scale's length."""

    band_from: float
    band_width: float
    value: float
    zero: float | None


@dataclass(frozen=True, slots=True)
class Card:
    """One score as it is shown. ``low`` and ``high`` are the ends of what it can be."""

    key: str
    name: str
    about: str
    score: Score
    low: float
    high: float
    noun: str = "answer"
    unit: str = ""
    decimals: int = 0
    signed: bool = False

    @property
    def gauge(self) -> Gauge | None:
        """Where the score and its interval lie; None without answers."""
        score = self.score
        if score.value is None or score.low is None or score.high is None:
            return None
        start, end = self._place(score.low), self._place(score.high)
        zero = self._place(0) if self.low < 0 else None
        return Gauge(start, round(end - start, 2), self._place(score.value), zero)

    def _place(self, value: float) -> float:
        return round(100 * (value - self.low) / (self.high - self.low), 2)


def score_cards(overview: Overview) -> list[Card]:
    """The cards to show: the first three always, the others where there are answers."""
    votes = _votes(overview)
    people = Recommendations.of(_tally(_on_scale(overview.ratings, NPS)))
    cards = [
        Card(
            "positive",
            "Positive",
            "Share of yes-or-no answers that are positive.",
            percent_positive(votes),
            0,
            100,
            unit=" %",
        ),
        Card(
            "net",
            "Boolean score",
            "Positive less negative answers per opened mail, times ten.",
            net_positive_per_open(votes),
            -10,
            10,
            noun="open",
            decimals=1,
            signed=True,
        ),
        Card(
            "nps",
            "NPS",
            "Percent promoters (9 and 10) less percent detractors (0 to 6).",
            nps(people),
            -100,
            100,
            signed=True,
        ),
    ]
    return [*cards, *_satisfaction(overview), *_effort(overview)]


def satisfied_from(question: Question) -> int:
    """The lowest rating that counts as satisfied: the upper two of five, or as near as can be."""
    steps = question.maximum - question.minimum + 1
    return question.maximum - max(1, round(0.4 * steps)) + 1


def rating_question(overview: Overview, rating: RatingCount) -> Question | None:
    """The question that a rating answers."""
    definition = overview.surveys.get((rating.survey_id, rating.survey_version))
    return definition.rating_question if definition else None


def _votes(overview: Overview) -> Votes:
    ratings = [r for r in overview.ratings if r.metric == BINARY]
    return Votes(
        positive=sum(r.count for r in ratings if r.rating > 0),
        negative=sum(r.count for r in ratings if r.rating < 0),
        opens=sum(overview.opens[id_] for id_ in overview.opens if _asks_binary(overview, id_)),
    )


def _asks_binary(overview: Overview, survey_id: str) -> bool:
    definition = overview.current.get(survey_id)
    return bool(definition and definition.rating_question) and _metric(definition) == BINARY


def _metric(definition: SurveyDefinition | None) -> str | None:
    question = definition.rating_question if definition else None
    return question.metric if question else None


def _on_scale(ratings: Iterable[RatingCount], metric: str) -> list[RatingCount]:
    return [r for r in ratings if r.metric == metric and r.rating in NPS_SCALE]


def _tally(ratings: Iterable[RatingCount]) -> Tally:
    total = Tally()
    for rating in ratings:
        total += Tally({int(rating.rating): rating.count})
    return total


def _satisfaction(overview: Overview) -> list[Card]:
    """Shares of satisfied people add up over surveys, whatever their scales."""
    satisfied = others = 0
    for rating in overview.ratings:
        question = rating_question(overview, rating)
        if rating.metric != CSAT or question is None:
            continue
        if rating.rating >= satisfied_from(question):
            satisfied += rating.count
        else:
            others += rating.count
    if not satisfied + others:
        return []
    score = percent_positive(Votes(satisfied, others))
    about = "Share of satisfied people: the upper two of five."
    return [Card("csat", "CSAT", about, score, 0, 100, unit=" %")]


def _effort(overview: Overview) -> list[Card]:
    """Means on different scales cannot be added, so each scale has its own card."""
    scales: dict[tuple[int, int], list[RatingCount]] = {}
    for rating in overview.ratings:
        question = rating_question(overview, rating)
        if rating.metric == CES and question is not None:
            scales.setdefault((question.minimum, question.maximum), []).append(rating)
    return [_effort_card(low, high, ratings) for (low, high), ratings in sorted(scales.items())]


def _effort_card(low: int, high: int, ratings: Sequence[RatingCount]) -> Card:
    tally = _tally(r for r in ratings if r.rating in range(low, high + 1))
    about = f"Mean of the ratings from {low} to {high}."
    return Card("ces", "CES", about, ces(tally, low, high), low, high, decimals=1)
