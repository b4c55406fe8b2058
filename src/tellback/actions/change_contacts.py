"""Change what is known of people whom the caller names by our own ids."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from tellback.actions.by_project import by_project
from tellback.actions.people import People, merged_traits
from tellback.core.commands import ChangeContact, MergeContacts
from tellback.core.errors import ContactUnknown, TellbackError
from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.core.outcomes import ContactIdentified
from tellback.store.contact_records import find_merged
from tellback.store.contacts import Known
from tellback.store.database import Transaction

Outcome = ContactIdentified | TellbackError
C = TypeVar("C")


def change_contacts(
    tx: Transaction, jobs: Sequence[tuple[Project, ChangeContact]]
) -> list[Outcome]:
    """Bring each contact up to date, in order. The refusals stand in `ChangeContact`."""

    def work(project: Project, commands: list[ChangeContact]) -> list[Outcome]:
        ids = _current(tx, project.id, (command.contact_id for command in commands))
        keys = {key for command in commands for key in command.also}
        people = People(tx, project.id, keys, ids.values())
        return _attempt(people, commands, lambda one: _change(people, ids, one))

    return by_project(jobs, work)


def merge_contacts(tx: Transaction, jobs: Sequence[tuple[Project, MergeContacts]]) -> list[Outcome]:
    """Let each two be one, in order. The refusals stand in `MergeContacts`."""

    def work(project: Project, commands: list[MergeContacts]) -> list[Outcome]:
        named = (id_ for command in commands for id_ in (command.contact_id, command.other_id))
        ids = _current(tx, project.id, named)
        people = People(tx, project.id, (), ids.values())
        return _attempt(people, commands, lambda one: _merge(people, ids, one))

    return by_project(jobs, work)


def _current(tx: Transaction, project_id: str, ids: Iterable[str]) -> dict[str, str]:
    """Who these ids lead to by now, since people may have become one."""
    return {id_: find_merged(tx.connection, project_id, id_) for id_ in ids if is_id(id_)}


def _attempt(
    people: People, commands: Sequence[C], carry_out: Callable[[C], ContactIdentified]
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for command in commands:
        try:
            outcomes.append(carry_out(command))
        except TellbackError as refusal:
            outcomes.append(refusal)
    people.store()
    return outcomes


def _change(people: People, ids: dict[str, str], command: ChangeContact) -> ContactIdentified:
    person = _known(people, ids, command.contact_id)
    if command.merge:
        people.refuse_two(person, filter(people.known, command.also))
    people.keep(person, None, merged_traits(person, command.traits))
    for key in command.also:
        if command.merge:
            person = people.join(person, key)
        else:
            people.attach(person, key)
    if command.next_ask_at is not None:
        person.next_ask_at = command.next_ask_at
    return ContactIdentified(person.id, created=False)


def _merge(people: People, ids: dict[str, str], command: MergeContacts) -> ContactIdentified:
    person = _known(people, ids, command.contact_id)
    other = _known(people, ids, command.other_id)
    if person is not other:
        person = people.unite(person, other)
    return ContactIdentified(person.id, created=False)


def _known(people: People, ids: dict[str, str], contact_id: str) -> Known:
    person = people.by_id(ids.get(contact_id))
    if person is None:
        raise ContactUnknown
    return person
