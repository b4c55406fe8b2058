"""By what somebody is known who may have no name."""

from typing import Any

from sqlalchemy import ColumnElement, Label, func, select

from tellback.core.model import Identity
from tellback.store.tables import contact_identities, contacts


def external_id(project_id: str, contact_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """The caller's own id of a contact, as a column of a statement about something of theirs."""
    table = contact_identities.c
    return (
        # Of a sum, lest the engine walk all of the project's ids in their order to find one.
        select(func.min(table.value.concat("")))
        .where(
            table.project_id == project_id,
            table.contact_id == contact_id,
            table.kind == Identity.EXTERNAL.value,
        )
        .scalar_subquery()
    )


def known_as(project_id: str, contact_id: ColumnElement[Any]) -> Label[Any]:
    """A contact's name, else the e-mail address, else the caller's own id, as column ``known_as``.

    NULL where nobody is known, or was forgotten.
    """
    person = contacts.c
    first = func.coalesce(
        func.nullif(person.name, ""),
        func.nullif(person.email, ""),
        external_id(project_id, person.id),
    )
    return (
        select(first)
        .where(person.project_id == project_id, person.id == contact_id)
        .scalar_subquery()
        .label("known_as")
    )
