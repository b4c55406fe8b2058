"""Carrying out the jobs of a batch project by project, each outcome in its job's place."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tellback.core.model import Project

C = TypeVar("C")


def by_project(
    jobs: Sequence[tuple[Project, C]], work: Callable[[Project, list[C]], list[Any]]
) -> list[Any]:
    """What ``work`` makes of each project's commands, in the order of the jobs."""
    places: dict[str, list[int]] = {}
    for place, (project, _) in enumerate(jobs):
        places.setdefault(project.id, []).append(place)
    outcomes: dict[int, Any] = {}
    for mine in places.values():
        done = work(jobs[mine[0]][0], [jobs[place][1] for place in mine])
        outcomes.update(zip(mine, done, strict=True))
    return [outcomes[place] for place in range(len(jobs))]
