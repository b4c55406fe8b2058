"""Keep what visitors wrote: in their conversation, or when nobody was there."""

from collections.abc import Sequence
from hashlib import sha256

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
from tellback.store.conversations import insert_messages, known_messages
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
        found = [_allowed(batch, command) for command in commands]
        ids = [_id(one, command) for one, command in zip(found, commands, strict=True)]
        keyed = {id_ for id_, c in zip(ids, commands, strict=True) if c.key is not None}
        known = known_messages(tx.connection, project.id, keyed)
        outcomes, written = list[Outcome](), []
        for one, id_, command in zip(found, ids, commands, strict=True):
            if isinstance(one, TellbackError):
                outcomes.append(one)
                continue
            if id_ not in known:
                known[id_] = tx.now
                _count(batch, one)
                written.append((id_, one, command.text))
            outcomes.append(MessageRecorded(id_, one, None, known[id_]))
        batch.store(outcomes)
        rows = [(id_, one.id, one.contact_id, text, tx.now) for id_, one, text in written]
        insert_messages(tx.connection, project.id, rows)
        return outcomes

    return by_project(jobs, work)


def _allowed(batch: ConversationBatch, command: RecordMessage) -> Conversation | TellbackError:
    try:
        conversation = _conversation(batch, command)
        if command.problems:
            raise Invalid(*command.problems)
    except TellbackError as refusal:
        return refusal
    return conversation


def _id(conversation: Conversation | TellbackError, command: RecordMessage) -> str:
    """The message's id: a new one, or the same each time that its sender repeats it."""
    if command.key is None or isinstance(conversation, TellbackError):
        return new_id()
    seed = f"{conversation.id} {command.key}".encode("utf-8", "surrogatepass")
    return sha256(seed).hexdigest()[:32]


def _count(batch: ConversationBatch, conversation: Conversation) -> None:
    conversation.messages += 1
    conversation.last_message_at = batch.tx.now
    batch.book.note(conversation)


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
