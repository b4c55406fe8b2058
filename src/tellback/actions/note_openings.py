"""Take down that the public page of a survey was opened, by whom nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.events import NOBODY, OPENED, Event, insert_events


@dataclass(frozen=True, slots=True)
class NoteOpening:
    """Somebody has opened the page of a survey."""

    dialect: str
    survey_id: str


def note_openings(tx: Transaction, jobs: Sequence[tuple[Project, NoteOpening]]) -> list[Done]:
    """Store each as an event."""
    events = [
        Event(project.id, command.dialect, NOBODY, f"{OPENED}{command.survey_id}")
        for project, command in jobs
    ]
    insert_events(tx, events)
    return [Done() for _ in jobs]
