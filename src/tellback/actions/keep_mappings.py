"""Keep, change and remove what says how a webhook tells of conversations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tellback.core.errors import Fault, Invalid, NotFound, Problem, TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.conversation_mappings import (
    count_mappings,
    delete_mapping,
    find_mapping,
    put_mapping,
)
from tellback.store.database import Transaction

MOST = 100


@dataclass(frozen=True, slots=True)
class PutMapping:
    """Let the mapping of that name say this."""

    name: str
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MappingKept:
    """The mapping is on disk; ``created``: it is new."""

    created: bool


def put_mappings(
    tx: Transaction, jobs: Sequence[tuple[Project, PutMapping]]
) -> list[MappingKept | TellbackError]:
    """Keep each mapping; `Invalid` where a project would have too many."""
    return [_put(tx, project, command) for project, command in jobs]


def delete_mappings(
    tx: Transaction, jobs: Sequence[tuple[Project, str]]
) -> list[Done | TellbackError]:
    """Remove each mapping, given by name; `NotFound` where there is none."""
    return [
        Done() if delete_mapping(tx.connection, project.id, name) else NotFound()
        for project, name in jobs
    ]


def _put(tx: Transaction, project: Project, command: PutMapping) -> MappingKept | TellbackError:
    connection = tx.connection
    known = find_mapping(connection, project, command.name) is not None
    if not known and count_mappings(connection, project.id) >= MOST:
        return Invalid(Problem(Fault.QUOTA, f"at most {MOST} mappings per project"))
    created = put_mapping(connection, project.id, command.name, command.definition, tx.now)
    return MappingKept(created)
