"""What happens to an invitation whose moment has come: a flat list of steps.

Any step may stop it, and why is kept with it. The first steps are questions, asked for a whole
batch in the transaction that claims it; the others are taken by each mail alone. `sending` is on
disk before the mail is handed over, so that no crash can make a mail go twice unnoticed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from tellback.actions.mark_sending import MarkSending
from tellback.actions.record_deliveries import RecordDelivery, Result
from tellback.core.admission import QUESTIONS, DueInvitation
from tellback.core.errors import Overloaded, TellbackError
from tellback.core.model import Project, Survey
from tellback.mail.compose import (
    mail_survey,
    message_domain,
    message_id_of,
    recipient,
    sender_of,
)
from tellback.mail.errors import AddressRefused, MailRefused
from tellback.mail.notebook import Note, Notebook
from tellback.mail.pacing import Outage
from tellback.mail.render import SurveyMail, compile_survey_mail
from tellback.mail.survey_mail import Recipient
from tellback.mail.transport import (
    Deferred,
    Delivered,
    Delivery,
    Envelope,
    Refused,
    Stage,
    Transport,
)
from tellback.mail.window import Window
from tellback.store.database import Database

T = TypeVar("T")
log = structlog.get_logger()
_LONGEST_NAP = 10.0


@dataclass(frozen=True, slots=True)
class Office:
    """What the steps work with. ``worker`` names this process's hold on invitations."""

    database: Database
    transport: Transport
    worker: str
    base_url: str
    mail_from: str
    window: Window
    notebook: Notebook
    outage: Outage = field(default_factory=Outage)


@dataclass(slots=True)
class Batch:
    """What the mails of one claim share; ``compiled`` by survey, language and kind of mail."""

    project: Project
    surveys: dict[str, Survey]
    compiled: dict[tuple[str, str | None, bool], SurveyMail] = field(default_factory=dict)


@dataclass(slots=True)
class Mail:
    """One invitation under way; later steps find here what earlier ones have made.

    ``begun``: it may be on record as going, and so may have gone.
    """

    batch: Batch
    invitation: DueInvitation
    recipient: Recipient | None = None
    envelope: Envelope | None = None
    begun: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Project and invitation."""
        return self.batch.project.id, self.invitation.id


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of a mail's way. Without a result it is no longer ours to say what came of it."""

    result: Result | None
    reason: str | None = None
    due_at: int | None = None


Step = Callable[[Mail, Office], Awaitable[Stop | None]]


async def sign_links(mail: Mail, office: Office) -> Stop | None:
    """Give the mail its Message-ID and its links, which are the same whenever it is made."""
    project, invitation = mail.batch.project, mail.invitation
    try:
        message_id = message_id_of(invitation.id, sender_of(project, office.mail_from))
    except AddressRefused as error:
        return _our_fault(mail, error)
    now = office.database.clock()
    mail.recipient = recipient(project, invitation, message_id, office.base_url, now)
    return None


async def render(mail: Mail, office: Office) -> Stop | None:
    """Fill the survey's mail in; it was compiled for the first who got it."""
    copy = _made(mail.recipient)
    try:
        form = _form(mail, office)
    except Exception as error:
        return _our_fault(mail, error)
    try:
        message = form.fill(copy)
    except AddressRefused as error:
        return Stop(Result.REFUSED, error.message)
    except Exception as error:
        return _our_fault(mail, error)
    sender = sender_of(mail.batch.project, office.mail_from)
    mail.envelope = Envelope(sender, copy.address, message, copy.message_id, ready=True)
    return None


async def record_sending(mail: Mail, office: Office) -> Stop | None:
    """Put on disk that the mail is about to go; the last chance to hold it back."""
    domain = message_domain(_made(mail.envelope).sender)
    note = MarkSending(*mail.key, office.worker, domain)
    place = await office.window.enter()
    if wait := office.outage.lasts(time.monotonic()):
        # Found out about since this mail's turn came: no need to try with every one that had one.
        office.window.withdrawn()
        return _delay(office, wait, "no mail server reached")
    may_go, mail.begun = False, True
    try:
        if may_go := await _insist(office, note, Overloaded):
            office.window.recorded(place)
    finally:
        if not may_go:
            office.window.withdrawn()
    return None if may_go else Stop(None)


