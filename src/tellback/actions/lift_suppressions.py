"""Let addresses be mailed again that a project has put on its list, or that bounced."""

from collections.abc import Sequence

from tellback.core.commands import BOUNCED, LISTED
from tellback.core.errors import NotEligible, NotFound, TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.recipients import suppressed_among
from tellback.store.suppressions import delete_suppressions


def lift_suppressions(
    tx: Transaction, jobs: Sequence[tuple[Project, str]]
) -> list[Done | TellbackError]:
    """Lift each suppression, given by its address; `NotFound` where there is none.

    `NotEligible` where it is the person's own word, which is not the project's to take back.
    """
    return [_lift(tx, project.id, address.lower()) for project, address in jobs]


def _lift(tx: Transaction, project_id: str, address: str) -> Done | TellbackError:
    reason = suppressed_among(tx.connection, project_id, [address]).get(address)
    if reason is None:
        return NotFound("This address is not suppressed.")
    if reason not in (LISTED, BOUNCED):
        return NotEligible("the person asked for no mail")
    delete_suppressions(tx.connection, project_id, [address])
    return Done()
