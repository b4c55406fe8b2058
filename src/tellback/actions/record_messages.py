"""Keep what visitors wrote: in their conversation, or when nobody was there."""

from collections.abc import Sequence

from tellback.actions.by_project import by_project
from tellback.actions.conversation_batch import ConversationBatch
from tellback.core.conversations import (
    Conversation,
    MessageRecorded,
    RecordConversation,
    RecordMessage,
)
from tellback.core.errors import Invalid, TellbackError
from tellback.core.model import Project
from tellback.store.conversations import insert_messages
from tellback.store.database import Transaction
from tellback.store.ids import new_id

Outcome = MessageRecorded | TellbackError


def record_messages(
    tx: Transaction, jobs: Sequence[tuple[Project, RecordMessage]]
) -> list[Outcome]:
    """Keep each message, in order. The refusals stand in `RecordMessage`."""

    def work(project: Project, commands: list[RecordMessage]) -> list[Outcome]:
        keys = {c.conversation for c in commands if c.conversation is not None}
        batch = ConversationBatch(tx, project, keys, {c.contact for c in commands})
        outcomes = [_keep(batch, command) for command in commands]
        batch.store(outcomes)
        written = [
            (one.id, one.conversation.id, one.conversation.contact_id, command.text, one.at)
            for command, one in zip(commands, outcomes, strict=True)
            if isinstance(one, MessageRecorded)
        ]
        insert_messages(tx.connection, project.id, written)
        return outcomes

    return by_project(jobs, work)


def _keep(batch: ConversationBatch, command: RecordMessage) -> Outcome:
    try:
        conversation = _conversation(batch, command)
        if command.problems:
            raise Invalid(*command.problems)
    except TellbackError as refusal:
        return refusal
    now = batch.tx.now
    conversation.messages += 1
    conversation.last_message_at = now
    batch.book.note(conversation)
    return MessageRecorded(new_id(), conversation, None, now)


def _conversation(batch: ConversationBatch, command: RecordMessage) -> Conversation:
    if command.conversation is not None:
        return batch.open_conversation(command.conversation, batch.visitor(command.contact))
    # It ends as it begins, without a survey: nobody has talked to that person.
    left = RecordConversation(
        dialect=command.dialect,
        contact=command.contact,
        traits=command.traits,
        channel=command.channel,
        department=command.department,
        properties=command.properties,
        is_open=False,
    )
    recorded = batch.record(left).conversation
    batch.book.closed.remove(recorded)
    return recorded
