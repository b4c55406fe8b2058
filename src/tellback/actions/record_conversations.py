"""Take news of conversations from a platform's owner: new ones, changes, ends."""

from collections.abc import Sequence

from tellback.actions.by_project import by_project
from tellback.actions.conversation_batch import ConversationBatch
from tellback.core.conversations import (
    ConversationKey,
    ConversationRecorded,
    RecordConversation,
)
from tellback.core.errors import TellbackError
from tellback.core.model import Project
from tellback.store.database import Transaction

Outcome = ConversationRecorded | TellbackError


def record_conversations(
    tx: Transaction, jobs: Sequence[tuple[Project, RecordConversation]]
) -> list[Outcome]:
    """Create or update each conversation, in order; `Invalid` where traits are too much."""

    def work(project: Project, commands: list[RecordConversation]) -> list[Outcome]:
        keys = {ConversationKey(reference=c.reference) for c in commands if c.reference}
        people = {key for c in commands for key in (c.contact, *c.also) if key is not None}
        batch = ConversationBatch(tx, project, keys, people)
        outcomes = [_record(batch, command) for command in commands]
        batch.store(outcomes)
        return outcomes

    return by_project(jobs, work)


def _record(batch: ConversationBatch, command: RecordConversation) -> Outcome:
    try:
        return batch.record(command)
    except TellbackError as refusal:
        return refusal
