"""The fixed texts of our mails per language, with the fallback from a region to English."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).parent / "texts"
_FALLBACK = "en"
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "iw", "ps", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class MailTexts:
    """Every fixed text of a survey mail in one language; ``scales`` by survey kind."""

    language: str
    hint: str
    hint_more: str
    hint_only: str
    form_hint: str
    form_button: str
    yes: str
    no: str
    position: str
    transaction_id: str
    transaction_date: str
    transaction_amount: str
    why: str
    why_brand: str
    why_transaction: str
    why_transaction_brand: str
    unsubscribe: str
    scales: Mapping[str, tuple[str, str]]

    def reason(self, brand: str, transactional: bool) -> str:
        """Why the recipient got the mail."""
        if transactional:
            return self.why_transaction_brand.format(brand=brand) if brand else self.why_transaction
        return self.why_brand.format(brand=brand) if brand else self.why


def language_tag(language: str) -> str:
    """The tag in the form that HTML takes (``pt-BR`` for ``pt_BR``); English for what is none."""
    tag = language.strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else _FALLBACK


def direction(language: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if language_tag(language).lower().split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def texts_for(language: str) -> MailTexts:
    """The texts of that language, else of a wider one (``pt`` for ``pt-BR``), else in English."""
    subtags = language_tag(language).lower().split("-")
    wider = ("-".join(subtags[:length]) for length in range(len(subtags), 0, -1))
    return _load(next((tag for tag in wider if tag in languages()), _FALLBACK))


@cache
def languages() -> frozenset[str]:
    """The languages that have texts."""
    return frozenset(file.stem for file in _FOLDER.glob("*.toml"))


@cache
def _load(tag: str) -> MailTexts:
    texts = tomllib.loads((_FOLDER / f"{tag}.toml").read_text(encoding="utf-8"))
    ends = {key: texts.pop(key) for key in ("nps", "csat", "ces")}
    scales = {kind: (end["low"], end["high"]) for kind, end in ends.items()}
    return MailTexts(tag, **texts, scales=MappingProxyType(scales))
