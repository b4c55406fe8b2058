"""How a survey does where anybody may come by it: by its link, and in the widget."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.model import Channel
from tellback.store.reach import Reach


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a funnel. ``of`` is what its share is of; None: it has none."""

    name: str
    count: int
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The way to an answer, from the first step, which is the most there can be."""

    title: str
    about: str
    stages: Sequence[Stage]

    @property
    def most(self) -> int:
        """What all lengths are shares of."""
        return max(1, *(stage.count for stage in self.stages))


def funnels_of(reach: Reach) -> list[Funnel]:
    """The funnels that have anything in them."""
    events, begun, finished = reach.events, reach.begun, reach.finished
    link, widget = Channel.LINK.value, Channel.IN_APP.value
    found = [
        Funnel(
            "By its link",
            "Each browser counts once, and machines that look at links do not.",
            _stages(
                ("Opened", events["opened"]), ("Begun", begun[link]), ("Finished", finished[link])
            ),
        ),
        Funnel(
            "In the widget",
            "Closed is who has seen it and did not want to answer.",
            _stages(
                ("Shown", events["shown"]),
                ("Closed", events["dismissed"]),
                ("Begun", begun[widget]),
                ("Finished", finished[widget]),
            ),
        ),
    ]
    return [funnel for funnel in found if any(stage.count for stage in funnel.stages)]


def _stages(*counts: tuple[str, int]) -> list[Stage]:
    first = counts[0][1]
    return [
        Stage(name, count, None if place == 0 else first)
        for place, (name, count) in enumerate(counts)
    ]
