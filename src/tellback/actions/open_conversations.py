"""Give visitors their open conversation, or a new one."""

from collections.abc import Sequence

from tellback.actions.by_project import by_project
from tellback.actions.conversation_batch import ConversationBatch
from tellback.core.conversations import (
    ConversationKey,
    ConversationRecorded,
    OpenConversation,
    RecordConversation,
)
from tellback.core.errors import ConversationUnknown, Duplicate, TellbackError
from tellback.core.model import Project
from tellback.core.records import ResponseRecord
from tellback.store.contacts import text_trait
from tellback.store.database import Transaction
from tellback.store.response_records import responses_about

Outcome = ConversationRecorded | TellbackError


def open_conversations(
    tx: Transaction, jobs: Sequence[tuple[Project, OpenConversation]]
) -> list[Outcome]:
    """Find or make each visitor's open conversation.

    Refusals: `ContactUnknown`, `ConversationUnknown` (the one that was asked for is not open, or
    not theirs), `Duplicate` (the new reference is taken).
    """

    def work(project: Project, commands: list[OpenConversation]) -> list[Outcome]:
        names = {name for c in commands for name in (c.reference, c.new_reference) if name}
        keys = {ConversationKey(reference=name) for name in names}
        batch = ConversationBatch(tx, project, keys, {c.contact for c in commands})
        outcomes = [_open(batch, command) for command in commands]
        batch.store(outcomes)
        _add_responses(tx, project, outcomes)
        return outcomes

    return by_project(jobs, work)


def _add_responses(tx: Transaction, project: Project, outcomes: Sequence[Outcome]) -> None:
    """Show what was answered about those conversations that there were before."""
    known = [o for o in outcomes if isinstance(o, ConversationRecorded) and not o.created]
    answered: dict[str, list[ResponseRecord]] = {}
    for id_, response in responses_about(
        tx.connection, project.id, list({one.conversation.id for one in known})
    ):
        answered.setdefault(id_, []).append(response)
    for one in known:
        one.responses = answered.get(one.conversation.id, ())


def _open(batch: ConversationBatch, command: OpenConversation) -> Outcome:
    try:
        person = batch.visitor(command.contact)
        if command.reference is not None:
            found = batch.book.find(ConversationKey(reference=command.reference))
            if found is None or not found.is_open or found.contact_id != person.id:
                return ConversationUnknown()
            return ConversationRecorded(found, None)
        known = batch.book.open_of(person.id)
        if known is not None:
            return ConversationRecorded(known, None)
        if command.new_reference and batch.book.find(ConversationKey(command.new_reference)):
            return Duplicate("There is a conversation of that reference already.")
        return batch.record(_new(command, text_trait(person.properties, "department")))
    except TellbackError as refusal:
        return refusal


def _new(command: OpenConversation, department: str | None) -> RecordConversation:
    return RecordConversation(
        dialect=command.dialect,
        reference=command.new_reference,
        contact=command.contact,
        channel=command.channel,
        department=command.department or department,
        agent=command.agent,
        properties=command.properties,
    )
