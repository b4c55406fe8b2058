"""Our own words on the pages, and the choice of a language for the reader."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tellback.core.model import DEFAULT_LANGUAGE, Text
from tellback.mail.language import MailTexts, direction, language_tag, texts_for
from tellback.web.bidi import without_bidi_controls

_FOLDER = Path(__file__).parent / "texts"
_ACCEPTED = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?"
)
_MOST_ACCEPTED = 10


@dataclass(frozen=True, slots=True)
class PageTexts:
    """Every fixed text of the pages in one language."""

    heading: str
    optional: str
    several: str
    choose: str
    send: str
    send_all: str
    goes_to: str
    before: str
    already: str
    only_if: str
    either: str
    at_least: str
    at_most: str
    between: str
    error: str
    check: str
    busy: str
    wrong_choice: str
    wrong_missing: str
    wrong_number: str
    wrong_email: str
    wrong_date: str
    wrong_long: str
    thanks: str
    thanks_text: str
    your_answers: str
    comment: str
    send_comment: str
    change: str
    settled: str
    settled_text: str
    closed: str
    closed_text: str
    gone: str
    gone_text: str
    unknown: str
    unknown_text: str
    missing: str
    missing_text: str
    failed: str
    failed_text: str
    unsubscribe: str
    unsubscribe_text: str
    unsubscribe_button: str
    unsubscribed: str
    unsubscribed_text: str
    mistake: str
    mistake_button: str
    subscribed: str
    subscribed_text: str
    trap: str
    trap_text: str
    step: str
    next: str
    back: str
    language: str
    resumed: str
    again: str
    paused: str
    paused_text: str
    barred: str
    barred_text: str
    unknown_page: str
    unknown_page_text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A survey's own text. ``language`` is set where it is not that of the page around it."""

    text: str
    language: str | None = None

    def __bool__(self) -> bool:
        return bool(self.text)


NO_WORDS = Words("")


def isolated(text: str) -> str:
    """A name that keeps its own direction inside a sentence of another one (UAX 9)."""
    return f"\u2068{without_bidi_controls(text)}\u2069"


@dataclass(frozen=True, slots=True)
class Reader:
    """The languages that somebody is taken to read, best first; ``language`` is the page's."""

    wanted: tuple[str, ...]
    language: str

    @property
    def texts(self) -> PageTexts:
        """Our own words for them."""
        return _load(self.language)

    @property
    def mail_texts(self) -> MailTexts:
        """The words that pages and mails share."""
        return texts_for(self.language)

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(self.language)

    def pick(self, text: Text) -> Words:
        """A survey's text in the first of the reader's languages that it has."""
        tag = next((tag for tag in self._candidates() if tag in text), None)
        if tag is None:
            tag = DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in text else next(iter(text), "")
        same = tag.split("-")[0] == self.language
        return Words(text.get(tag, ""), None if same or not tag else language_tag(tag))

    def _candidates(self) -> Iterable[str]:
        for language in self.wanted:
            yield language
            yield language.split("-")[0]


def reader_of(known: Sequence[str], accepted: str, fallback: str) -> Reader:
    """The reader of a page: by what is known of them, else of their browser, else the project's."""
    named = [*known, *accepted_languages(accepted), fallback]
    wanted = tuple(language_tag(tag).lower() for tag in named if _is_language(tag))
    ours = (tag.split("-")[0] for tag in wanted)
    return Reader(wanted, next((tag for tag in ours if tag in languages()), DEFAULT_LANGUAGE))


def accepted_languages(header: str) -> list[str]:
    """The languages of an Accept-Language header (RFC 9110), best first, without nonsense."""
    found = []
    for part in header.split(",")[:_MOST_ACCEPTED]:
        match = _ACCEPTED.fullmatch(part.strip())
        if match and float(match[2] or 1) > 0:
            found.append((float(match[2] or 1), match[1]))
    return [tag for _, tag in sorted(found, key=lambda pair: -pair[0])]


def _is_language(tag: str) -> bool:
    """What is no tag would otherwise count as a wish for English."""
    return language_tag(tag) != DEFAULT_LANGUAGE or tag.strip().lower() == DEFAULT_LANGUAGE


@cache
def languages() -> frozenset[str]:
    """The languages that have texts."""
    return frozenset(file.stem for file in _FOLDER.glob("*.toml"))


@cache
def _load(tag: str) -> PageTexts:
    return PageTexts(**tomllib.loads((_FOLDER / f"{tag}.toml").read_text(encoding="utf-8")))
