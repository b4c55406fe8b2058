"""The score cards: a score with its interval on its scale, and what became of it since."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.comparison import Change, Verdict, compare
from tellback.core.score import Score
from tellback.store.rated import Counts, sum_counts
from tellback.web.dashboard.measures import Measure, Surveys, score_all

#: A score of fewer answers tells less than it seems to: then only their number is shown.
FEWEST = 5
VERDICTS = {
    Verdict.RISE: "a real rise",
    Verdict.FALL: "a real fall",
    Verdict.NOISE: "within noise",
}


@dataclass(frozen=True, slots=True)
class Gauge:
    """A score on its scale, in percent of the scale's length."""

    band_from: float
    band_width: float
    value: float
    zero: float | None


@dataclass(frozen=True, slots=True)
class Card:
    """One score as it is shown. ``change`` is since the period before, if that can be told."""

    measure: Measure
    score: Score
    change: Change | None = None

    @property
    def is_few(self) -> bool:
        """Whether there are answers, but too few of them to show a score."""
        return self.score.value is not None and self.score.n < FEWEST

    @property
    def verdict(self) -> str:
        """What can be said of the change, in words."""
        return VERDICTS[self.change.verdict] if self.change else ""

    @property
    def gauge(self) -> Gauge | None:
        """Where the score and its interval lie; None where none is shown."""
        score = self.score
        if score.value is None or score.low is None or score.high is None or self.is_few:
            return None
        start, end = self._place(score.low), self._place(score.high)
        zero = self._place(0) if self.measure.low < 0 else None
        return Gauge(start, round(end - start, 2), self._place(score.value), zero)

    def _place(self, value: float) -> float:
        low, high = self.measure.low, self.measure.high
        return round(100 * (value - low) / (high - low), 2)


def score_cards(now: Sequence[Counts], before: Sequence[Counts], surveys: Surveys) -> list[Card]:
    """A card for each score, of the steps of a period and of those of the one before it."""
    scores = score_all(sum_counts(now), surveys)
    earlier = score_all(sum_counts(before), surveys) if before else {}
    return [Card(m, score, _change(score, earlier.get(m))) for m, score in scores.items()]


def _change(score: Score, earlier: Score | None) -> Change | None:
    if earlier is None or min(score.n, earlier.n) < FEWEST:
        return None
    return compare(score, earlier)
