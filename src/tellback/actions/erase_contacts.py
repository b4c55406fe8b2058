"""Forget people who ask for it."""

from collections.abc import Sequence

from tellback.core.commands import EraseContact
from tellback.core.errors import ContactUnknown, ConversationOpen, TellbackError
from tellback.core.model import VOUCHED, Project
from tellback.core.outcomes import Done
from tellback.store.contacts import (
    erase_contact,
    find_contacts,
    forget_identity,
    identity_kinds,
)
from tellback.store.conversations import open_conversations
from tellback.store.database import Transaction
from tellback.store.erasures import forget_rejections_naming, names_of


def erase_contacts(
    tx: Transaction, jobs: Sequence[tuple[Project, EraseContact]]
) -> list[Done | TellbackError]:
    """Erase each contact; `ContactUnknown` where there is none, or none any more.

    Refused input with one of their addresses or ids goes, too. Who must not be mailed stays so: a
    suppression keeps its address, or it could not be honoured.
    """
    named: dict[str, set[str]] = {}
    outcomes = [_erase(tx, project.id, command, named) for project, command in jobs]
    for project_id, names in named.items():
        forget_rejections_naming(tx.connection, project_id, names)
    return outcomes


def _erase(
    tx: Transaction, project_id: str, command: EraseContact, named: dict[str, set[str]]
) -> Done | TellbackError:
    """Erase a contact, and add the names that are gone to those of the project."""
    contact_id = command.contact_id
    if command.contact is not None:
        found = find_contacts(tx.connection, project_id, [command.contact])
        contact_id = found[command.contact].id if found else None
    if contact_id is None:
        return ContactUnknown()
    if command.unless_open and open_conversations(tx.connection, project_id, [contact_id]):
        return ConversationOpen()
    if command.own_word and command.contact is not None:
        kinds = identity_kinds(tx.connection, project_id, contact_id)
        if not kinds.isdisjoint(VOUCHED):
            forget_identity(tx.connection, project_id, command.contact)
            return Done(contact_id)
    names = names_of(tx.connection, project_id, contact_id)
    if not erase_contact(tx, project_id, contact_id):
        return ContactUnknown()
    named.setdefault(project_id, set()).update(names)
    return Done(contact_id)
