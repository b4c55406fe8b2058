"""Invitations as programs read them: filtered, page by page, over all wires."""

from dataclasses import dataclass

from sqlalchemy import Connection

from tellback.core.model import Project
from tellback.store.feed import Columns, Position
from tellback.store.pages import Page, PageFilter, read_one, read_page
from tellback.store.tables import invitations

_LISTED: Columns = (
    invitations.c.id,
    invitations.c.number,
    invitations.c.dialect,
    invitations.c.survey_id,
    invitations.c.contact_id,
    invitations.c.conversation_id,
    invitations.c.channel,
    invitations.c.address,
    invitations.c.language,
    invitations.c.reference,
    invitations.c.transaction_at,
    invitations.c.transaction_amount,
    invitations.c.transaction_currency,
    invitations.c.properties,
    invitations.c.state,
    invitations.c.reason,
    invitations.c.created_at,
    invitations.c.due_at,
    invitations.c.sent_at,
    invitations.c.opened_at,
    invitations.c.clicked_at,
    invitations.c.bounced_at,
    invitations.c.responded_at,
)


@dataclass(frozen=True, slots=True)
class InvitationFilter(PageFilter):
    """Which invitations are wanted: what is not None must hold."""

    state: str | None = None
    address: str | None = None


def list_invitation_rows(
    connection: Connection,
    project: Project,
    wanted: InvitationFilter,
    before: Position | None,
    size: int,
) -> Page:
    """A page of invitations, the newest request first. A short page may have a next one."""
    few, matching = [], []
    if wanted.address is not None:
        few.append(invitations.c.address == wanted.address)
    if wanted.state is not None:
        matching.append(invitations.c.state == wanted.state)
    return read_page(
        connection,
        invitations,
        _LISTED,
        project,
        wanted,
        before,
        size,
        few=few,
        matching=matching,
    )


def get_invitation_row(connection: Connection, project: Project, id_: str) -> Page:
    """One invitation; `NotFound` alike where it is unknown or another project's."""
    return read_one(connection, invitations, _LISTED, project, id_)
