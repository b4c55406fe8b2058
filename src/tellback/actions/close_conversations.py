"""Close conversations: by their platform, or by the visitors themselves."""

from collections.abc import Sequence

from tellback.actions.by_project import by_project
from tellback.actions.conversation_batch import ConversationBatch
from tellback.core.conversations import CloseConversation, ConversationRecorded
from tellback.core.errors import ClosingDisabled, TellbackError
from tellback.core.model import Project
from tellback.store.database import Transaction

Outcome = ConversationRecorded | TellbackError


def close_conversations(
    tx: Transaction, jobs: Sequence[tuple[Project, CloseConversation]]
) -> list[Outcome]:
    """Close each conversation, in order. The refusals stand in `CloseConversation`."""

    def work(project: Project, commands: list[CloseConversation]) -> list[Outcome]:
        people = {c.contact for c in commands if c.contact is not None}
        batch = ConversationBatch(tx, project, {c.conversation for c in commands}, people)
        outcomes = [_close(batch, command) for command in commands]
        batch.store(outcomes)
        return outcomes

    return by_project(jobs, work)


def _close(batch: ConversationBatch, command: CloseConversation) -> Outcome:
    try:
        person = None
        if command.contact is not None:
            if not batch.project.settings.visitors_may_close:
                raise ClosingDisabled
            person = batch.visitor(command.contact)
        found = batch.open_conversation(command.conversation, person)
        batch.book.close(found, command.closed_by, dict(command.properties or {}))
        return ConversationRecorded(found, None)
    except TellbackError as refusal:
        return refusal
