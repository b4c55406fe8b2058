"""Take submitted answers, whoever collected them: one transaction over any number of them.

Each is judged alone, in order, and what is refused leaves nothing behind. An answer is new, or goes
on with an earlier one: by its token, by the invitation that it answers, or by the conversation that
it is about.
"""

from collections.abc import Sequence

from tellback.actions.by_project import by_project
from tellback.actions.response_batch import ResponseBatch
from tellback.core.commands import SubmitResponse
from tellback.core.errors import TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import ResponseStored
from tellback.store.database import Transaction

Outcome = ResponseStored | TellbackError


def submit_responses(
    tx: Transaction, jobs: Sequence[tuple[Project, SubmitResponse]]
) -> list[Outcome]:
    """Store every acceptable response; a refusal stands in the others' place.

    Refusals: `NotFound` (survey, invitation, response, and its kinds `ContactUnknown` and
    `ConversationUnknown`), `Invalid` (answers, traits),
    `CredentialUnknown` (a wrong token), `NotEligible` (answered before, not in the target).
    """

    def work(project: Project, commands: list[SubmitResponse]) -> list[Outcome]:
        batch = ResponseBatch(tx, project, commands)
        outcomes = [_submit(batch, command) for command in commands]
        batch.store()
        for command, outcome in zip(commands, outcomes, strict=True):
            if isinstance(outcome, ResponseStored) and outcome.created:
                tx.facts["answered", command.dialect, command.channel.value] += 1
        return outcomes

    return by_project(jobs, work)


def _submit(batch: ResponseBatch, command: SubmitResponse) -> Outcome:
    try:
        if command.ticket is not None:
            return batch.answer_ticket(command, command.ticket)
        if command.response_id is not None:
            return batch.go_on(command, command.response_id)
        if command.own_id is not None:
            return batch.answer_as(command, command.own_id)
        if command.invitation_id is not None:
            return batch.answer_invitation(command, command.invitation_id)
        if command.invitation_number is not None:
            return batch.answer_numbered(command, command.invitation_number)
        return batch.answer(command)
    except TellbackError as refusal:
        return refusal
