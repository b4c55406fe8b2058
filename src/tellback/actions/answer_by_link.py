"""Take answers from the pages that mails lead to: the answer, and that its author was there.

Both in one transaction, so that nobody ever counts as having answered what they never opened.
"""

from collections.abc import Sequence

from tellback.actions.record_signals import record_signals
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import RecordSignal, SubmitResponse
from tellback.core.errors import TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import ResponseStored
from tellback.store.database import Transaction

Job = tuple[Project, SubmitResponse, RecordSignal]


def answer_by_link(tx: Transaction, jobs: Sequence[Job]) -> list[ResponseStored | TellbackError]:
    """Store every acceptable response; the refusals are those of `submit_responses`."""
    outcomes = submit_responses(tx, [(project, submission) for project, submission, _ in jobs])
    seen = [
        (project, signal)
        for (project, _, signal), outcome in zip(jobs, outcomes, strict=True)
        if not isinstance(outcome, TellbackError)
    ]
    record_signals(tx, seen)
    return outcomes
