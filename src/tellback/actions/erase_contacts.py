"""Forget people who ask for it."""

from collections.abc import Sequence

from tellback.core.commands import EraseContact
from tellback.core.errors import NotFound, TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.contacts import erase_contact
from tellback.store.database import Transaction


def erase_contacts(
    tx: Transaction, jobs: Sequence[tuple[Project, EraseContact]]
) -> list[Done | TellbackError]:
    """Erase each contact; `NotFound` where there is none, or none any more.

    Who must not be mailed stays so: a suppression keeps its address, or it could not be honoured.
    """
    return [
        Done(command.contact_id)
        if erase_contact(tx, project.id, command.contact_id)
        else NotFound("There is no such contact.")
        for project, command in jobs
    ]
