"""What a link leads to: who was asked what, and the answer so far."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, select

from tellback.core.asked import Asked, Given, Shared
from tellback.core.invitation import State
from tellback.core.links import Purpose, peek_project, verify
from tellback.core.model import Channel, Project, Survey, Transaction
from tellback.store.projects import find_project
from tellback.store.surveys import find_survey, find_version
from tellback.store.tables import contacts, invitations, responses, suppressions


def _same(other: Any, *pairs: tuple[Any, Any]) -> Any:
    mine = other.c.project_id == invitations.c.project_id
    return and_(mine, *(a == b for a, b in pairs))


# Put together once: that takes longer than the answer does.
_JOINED = (
    select(
        invitations,
        contacts.c.language.label("contact_language"),
        contacts.c.erased_at,
        responses.c.answers,
        responses.c.survey_version,
        responses.c.left_at,
        responses.c.created_at.label("answered_at"),
        suppressions.c.reason.label("suppressed"),
    )
    .outerjoin(contacts, _same(contacts, (contacts.c.id, invitations.c.contact_id)))
    .outerjoin(responses, _same(responses, (responses.c.invitation_id, invitations.c.id)))
    .outerjoin(suppressions, _same(suppressions, (suppressions.c.address, invitations.c.address)))
    .where(
        invitations.c.project_id == bindparam("the_project"),
        invitations.c.id == bindparam("the_invitation"),
    )
)


def follow_link(
    connection: Connection, purpose: Purpose, token: str, version: int | None = None
) -> Asked | None:
    """What the link with that token leads to; None where we never made such a link."""
    claimed = peek_project(token)
    project = find_project(connection, claimed) if claimed else None
    invitation_id = verify(project.secret, purpose, token) if project else None
    if project is None or invitation_id is None:
        return None
    return find_asked(connection, project, invitation_id, version)


def find_asked(
    connection: Connection, project: Project, invitation_id: str, version: int | None = None
) -> Asked | None:
    """An invitation of a project with everything that its pages show.

    The survey is at the version that was answered, else at the one given, else as it is now.
    """
    named = {"the_project": project.id, "the_invitation": invitation_id}
    row = connection.execute(_JOINED, named).first()
    survey = find_survey(connection, project.id, row.survey_id, row.dialect) if row else None
    if row is None or survey is None:
        return None
    languages = [row.language, row.contact_language]
    shown = row.survey_version or version or survey.version
    if shown != survey.version:
        survey = _at_version(connection, survey, shown)
    return Asked(
        project=project,
        id=row.id,
        dialect=row.dialect,
        channel=Channel(row.channel),
        state=State(row.state),
        survey=survey,
        sent_at=row.sent_at or row.claimed_at or row.due_at,
        address=row.address,
        languages=tuple(language for language in languages if language),
        transaction=_transaction(row),
        given=_given(row),
        suppressed=row.suppressed,
        erased=row.erased_at is not None,
    )


def follow_share(
    connection: Connection,
    token: str,
    receipts: Sequence[str],
    told: str,
    new_id: str,
    version: int | None = None,
) -> Shared | None:
    """The survey that is shared by that link, as who has one of these receipts finds it.

    None where we never made such a link. ``told`` is a receipt that counts only without any of
    these, and once its response is there. Without a receipt of ours the response is yet to come,
    and gets ``new_id``. The survey is at the version that was answered, else at the one given, else
    as it is now.
    """
    claimed = peek_project(token)
    project = find_project(connection, claimed) if claimed else None
    survey_id = verify(project.secret, Purpose.SHARE, token) if project else None
    if project is None or survey_id is None:
        return None
    survey = find_survey(connection, project.id, survey_id, "")
    if survey is None:
        return None
    known = (verify(project.secret, Purpose.RECEIPT, receipt) for receipt in receipts)
    own = next((id_ for id_ in known if id_), None)
    response_id = own or verify(project.secret, Purpose.RECEIPT, told) or new_id
    row = connection.execute(_answered(project.id, survey_id, response_id)).first()
    if own is None and row is None:
        response_id = new_id
    shown = (row.survey_version if row else version) or survey.version
    if shown != survey.version:
        survey = _at_version(connection, survey, shown)
    return Shared(
        project=project,
        survey=survey,
        response_id=response_id,
        given=_given(row) if row else None,
        erased=row is not None and row.erased_at is not None,
    )


def _answered(project_id: str, survey_id: str, response_id: str) -> Select[Any]:
    table = responses
    own = and_(contacts.c.project_id == table.c.project_id, contacts.c.id == table.c.contact_id)
    return (
        select(
            table.c.answers,
            table.c.survey_version,
            table.c.left_at,
            table.c.created_at.label("answered_at"),
            contacts.c.erased_at,
        )
        .outerjoin(contacts, own)
        .where(
            table.c.project_id == project_id,
            table.c.id == response_id,
            table.c.survey_id == survey_id,
        )
    )


def _at_version(connection: Connection, survey: Survey, version: int) -> Survey:
    definition = find_version(connection, survey.project_id, survey.id, version)
    return replace(survey, version=version, definition=definition) if definition else survey


def _given(row: Row[Any]) -> Given | None:
    if row.answered_at is None:
        return None
    return Given(row.answers, row.answered_at, row.left_at)


def _transaction(row: Row[Any]) -> Transaction | None:
    if not row.transactional:
        return None
    return Transaction(
        id=row.reference,
        at=row.transaction_at,
        amount=row.transaction_amount,
        currency=row.transaction_currency,
    )
