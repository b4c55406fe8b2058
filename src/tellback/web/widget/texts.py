"""The widget's own words, beside those that it shares with the survey pages."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tellback.web.respond.texts import Reader

_FOLDER = Path(__file__).parent / "texts"
#: Those of the survey pages that the widget says too.
_SHARED = (
    "optional",
    "several",
    "choose",
    "send",
    "error",
    "thanks",
    "thanks_text",
    "wrong_choice",
    "wrong_missing",
    "wrong_number",
    "wrong_email",
    "wrong_date",
    "busy",
)


@dataclass(frozen=True, slots=True)
class WidgetTexts:
    """Every text of the widget alone, in one language."""

    survey: str
    close: str
    later: str
    opened: str


def widget_texts(reader: Reader) -> dict[str, Any]:
    """All that the widget says of itself to a reader."""
    own = _load(reader.language)
    shared = {name: getattr(reader.texts, name) for name in _SHARED}
    return {**shared, **{name: getattr(own, name) for name in own.__slots__}}


@cache
def _load(tag: str) -> WidgetTexts:
    return WidgetTexts(**tomllib.loads((_FOLDER / f"{tag}.toml").read_text(encoding="utf-8")))
