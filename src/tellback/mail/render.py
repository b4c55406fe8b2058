"""Survey mails: compiled once per survey, filled in per recipient."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from tellback.mail.address import Mailbox
from tellback.mail.errors import HeaderRefused, LinkRefused
from tellback.mail.layout import lay_out
from tellback.mail.message import CompiledMessage, HeaderValue, Slot
from tellback.mail.survey_mail import MailAnswer, MailSurvey, Recipient, inert

__all__ = ["MailAnswer", "MailSurvey", "Recipient", "SurveyMail", "compile_survey_mail"]

_FACTS = ("transaction_id", "transaction_date", "transaction_amount")
_LINK = re.compile(r"https?://[!#-;=?-\[\]-~]+")
_LINK_WITHOUT_QUERY = re.compile(r"https?://[!$-;=@-\[\]-~]+")
_MESSAGE_ID = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")
_MAILTO = re.compile(r"[!-+\--;=?-~]+@[!-+\--;=?-~]+")

# Out-of-office and ticket robots leave such mail alone (RFC 3834; the X- header is Exchange's word
# for it). Exchange's "All" would also suppress the bounces that we need.
_NO_ROBOTS: tuple[tuple[str, HeaderValue], ...] = (
    ("Auto-Submitted", "auto-generated"),
    ("X-Auto-Response-Suppress", "OOF, AutoReply"),
)


class SurveyMail:
    """The mail of one survey. Transactions with different fields have messages of their own."""

    def __init__(self, survey: MailSurvey) -> None:
        self._survey = survey
        self._messages: dict[tuple[str, ...], CompiledMessage] = {}
        self._message(_FACTS if survey.transactional else ())

    def fill(self, recipient: Recipient) -> bytes:
        """The whole message for that recipient, with CRLF line ends.

        Raises HeaderRefused, AddressRefused or LinkRefused for a value that mail cannot carry.
        """
        facts = _facts(recipient) if self._survey.transactional else {}
        return self._message(tuple(facts)).fill(_values(recipient) | facts)

    def _message(self, facts: tuple[str, ...]) -> CompiledMessage:
        message = self._messages.get(facts)
        if message is None:
            text, html = lay_out(self._survey, facts)
            message = CompiledMessage.compile(_headers(self._survey), text, html)
            self._messages[facts] = message
        return message


@lru_cache(maxsize=256)
def compile_survey_mail(survey: MailSurvey) -> SurveyMail:
    """The survey's mail; the same survey gives the same, already compiled one.

    Raises HeaderRefused or AddressRefused for a sender or a subject that mail cannot carry.
    """
    return SurveyMail(survey)


def _headers(survey: MailSurvey) -> list[tuple[str, HeaderValue]]:
    headers: list[tuple[str, HeaderValue]] = [
        ("From", Mailbox(survey.from_address, survey.from_name)),
        ("To", Slot("address")),
        ("Subject", survey.subject),
        ("Date", Slot("date")),
        ("Message-ID", Slot("message_id")),
        ("List-Unsubscribe", Slot("list_unsubscribe")),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        *_NO_ROBOTS,
    ]
    if survey.reply_to:
        headers.insert(2, ("Reply-To", Mailbox(survey.reply_to)))
    return headers


def _facts(recipient: Recipient) -> dict[str, str]:
    amount = (recipient.transaction_amount or "").strip()
    if amount and recipient.transaction_currency:
        amount = f"{amount} {recipient.transaction_currency}"
    values = (recipient.transaction_id, recipient.transaction_date, amount)
    shown = ((name, inert(value)) for name, value in zip(_FACTS, values, strict=True))
    return {name: value for name, value in shown if value}


def _values(recipient: Recipient) -> dict[str, str]:
    return {
        "address": recipient.address,
        "date": _date(recipient.date // 1000),
        "message_id": _message_id(recipient.message_id),
        "list_unsubscribe": _unsubscribe(recipient),
        "answer_url": _link("answer_url", recipient.answer_url, _LINK_WITHOUT_QUERY),
        "unsubscribe_url": _link("unsubscribe_url", recipient.unsubscribe_url),
        "pixel_url": _link("pixel_url", recipient.pixel_url),
        "honeypot_url": _link("honeypot_url", recipient.honeypot_url),
    }


@lru_cache(maxsize=16)
def _date(seconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC))


def _link(name: str, url: str, pattern: re.Pattern[str] = _LINK) -> str:
    if not pattern.fullmatch(url):
        raise LinkRefused(name, url)
    return url


def _message_id(text: str) -> str:
    bare = text.removeprefix("<").removesuffix(">")
    if not _MESSAGE_ID.fullmatch(bare):
        raise HeaderRefused("Message-ID", text)
    return f"<{bare}>"


def _unsubscribe(recipient: Recipient) -> str:
    """RFC 2369 and RFC 8058: the link for one click comes first, the mail address is optional."""
    link = f"<{_link('unsubscribe_url', recipient.unsubscribe_url)}>"
    if not recipient.unsubscribe_mailto:
        return link
    address = recipient.unsubscribe_mailto.removeprefix("mailto:")
    if not _MAILTO.fullmatch(address):
        raise HeaderRefused("List-Unsubscribe", address)
    return f"{link}, <mailto:{address}>"
