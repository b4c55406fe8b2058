"""From a survey and an invitation to what a mail says, and to whom."""

from collections.abc import Mapping, Sequence

from tellback.core.addresses import domain_of
from tellback.core.admission import DueInvitation
from tellback.core.colour import DEFAULT_ACCENT
from tellback.core.links import Purpose, link
from tellback.core.logo import MAILED, NAME, logo_path
from tellback.core.mailed import mailed_question, offered_values, scale_of
from tellback.core.model import (
    NEGATIVE,
    POSITIVE,
    RATED,
    Project,
    Question,
    QuestionType,
    Survey,
    SurveyDefinition,
    pick,
)
from tellback.core.transaction_facts import amount_text, day_text
from tellback.mail.address import ascii_address
from tellback.mail.language import texts_for
from tellback.mail.survey_mail import Follows, MailAnswer, MailSurvey, Recipient, one_line

#: The kinds whose rows have words for their ends.
_KINDS = frozenset({"nps", "csat", "ces"})
#: Faces from the worst to the best, by how many there are: of those that old systems have too.
_FACES = {2: "😞😊", 3: "😞😐😊", 4: "😞😕😊😄", 5: "😞😕😐😊😄"}


def sender_of(project: Project, mail_from: str) -> str:
    """The address that the project's mails come from."""
    return project.settings.from_address or mail_from


def message_domain(sender: str) -> str:
    """The domain of a sender's Message-IDs. Raises AddressRefused for what is no address."""
    return domain_of(ascii_address(sender))


def message_id_of(invitation_id: str, sender: str) -> str:
    """The Message-ID of an invitation's mail: the same, however often it is sent."""
    return f"<{invitation_id}@{message_domain(sender)}>"


def mail_survey(
    project: Project,
    survey: Survey,
    language: str | None,
    transactional: bool,
    mail_from: str,
    base_url: str = "",
) -> MailSurvey:
    """What all mails of a survey in a language have in common; ``base_url`` is where logos are."""
    settings, definition = project.settings, survey.definition
    language = language or settings.language or "en"
    brand = one_line(settings.brand or project.name)
    asked = mailed_question(definition)
    question = pick(asked.text, language) if asked else definition.name
    answers = _answers(asked, language) if asked else ()
    return MailSurvey(
        kind=_kind(asked, answers) if asked and answers else "form",
        question=question,
        answers=answers,
        subject=one_line(pick(definition.subject, language) or question),
        brand=brand,
        from_name=brand,
        from_address=sender_of(project, mail_from),
        reply_to=settings.reply_to or None,
        language=language,
        transactional=transactional,
        follows=_follows(definition, asked),
        accent=definition.colour or settings.colour or DEFAULT_ACCENT,
        logo=_logo(project, base_url),
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


def _logo(project: Project, base_url: str) -> str:
    """Where a mail program finds the logo, if it is a picture that mail programs show."""
    name = project.settings.logo
    shown = base_url and NAME.fullmatch(name) and name.rpartition(".")[2] in MAILED
    return base_url + logo_path(project.id, name) if shown else ""


def _kind(question: Question, answers: Sequence[MailAnswer]) -> str:
    if question.type is QuestionType.BINARY:
        return "binary"
    labelled = any(answer.label != answer.value for answer in answers)
    if question.type not in RATED and labelled:
        return "choice"
    measured = question.metric or question.type.value
    return measured if measured in _KINDS else "scale"


def _answers(question: Question, language: str) -> tuple[MailAnswer, ...]:
    """The answers that fit a mail; none where a form is the better offer."""
    texts = texts_for(language)
    labels = {choice.value: pick(choice.label, language) for choice in question.choices}
    if question.type is QuestionType.BINARY:
        labels = {POSITIVE: texts.yes, NEGATIVE: texts.no} | _said(labels)
    values = offered_values(question)
    return tuple(
        MailAnswer(value, labels.get(value) or value, _face(question, value)) for value in values
    )


def _said(labels: Mapping[str, str]) -> dict[str, str]:
    return {value: label for value, label in labels.items() if label}


def _face(question: Question, value: str) -> str:
    """What shows a step better than its number alone."""
    if question.type is QuestionType.STARS:
        return f"{value}★"
    faces = _FACES.get(len(scale_of(question)), "")
    if question.type is not QuestionType.SMILEY or not faces:
        return ""
    return faces[int(value) - min(question.minimum, question.maximum)]


def _follows(definition: SurveyDefinition, asked: Question | None) -> Follows:
    others = [question for question in definition.questions if question is not asked]
    if any(question is not definition.comment_question for question in others):
        return Follows.QUESTIONS
    return Follows.COMMENT if others else Follows.NOTHING


def _facts(project: Project, invitation: DueInvitation) -> dict[str, str | None]:
    at, amount = invitation.transaction_at, invitation.transaction_amount
    currency = invitation.transaction_currency
    return {
        "transaction_id": invitation.reference,
        "transaction_date": None if at is None else day_text(at, project.settings),
        "transaction_amount": None if amount is None else amount_text(amount, currency),
        "transaction_currency": currency if amount is not None else None,
    }
