"""Send mails again of which nobody knows whether they went."""

from collections.abc import Sequence

from tellback.core.admission import LIFETIME
from tellback.core.errors import NotEligible, NotFound, TellbackError
from tellback.core.identifiers import is_id
from tellback.core.invitation import State
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.invitations import standing_of
from tellback.store.outbox import mark_released

_REASON = "sent again by its project, as nobody knows whether it went"


def resend_invitations(
    tx: Transaction, jobs: Sequence[tuple[Project, str]]
) -> list[Done | TellbackError]:
    """Queue each invitation again, given by id; `NotFound`, or `NotEligible` where that is wrong.

    Only where it is unknown whether the mail went: of all others that is known.
    """
    return [_resend(tx, project.id, id_) for project, id_ in jobs]


def _resend(tx: Transaction, project_id: str, id_: str) -> Done | TellbackError:
    found = standing_of(tx.connection, project_id, id_) if is_id(id_) else None
    if found is None:
        return NotFound()
    state, created_at = found
    if state is not State.UNKNOWN:
        return NotEligible("it is known what became of the invitation")
    if tx.now >= created_at + LIFETIME:
        return NotEligible("it was requested too long ago to be sent again")
    mark_released(tx.connection, project_id, {id_: tx.now}, _REASON)
    return Done(id_)
