"""Take down what people did, as their project's own systems tell it."""

from collections.abc import Sequence

from tellback.actions.people import People
from tellback.core.commands import RecordEvent
from tellback.core.model import ContactKey, Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.events import Event, insert_events


def record_events(tx: Transaction, jobs: Sequence[tuple[Project, RecordEvent]]) -> list[Done]:
    """Store each event; who is not known yet becomes a contact."""
    keys: dict[str, list[ContactKey]] = {}
    for project, command in jobs:
        keys.setdefault(project.id, []).append(command.contact)
    people = {project_id: People(tx, project_id, wanted) for project_id, wanted in keys.items()}
    events = []
    for project, command in jobs:
        person = people[project.id].by_key(command.contact)
        people[project.id].keep(person, command.contact, person.properties)
        events.append(Event(project.id, command.dialect, person.id, command.event))
    for mine in people.values():
        mine.store()
    ids = insert_events(tx, events)
    return [Done(id_) for id_ in ids]
