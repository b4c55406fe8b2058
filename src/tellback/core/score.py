"""Scores with their uncertainty: NPS, CSAT, CES, percent positive, net positive per open.

Input is counts, never rows, so days, surveys and channels can be counted apart and added up. A
score of no answers is None, which is not 0; an answer of 0 is an answer.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from tellback.core.intervals import adjusted_wald, t_interval, wilson

NPS_SCALE = range(11)


@dataclass(frozen=True, slots=True)
class Score:
    """A score, how many observations it rests on, and its 95 % interval.

    Without observations ``value``, ``low`` and ``high`` are all None, else none of them is.
    """

    value: float | None
    n: int
    low: float | None
    high: float | None


class Recommendation(StrEnum):
    """What a 0 to 10 rating says about its author. Reichheld (2003), HBR 81(12), 46-54."""

    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each rating was given: a histogram, ``{rating: count}``."""

    counts: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _refuse_negative(self.counts.values())
        kept = {rating: count for rating, count in sorted(self.counts.items()) if count}
        object.__setattr__(self, "counts", MappingProxyType(kept))

    @classmethod
    def of(cls, ratings: Iterable[int]) -> Self:
        """Count ratings one by one."""
        return cls(Counter(ratings))

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(Counter(self.counts) + Counter(other.counts))

    @property
    def n(self) -> int:
        """How many ratings there are."""
        return sum(self.counts.values())

    def frequencies(self, scale: range) -> list[int]:
        """The count of each rating of a scale, zeroes included; all ratings must be on it."""
        if any(rating not in scale for rating in self.counts):
            raise ValueError(f"a rating lies outside {scale.start} to {scale.stop - 1}")
        return [self.counts.get(rating, 0) for rating in scale]


@dataclass(frozen=True, slots=True)
class Recommendations:
    """How many people are promoters, passives and detractors."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    def __post_init__(self) -> None:
        _refuse_negative(astuple(self))

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Classify a histogram of 0 to 10 ratings; ValueError if one is outside."""
        counts = tally.frequencies(NPS_SCALE)
        return cls(sum(counts[9:]), sum(counts[7:9]), sum(counts[:7]))

    def __add__(self, other: "Recommendations") -> "Recommendations":
        return Recommendations(
            self.promoters + other.promoters,
            self.passives + other.passives,
            self.detractors + other.detractors,
        )

    @property
    def n(self) -> int:
        """How many people answered."""
        return self.promoters + self.passives + self.detractors


@dataclass(frozen=True, slots=True)
class Votes:
    """Answers to a question with a positive and a negative answer, and opens of the ask."""

    positive: int = 0
    negative: int = 0
    opens: int = 0

    def __post_init__(self) -> None:
        _refuse_negative(astuple(self))

    def __add__(self, other: "Votes") -> "Votes":
        return Votes(
            self.positive + other.positive,
            self.negative + other.negative,
            self.opens + other.opens,
        )

    @property
    def n(self) -> int:
        """How many people answered."""
        return self.positive + self.negative


def classify(rating: int) -> Recommendation:
    """Promoter from 9, passive from 7, detractor up to 6; ValueError outside 0 to 10."""
    if rating not in NPS_SCALE:
        raise ValueError(f"{rating} is not between 0 and 10")
    if rating >= 9:
        return Recommendation.PROMOTER
    return Recommendation.PASSIVE if rating >= 7 else Recommendation.DETRACTOR


def nps(people: Recommendations) -> Score:
    """Net Promoter Score, -100 to 100, unrounded: percent promoters less percent detractors.

    Reichheld (2003), "The one number you need to grow", Harvard Business Review 81(12), 46-54.
    Adjusted-Wald interval.
    """
    return _net(people.promoters, people.detractors, people.n, 100)


def lowest_satisfied(low: int, high: int) -> int:
    """The lowest rating that counts as satisfied: the upper two of five, or as near as can be."""
    return high - max(1, round(0.4 * (high - low + 1))) + 1


def csat(tally: Tally, satisfied_from: int = 4) -> Score:
    """Customer satisfaction: percent of ratings at or above a threshold. Wilson interval.

    The default is the top two of five. Vendors draw the line differently: keep it with the survey.
    """
    satisfied = sum(count for rating, count in tally.counts.items() if rating >= satisfied_from)
    return _percent(satisfied, tally.n)


def ces(tally: Tally, lowest: int = 1, highest: int = 7) -> Score:
    """Customer effort score: the mean rating on a scale, by default 1 to 7. t interval.

    Dixon, Freeman & Toman (2010), "Stop trying to delight your customers", Harvard Business
    Review 88(7/8), 116-122. ValueError if a rating lies outside the scale.
    """
    tally.frequencies(range(lowest, highest + 1))
    if not tally.n:
        return _NOTHING
    total = sum(rating * count for rating, count in tally.counts.items())
    squares = sum(rating * rating * count for rating, count in tally.counts.items())
    interval = t_interval(tally.n, total, squares)
    return _score(total / tally.n, tally.n, interval, (lowest, highest))


def percent_positive(votes: Votes) -> Score:
    """Percent of answers that are positive, 0 to 100. Wilson interval."""
    return _percent(votes.positive, votes.n)


def net_positive_per_open(votes: Votes) -> Score:
    """(positive - negative) / opens x 10, so -10 to 10; ``n`` is the number of opens.

    An open without an answer is a neutral observation, so the interval is that of the NPS. An
    answer proves an open even where the mail program hid it: there are never fewer opens than
    answers. None as long as nobody answered.
    """
    if not votes.n:
        return Score(None, votes.opens, None, None)
    return _net(votes.positive, votes.negative, max(votes.opens, votes.n), 10)


_NOTHING = Score(None, 0, None, None)


def _net(plus: int, minus: int, n: int, unit: int) -> Score:
    if not n:
        return _NOTHING
    low, high = adjusted_wald(plus, minus, n)
    return _score(unit * (plus - minus) / n, n, (unit * low, unit * high), (-unit, unit))


def _percent(part: int, n: int) -> Score:
    if not n:
        return _NOTHING
    low, high = wilson(part, n)
    return _score(100 * part / n, n, (100 * low, 100 * high), (0, 100))


def _score(
    value: float, n: int, interval: tuple[float, float], limits: tuple[float, float]
) -> Score:
    """Cut the interval to what is possible, and widen it to the value if it misses that.

    It misses it by rounding at the ends of the range, and around one answer to an NPS question.
    """
    low = max(limits[0], min(interval[0], value))
    return Score(value, n, float(low), float(min(limits[1], max(interval[1], value))))


def _refuse_negative(counts: Iterable[int]) -> None:
    if any(count < 0 for count in counts):
        raise ValueError("a count cannot be negative")
