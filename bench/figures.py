"""From the rounds' measurements to a row: medians, a ratio, and whether the goal holds."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Bound(StrEnum):
    """On which side of the goal a figure must lie."""

    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a row must show.

    With a floor it is the ratio candidate / floor that is held against ``value``; without one
    (``absolute``) it is the candidate itself, in ``unit``.
    """

    name: str
    measures: str
    floor: str
    unit: str
    bound: Bound
    value: float
    absolute: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """What one round gave for one goal: the candidate's figure, and the floor's if it has one."""

    candidate: float
    floor: float | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A goal cannot be measured here: why, and what to do about it."""

    reason: str


#: What one round gave, by the goals' names.
Round = Mapping[str, Pair | Skipped]


@dataclass(frozen=True, slots=True)
class Row:
    """A goal with what its rounds gave, in their order; or why they gave nothing."""

    goal: Goal
    pairs: Sequence[Pair]
    skipped: str | None = None

    @property
    def candidate(self) -> float | None:
        """The median of the candidate's rounds, or None without any."""
        return statistics.median(pair.candidate for pair in self.pairs) if self.pairs else None

    @property
    def floor(self) -> float | None:
        """The median of the floor's rounds, or None without a floor."""
        floors = [pair.floor for pair in self.pairs if pair.floor is not None]
        return statistics.median(floors) if floors else None

    @property
    def ratio(self) -> float | None:
        """The candidate's median by the floor's, or None without a floor."""
        if self.candidate is None or self.floor is None:
            return None
        return self.candidate / self.floor

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; reaching it exactly is enough. None where it was skipped."""
        if self.skipped:
            return None
        judged = self.candidate if self.goal.absolute else self.ratio
        if judged is None:
            raise ValueError(f"{self.goal.name} is judged by its ratio and has no floor")
        if self.goal.bound is Bound.AT_MOST:
            return judged <= self.goal.value
        return judged >= self.goal.value

    def describe(self) -> dict[str, Any]:
        """The row as the JSON file holds it."""
        return {
            "name": self.goal.name,
            "measures": self.goal.measures,
            "against": self.goal.floor,
            "unit": self.goal.unit,
            "candidate": self.candidate,
            "floor": self.floor,
            "ratio": self.ratio,
            "goal": self.goal.value,
            "bound": self.goal.bound.value,
            "judged": "candidate" if self.goal.absolute else "ratio",
            "holds": self.holds,
            "skipped": self.skipped,
            "rounds": len(self.pairs),
            "candidates": [pair.candidate for pair in self.pairs],
            "floors": [pair.floor for pair in self.pairs if pair.floor is not None],
        }


def rows_of(goals: Sequence[Goal], rounds: Sequence[Round]) -> list[Row]:
    """One row per goal from what each round gave."""
    return [_row(goal, [measured[goal.name] for measured in rounds]) for goal in goals]


def _row(goal: Goal, measured: Sequence[Pair | Skipped]) -> Row:
    skipped = next((each.reason for each in measured if isinstance(each, Skipped)), None)
    pairs = [each for each in measured if isinstance(each, Pair)]
    return Row(goal, [] if skipped else pairs, skipped)
