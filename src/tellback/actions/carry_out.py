"""Carry out commands of several kinds in one transaction."""

from collections.abc import Sequence
from typing import Any

from tellback.actions.catalog import WRITES
from tellback.store.database import Job, Transaction


def carry_out(tx: Transaction, jobs: Sequence[Job]) -> list[Any]:
    """The outcomes of the commands, each in its place; each kind by the action for it.

    Kinds follow each other in the order in which each first came.
    """
    places: dict[type, list[int]] = {}
    for place, (_, command) in enumerate(jobs):
        places.setdefault(type(command), []).append(place)
    outcomes: dict[int, Any] = {}
    for kind, mine in places.items():
        done = WRITES[kind](tx, [jobs[place] for place in mine])
        outcomes.update(zip(mine, done, strict=True))
    return [outcomes[place] for place in range(len(jobs))]
