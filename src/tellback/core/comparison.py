"""Whether a score has really changed, or only wavers as scores of few answers do."""

from dataclasses import dataclass
from enum import StrEnum
from math import hypot

from tellback.core.score import Score


class Verdict(StrEnum):
    """What can be said of a difference with 95 % confidence."""

    RISE = "rise"
    FALL = "fall"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of two scores, in the score's own unit, and its 95 % interval."""

    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """Real where the interval does not include nought, else within the noise."""
        if self.low > 0:
            return Verdict.RISE
        return Verdict.FALL if self.high < 0 else Verdict.NOISE


def compare(now: Score, before: Score) -> Change | None:
    """How far a score is from another that rests on other people; None if either has no value.

    The interval is made of the two scores' own, so it suits each of them: for proportions with
    Wilson's it is Newcombe (1998), "Interval estimation for the difference between independent
    proportions: comparison of eleven methods", Statistics in Medicine 17, 873-890, method 10; in
    general Zou & Donner (2008), "Construction of confidence limits about effect measures: a
    general approach", Statistics in Medicine 27, 1693-1702 (variances recovered from limits),
    which for means is near to Welch's test, and for the NPS takes the adjusted-Wald limits.
    """
    if now.value is None or before.value is None:
        return None
    change = now.value - before.value
    (down, up), (before_down, before_up) = _margins(now), _margins(before)
    return Change(change, change - hypot(down, before_up), change + hypot(up, before_down))


def _margins(score: Score) -> tuple[float, float]:
    """How far the interval reaches below and above the value."""
    assert score.value is not None  # noqa: S101 - who calls has looked
    assert score.low is not None  # noqa: S101
    assert score.high is not None  # noqa: S101
    return score.value - score.low, score.high - score.value
