"""Take news of people from callers: who they are, and their traits."""

from collections.abc import Sequence

from tellback.actions.people import People, merged_traits
from tellback.core.commands import IdentifyContact
from tellback.core.errors import ContactUnknown, TellbackError
from tellback.core.model import ContactKey, Project
from tellback.core.outcomes import ContactIdentified
from tellback.store.contact_records import find_contact_records
from tellback.store.database import Transaction

Outcome = ContactIdentified | TellbackError


def identify_contacts(
    tx: Transaction, jobs: Sequence[tuple[Project, IdentifyContact]]
) -> list[Outcome]:
    """Create or update each contact, in order.

    Refusals: `ContactUnknown` (where only the known are meant), `Invalid` (too much of traits),
    `NotEligible` (who is to be one, but is told apart by external ids).
    """
    keys: dict[str, list[ContactKey]] = {}
    for project, command in jobs:
        keys.setdefault(project.id, []).extend((command.contact, *command.also))
    people = {project_id: People(tx, project_id, wanted) for project_id, wanted in keys.items()}
    outcomes = [_identify(people[project.id], command) for project, command in jobs]
    for mine in people.values():
        mine.store()
    _show(tx, jobs, outcomes)
    return outcomes


def _identify(people: People, command: IdentifyContact) -> Outcome:
    if command.known_only and people.known(command.contact) is None:
        return ContactUnknown()
    person = people.by_key(command.contact)
    said = command.traits or {}
    if command.own_word and people.is_vouched_for(person):
        said = {k: v for k, v in said.items() if k not in person.properties}
    new = {k: v for k, v in (command.defaults or {}).items() if k not in person.properties}
    try:
        traits = merged_traits(person, {**new, **said})
        if command.merge:
            people.refuse_two(person, command.also)
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
    if command.numbered:
        people.give_number(person)
    return ContactIdentified(person.id, created)


def _show(
    tx: Transaction, jobs: Sequence[tuple[Project, IdentifyContact]], outcomes: Sequence[Outcome]
) -> None:
    """Put what is known of those whom a caller wants to see into the outcomes."""
    for (project, command), outcome in zip(jobs, outcomes, strict=True):
        if command.shown and isinstance(outcome, ContactIdentified):
            records = find_contact_records(tx.connection, project.id, [outcome.id])
            outcome.contact = records.get(outcome.id)
