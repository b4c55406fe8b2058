"""The rule that a conversation's end brings about a survey, where the project has set one."""

from collections.abc import Sequence
from zlib import crc32

from tellback.core.conversations import Conversation
from tellback.core.instants import DAY, MINUTE
from tellback.core.invitation import State
from tellback.core.model import Channel, Identity, Project, Survey, offered_in
from tellback.core.records import ContactRecord
from tellback.store.chat_invitations import ChatInvitation, insert_chat_invitations
from tellback.store.contact_records import find_contact_records
from tellback.store.counters import NumberLot
from tellback.store.database import Transaction
from tellback.store.ids import new_id
from tellback.store.surveys import find_survey

#: What was closed longer ago than this is history: nobody is asked or told.
_RECENT = DAY


def ask_after_close(tx: Transaction, project: Project, closed: Sequence[Conversation]) -> None:
    """Queue an invitation for each of these conversations that the project's rule picks.

    A conversation is asked about once, however often it is opened and closed again. Whether the
    person may be asked is judged when the invitation is due.
    """
    if not closed or not project.settings.close_survey:
        return
    survey = find_survey(tx.connection, project.id, project.settings.close_survey, "")
    if survey is None or not survey.live:
        return
    picked = [one for one in closed if _is_picked(one, project, survey, tx.now)]
    ids = [one.contact_id for one in picked if one.contact_id is not None]
    people = find_contact_records(tx.connection, project.id, ids)
    numbers = NumberLot(tx.connection, project.id, "sending")
    new = [
        _invitation(tx, project, survey, one, person, numbers.take(len(picked)))
        for one in picked
        # Nobody is asked who was forgotten meanwhile.
        if (person := people.get(one.contact_id or "")) is not None
    ]
    stored = insert_chat_invitations(tx.connection, project.id, new, tx.now)
    tx.facts.update(("requested", one.dialect, one.channel) for one in new if one.id in stored)


def is_recent(one: Conversation, now: int) -> bool:
    """Whether a conversation has closed just now, and is no history that somebody brings along."""
    return one.closed_at is not None and one.closed_at >= now - _RECENT


def _is_picked(one: Conversation, project: Project, survey: Survey, now: int) -> bool:
    if one.contact_id is None or not is_recent(one, now):
        return False
    if one.messages < project.settings.close_messages:
        return False
    if not offered_in(survey.definition, one.first_channel, one.channel):
        return False
    # By a hash and not by chance: the same conversation is always in the sample or never.
    return crc32(one.id.encode()) % 100 < project.settings.close_sample


def _invitation(
    tx: Transaction,
    project: Project,
    survey: Survey,
    one: Conversation,
    person: ContactRecord,
    number: int,
) -> ChatInvitation:
    by_mail = project.settings.close_channel == Channel.EMAIL
    address = person.keys.get(Identity.EMAIL)
    unreachable = by_mail and address is None
    return ChatInvitation(
        id=new_id(),
        dialect=one.dialect,
        survey_id=survey.id,
        contact_id=one.contact_id,
        conversation_id=one.id,
        number=number,
        channel=project.settings.close_channel,
        address=address if by_mail else None,
        language=person.language,
        reference=f"close-{one.id}",
        state=State.CANCELLED if unreachable else State.QUEUED,
        reason="the person is not known by an e-mail address" if unreachable else None,
        due_at=tx.now + project.settings.close_delay_minutes * MINUTE,
    )
