"""Take news of people from callers: who they are, and their traits."""

from collections.abc import Sequence

from tellback.actions.people import People, merged_traits
from tellback.core.commands import IdentifyContact
from tellback.core.errors import TellbackError
from tellback.core.model import ContactKey, Project
from tellback.core.outcomes import ContactIdentified
from tellback.store.database import Transaction

Outcome = ContactIdentified | TellbackError


def identify_contacts(
    tx: Transaction, jobs: Sequence[tuple[Project, IdentifyContact]]
) -> list[Outcome]:
    """Create or update each contact, in order; `Invalid` where its traits are too much."""
    keys: dict[str, list[ContactKey]] = {}
    for project, command in jobs:
        keys.setdefault(project.id, []).extend((command.contact, *command.also))
    people = {project_id: People(tx, project_id, wanted) for project_id, wanted in keys.items()}
    outcomes = [_identify(people[project.id], command) for project, command in jobs]
    for mine in people.values():
        mine.store()
    return outcomes


def _identify(people: People, command: IdentifyContact) -> Outcome:
    person = people.by_key(command.contact)
    try:
        traits = merged_traits(person, command.traits)
    except TellbackError as refusal:
        return refusal
    created = people.keep(person, command.contact, traits)
    for key in command.also:
        if command.merge:
            person = people.join(person, key)
        else:
            people.attach(person, key)
    if command.next_ask_at is not None:
        person.next_ask_at = command.next_ask_at
    return ContactIdentified(person.id, created)
