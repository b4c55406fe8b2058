"""Send the surveys that conversations' ends have brought about into their chats.

One transaction judges them, marks them as sent and queues the events that tell the chats' platforms
of them: a survey that counts as sent is told of, however the process ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tellback.core.admission import (
    CHAT_QUESTIONS,
    Circumstances,
    DueInvitation,
    Objection,
    judge,
    limits_of,
)
from tellback.core.model import Channel, Identity, Project
from tellback.core.queries import ListSurveys
from tellback.core.quota import Allowance
from tellback.core.records import ContactRecord
from tellback.core.throttle import Window
from tellback.core.webhooks import EventType
from tellback.store.asks import asked_at
from tellback.store.chat_invitations import mark_asked
from tellback.store.contact_records import find_contact_records
from tellback.store.contacts import find_contacts_by_id
from tellback.store.conversations import open_conversations
from tellback.store.database import Transaction
from tellback.store.outbox import lock_project, mark_stopped, take_due
from tellback.store.outgoing_events import insert_outgoing_events
from tellback.store.recipients import suppressed_among
from tellback.store.surveys import list_surveys


@dataclass(frozen=True, slots=True)
class SendChatSurveys:
    """Send up to ``limit`` of the surveys that are due in a project's chats."""

    project_id: str
    limit: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How many were due and looked at, and how many of them went."""

    taken: int
    sent: int


def send_chat_surveys(tx: Transaction, jobs: Sequence[SendChatSurveys]) -> list[Asked]:
    """Send for each job in turn. Why one does not go is kept with it."""
    return [_send(tx, job) for job in jobs]


def _send(tx: Transaction, job: SendChatSurveys) -> Asked:
    project = lock_project(tx.connection, job.project_id)
    if project is None:
        return Asked(0, 0)
    due = take_due(tx.connection, project.id, tx.now, job.limit, Channel.CHAT)
    if not due:
        return Asked(0, 0)
    facts = _circumstances(tx, project, due)
    stopped: list[tuple[DueInvitation, Objection]] = []
    going: list[str] = []
    for invitation in due:
        objection = judge(invitation, facts, CHAT_QUESTIONS)
        if objection is None:
            going.append(invitation.id)
        else:
            stopped.append((invitation, objection))
    mark_stopped(tx.connection, project.id, stopped)
    mark_asked(tx.connection, project.id, going, tx.now)
    told = [(EventType.INVITATION_CREATED, id_) for id_ in going]
    insert_outgoing_events(tx.connection, project.id, told, tx.now)
    return Asked(len(due), len(going))


def _circumstances(
    tx: Transaction, project: Project, due: Sequence[DueInvitation]
) -> Circumstances:
    connection = tx.connection
    ids = {one.contact_id for one in due if one.contact_id is not None}
    people = find_contacts_by_id(connection, project.id, ids)
    records = find_contact_records(connection, project.id, ids)
    addresses = {id_: _addresses(one) for id_, one in records.items()}
    every = [address for mine in addresses.values() for address in mine]
    suppressed = suppressed_among(connection, project.id, every)
    for one in due:
        one.address = _worst(addresses.get(one.contact_id or "", ()), suppressed)
    surveys = list_surveys(connection, project, ListSurveys())
    later = {id_: p.next_ask_at for id_, p in people.items() if p.next_ask_at is not None}
    return Circumstances(
        now=tx.now,
        limits=limits_of(project.settings),
        live_surveys={survey.id for survey in surveys if survey.live},
        suppressed=suppressed,
        next_ask_at=later,
        asked_at=asked_at(connection, project.id, people, tx.now - Window.MONTH.value),
        allowance=Allowance([]),
        talking=open_conversations(connection, project.id, ids).keys(),
        known=people.keys(),
    )


def _addresses(person: ContactRecord) -> list[str]:
    """The addresses that somebody is known by or has told, the sure one first."""
    told = [person.keys.get(Identity.EMAIL), (person.email or "").lower()]
    return [address for address in told if address]


def _worst(addresses: Sequence[str], suppressed: Mapping[str, str]) -> str:
    """The one that is never mailed, if any is: who does not want mails wants no chats either."""
    never = (address for address in addresses if address in suppressed)
    return next(never, addresses[0] if addresses else "")
