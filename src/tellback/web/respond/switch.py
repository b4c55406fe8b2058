"""The languages that a survey speaks, for who would rather read another one."""

from collections.abc import Callable
from dataclasses import dataclass

from tellback.core.model import SurveyDefinition
from tellback.mail.language import language_tag
from tellback.web.respond.texts import Reader

#: What each language calls itself; others are called by their tags.
_NAMES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "ja": "日本語",
    "nl": "Nederlands",
    "pt": "Português",
    "ru": "Русский",
    "zh": "中文",
}


@dataclass(frozen=True, slots=True)
class Language:
    """A language on offer: its tag, its own name, where it is, and whether the page speaks it."""

    tag: str
    name: str
    address: str
    chosen: bool


def spoken_by(definition: SurveyDefinition) -> list[str]:
    """The languages that a survey's questions are written in, as their tags."""
    return list(dict.fromkeys(tag for question in definition.questions for tag in question.text))


def offered_languages(
    definition: SurveyDefinition, reader: Reader, address: Callable[..., str]
) -> list[Language]:
    """The choice of a language; none where there is none to be made. ``address`` takes its tag."""
    tags = spoken_by(definition)
    if len(tags) < 2:
        return []
    chosen = reader.pick({tag: tag for tag in tags}).text
    return [
        Language(language_tag(tag), _name(tag), address(lang=tag), tag == chosen) for tag in tags
    ]


def _name(tag: str) -> str:
    base, _, region = tag.partition("-")
    name = _NAMES.get(base, base)
    return f"{name} ({region.upper()})" if region else name
