"""Take invitations back that have not gone yet."""

from collections.abc import Sequence

from tellback.core.errors import NotEligible, NotFound, TellbackError
from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.invitations import cancel_waiting, has_invitation


def cancel_invitations(
    tx: Transaction, jobs: Sequence[tuple[Project, str]]
) -> list[Done | TellbackError]:
    """Cancel each invitation, given by id; `NotFound`, or `NotEligible` where it is too late."""
    return [_cancel(tx, project.id, id_) for project, id_ in jobs]


def _cancel(tx: Transaction, project_id: str, id_: str) -> Done | TellbackError:
    if not is_id(id_) or not has_invitation(tx.connection, project_id, id_):
        return NotFound()
    if not cancel_waiting(tx.connection, project_id, id_, "cancelled by its project"):
        return NotEligible("the invitation waits no more")
    return Done(id_)
