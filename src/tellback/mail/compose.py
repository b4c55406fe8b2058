"""From a survey and an invitation to what a mail says, and to whom."""

from tellback.core.addresses import domain_of
from tellback.core.admission import DueInvitation
from tellback.core.links import Purpose, link
from tellback.core.model import Project, Question, Survey, pick
from tellback.core.transaction_facts import amount_text, day_text
from tellback.mail.address import ascii_address
from tellback.mail.survey_mail import MailAnswer, MailSurvey, Recipient, one_line

_KINDS = frozenset({"binary", "nps", "csat", "ces"})
#: More answers than this do not fit a mail: it leads to the page instead.
_MOST_ANSWERS = 11


def sender_of(project: Project, mail_from: str) -> str:
    """The address that the project's mails come from."""
    return project.settings.from_address or mail_from


def message_id_of(invitation_id: str, sender: str) -> str:
    """The Message-ID of an invitation's mail: the same, however often it is sent."""
    return f"<{invitation_id}@{domain_of(ascii_address(sender))}>"


def mail_survey(
    project: Project, survey: Survey, language: str | None, transactional: bool, mail_from: str
) -> MailSurvey:
    """What all mails of a survey in a language have in common."""
    settings, definition = project.settings, survey.definition
    language = language or settings.language or "en"
    brand = one_line(settings.brand or project.name)
    asked = definition.rating_question or next(iter(definition.questions), None)
    question = pick(asked.text, language) if asked else definition.name
    answers = _answers(definition.rating_question, language)
    return MailSurvey(
        kind=_kind(definition.rating_question) if answers else "form",
        question=question,
        answers=answers,
        subject=one_line(pick(definition.subject, language) or question),
        brand=brand,
        from_name=brand,
        from_address=sender_of(project, mail_from),
        reply_to=settings.reply_to or None,
        language=language,
        transactional=transactional,
    )


def recipient(
    project: Project, invitation: DueInvitation, message_id: str, base_url: str, now: int
) -> Recipient:
    """One person's copy, with its links signed."""

    def signed(purpose: Purpose) -> str:
        return link(base_url, project.secret, purpose, project.id, invitation.id)

    facts = _facts(project, invitation) if invitation.transactional else {}
    return Recipient(
        address=invitation.address,
        message_id=message_id,
        date=now,
        answer_url=signed(Purpose.ANSWER),
        unsubscribe_url=signed(Purpose.UNSUBSCRIBE),
        unsubscribe_mailto=None,
        pixel_url=signed(Purpose.OPEN),
        honeypot_url=signed(Purpose.TRAP),
        **facts,
    )


def _kind(question: Question | None) -> str:
    metric = question.metric if question else None
    return metric if metric in _KINDS else "form"


def _answers(question: Question | None, language: str) -> tuple[MailAnswer, ...]:
    """The answers that fit a mail; none where a form is the better offer."""
    if _kind(question) == "form" or question is None:
        return ()
    if question.choices:
        answers = [MailAnswer(c.value, pick(c.label, language)) for c in question.choices]
    else:
        numbers = range(question.minimum, question.maximum + 1)
        answers = [MailAnswer(str(number), str(number)) for number in numbers]
    return tuple(answers) if len(answers) <= _MOST_ANSWERS else ()


def _facts(project: Project, invitation: DueInvitation) -> dict[str, str | None]:
    at, amount = invitation.transaction_at, invitation.transaction_amount
    currency = invitation.transaction_currency
    return {
        "transaction_id": invitation.reference,
        "transaction_date": None if at is None else day_text(at, project.settings),
        "transaction_amount": None if amount is None else amount_text(amount, currency),
        "transaction_currency": currency if amount is not None else None,
    }