async def hand_over(mail: Mail, office: Office) -> Stop | None:
    """Give the mail to the transport. From here on a failure of ours leaves its fate unknown."""
    try:
        delivery = await office.transport.send(_made(mail.envelope))
    except Exception as error:
        log.exception("transport failed", invitation=mail.invitation.id)
        return Stop(Result.UNCERTAIN, f"the transport failed: {type(error).__name__}")
    finally:
        office.window.leave()
    return _end(delivery, office)


#: Asked for a whole batch at once, by `actions.claim_invitations`.
BEFORE_CLAIMING = QUESTIONS
AFTER_CLAIMING: tuple[Step, ...] = (sign_links, render, record_sending, hand_over)


async def deliver(mail: Mail, office: Office) -> None:
    """Take a claimed invitation through its steps, and record the result."""
    began = time.perf_counter()
    for step in AFTER_CLAIMING:
        stop = await step(mail, office)
        if stop is not None:
            await record_result(mail, office, stop)
            result = stop.result.value if stop.result else "lost"
            office.database.telemetry.mailed(mail.invitation.id, result, began)
            return


async def record_result(mail: Mail, office: Office, stop: Stop) -> None:
    """Write down what came of the mail, however often the database has to be asked."""
    if stop.result is None:
        return
    note = RecordDelivery(*mail.key, office.worker, stop.result, stop.reason, stop.due_at)
    await _insist(office, note, TellbackError)


async def _insist(office: Office, note: Note, trouble: type[Exception]) -> bool:
    """Write, and wait and write again as long as it fails with that trouble."""
    nap = 0.1
    while True:
        try:
            return await office.notebook.note(note)
        except trouble as error:
            log.warning("not written yet", invitation=note.invitation_id, error=str(error))
            await asyncio.sleep(nap)
            nap = min(2 * nap, _LONGEST_NAP)


def _made(part: T | None) -> T:
    if part is None:
        raise AssertionError("an earlier step has made this")
    return part


def _form(mail: Mail, office: Office) -> SurveyMail:
    batch, invitation = mail.batch, mail.invitation
    key = (invitation.survey_id, invitation.language, invitation.transactional)
    form = batch.compiled.get(key)
    if form is None:
        survey = batch.surveys[invitation.survey_id]
        words = mail_survey(batch.project, survey, *key[1:], office.mail_from, office.base_url)
        form = batch.compiled[key] = compile_survey_mail(words)
    return form


def _our_fault(mail: Mail, error: Exception) -> Stop:
    """No mail of this survey can be made. Somebody may mend that before we give up."""
    if isinstance(error, MailRefused):
        # Not its text, which may quote what a person wrote.
        log.warning("mail not made", invitation=mail.invitation.id, error=type(error).__name__)
        return Stop(Result.DEFERRED, f"the mail cannot be made: {error.message}")
    log.error("mail not made", invitation=mail.invitation.id, exc_info=error)
    return Stop(Result.DEFERRED, f"the mail cannot be made: {type(error).__name__}")


def _end(delivery: Delivery, office: Office) -> Stop:
    if isinstance(delivery, Deferred) and delivery.stage is Stage.CONNECT:
        wait = office.outage.failed(time.monotonic())
        return _delay(office, wait, f"no mail server reached: {_said(delivery)}")
    office.outage.ended()
    if isinstance(delivery, Delivered):
        return Stop(Result.SENT)
    if isinstance(delivery, Deferred):
        return Stop(Result.DEFERRED, f"the mail server put it off: {_said(delivery)}")
    if isinstance(delivery, Refused):
        return _refusal(delivery)
    return Stop(Result.UNCERTAIN, f"no answer after the mail was handed over: {delivery.reason}")


def _delay(office: Office, seconds: float, reason: str) -> Stop:
    return Stop(Result.DELAYED, reason, office.database.clock() + int(seconds * 1000))


def _refusal(refused: Refused) -> Stop:
    """A 5xx is final, and yet no suppression: servers also say it of full boxes and of us.

    Only bounces suppress. A refused sender is no fault of the mail: its owner can mend it.
    """
    if refused.stage is Stage.SENDER:
        return Stop(Result.DEFERRED, f"the mail server refused the sender: {_said(refused)}")
    return Stop(Result.REFUSED, f"the mail server refused it: {_said(refused)}")


def _said(delivery: Deferred | Refused) -> str:
    return delivery.reply if delivery.code is None else f"{delivery.code} {delivery.reply}"
