"""What a survey mail says, and what differs from one recipient to the next."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tellback.core.colour import DEFAULT_ACCENT

_BLANKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_LINKABLE = re.compile(r"(?<=\.)(?=[^\W\d_])|(?<=:)(?=//)")
_NO_BREAK_NO_JOIN = "\u200c"


@dataclass(frozen=True, slots=True)
class MailAnswer:
    """One answer on offer: ``value`` goes into its link, ``label`` is shown.

    In a row it is the value that is shown, or the ``face`` if there is one.
    """

    value: str
    label: str
    face: str = ""


class Follows(StrEnum):
    """What there is to say on the page that an answer leads to."""

    NOTHING = "nothing"
    COMMENT = "comment"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class MailSurvey:
    """Everything that a survey's mails have in common.

    ``kind`` is binary, nps, csat, ces, scale (a row without words for its ends), choice (whose
    labels are shown) or form (which only the page has room for). ``brand`` may be empty, and
    ``logo`` is the address of a picture that says the same. ``footer`` may have lines (a postal
    address). ``accent`` is the answers' colour, ``#rrggbb``.
    """

    kind: str
    question: str
    answers: tuple[MailAnswer, ...]
    subject: str
    brand: str
    from_name: str
    from_address: str
    reply_to: str | None
    language: str
    transactional: bool
    footer: str = ""
    follows: Follows = Follows.COMMENT
    accent: str = DEFAULT_ACCENT
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person's copy.

    ``date`` is in ms since the epoch. An answer's link is ``{answer_url}?a={value}``, a form's is
    ``answer_url`` itself. The transaction's fields are text, formatted for the reader.
    """

    address: str
    message_id: str
    date: int
    answer_url: str
    unsubscribe_url: str
    unsubscribe_mailto: str | None
    pixel_url: str
    honeypot_url: str
    transaction_id: str | None = None
    transaction_date: str | None = None
    transaction_amount: str | None = None
    transaction_currency: str | None = None


def one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return _BLANKS.sub(" ", text).strip(" ")


def inert(text: str | None) -> str:
    """A stranger's text as one line that mail programs neither turn round nor into a link.

    Programs make links of what looks like one. An invisible non-joiner after each dot before a
    letter, and before ``//``, keeps "evil.example" plain text.
    """
    line = text or ""
    line = one_line(line if line.isascii() else _INVISIBLE.sub("", line))
    return _LINKABLE.sub(_NO_BREAK_NO_JOIN, line)
