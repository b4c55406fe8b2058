"""Take down that people closed the surveys that they were shown."""

from collections.abc import Sequence

from tellback.actions.people import People
from tellback.core.commands import DismissAsk
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.events import DISMISSED, Event, insert_events


def dismiss_asks(tx: Transaction, jobs: Sequence[tuple[Project, DismissAsk]]) -> list[Done]:
    """Store each as an event; of who has been forgotten meanwhile nothing is kept."""
    ids: dict[str, set[str]] = {}
    for project, command in jobs:
        ids.setdefault(project.id, set()).add(command.ticket.contact_id)
    people = {project_id: People(tx, project_id, (), mine) for project_id, mine in ids.items()}
    events = [
        Event(project.id, command.dialect, person.id, f"{DISMISSED}{command.ticket.survey_id}")
        for project, command in jobs
        if (person := people[project.id].by_id(command.ticket.contact_id))
    ]
    insert_events(tx, events)
    return [Done() for _ in jobs]
