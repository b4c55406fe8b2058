"""A survey's mail as one person would get it, before it is sent: its links lead nowhere."""

import re
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.policy import default

from tellback.core.admission import DueInvitation
from tellback.core.model import Project, Survey, Transaction
from tellback.mail.compose import mail_survey, message_id_of, recipient, sender_of
from tellback.mail.errors import MailRefused
from tellback.mail.render import compile_survey_mail
from tellback.mail.survey_mail import MailSurvey
from tellback.web.dashboard.outbox import without_watchers

#: Belongs to no invitation, so that a link which is copied from the mail is none.
_NOBODY = "0" * 32
_ADDRESS = "somebody@example.com"
_LINKS = re.compile(r'\shref="[^"]*"')
_ELSEWHERE = "https://example.com"


@dataclass(frozen=True, slots=True)
class SampleMail:
    """What a mail would be, or why it cannot be made."""

    sender: str
    subject: str
    html: str
    problem: str | None = None


def words_here(
    project: Project, survey: Survey, language: str | None, transactional: bool, mail_from: str
) -> MailSurvey:
    """What a mail says, with its logo where the frame that shows it finds it."""
    words = mail_survey(project, survey, language, transactional, mail_from, _ELSEWHERE)
    return replace(words, logo=words.logo.removeprefix(_ELSEWHERE))


def sample_mail(
    project: Project,
    survey: Survey,
    language: str | None,
    bought: Transaction | None,
    mail_from: str,
    now: int,
) -> SampleMail:
    """The mail of a survey in a language, about a purchase if there is one."""
    words = words_here(project, survey, language, bought is not None, mail_from)
    sender = f"{words.from_name} <{words.from_address}>"
    ask = DueInvitation(
        _NOBODY,
        survey.id,
        _ADDRESS,
        language,
        bought.id if bought else "",
        bought is not None,
        bought.at if bought else None,
        bought.amount if bought else None,
        bought.currency if bought else None,
        now,
    )
    try:
        message_id = message_id_of(_NOBODY, sender_of(project, mail_from))
        copy = recipient(project, ask, message_id, _ELSEWHERE, now)
        content = compile_survey_mail(words).fill(copy)
    except MailRefused as error:
        return SampleMail(sender, words.subject, "", error.message)
    body = message_from_bytes(content, policy=default).get_body(("html",))
    html = body.get_content() if body is not None else ""
    return SampleMail(sender, words.subject, _LINKS.sub("", without_watchers(html)))
