"""Numbers as people read them: grouped digits, a real minus sign, no more digits than are true."""

from collections.abc import Callable
from typing import Any


def count(value: int) -> str:
    """A whole number with its digits in groups: ``12,345``."""
    return f"{value:,}".replace("-", "−")


def share(part: int, whole: int) -> str:
    """A part of a whole in percent: ``34 %``; below one percent it says so."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "< 1 %"
    if 99 < percent < 100:
        return "> 99 %"
    return f"{percent:.0f} %"


def figure(value: float, decimals: int = 0, signed: bool = False) -> str:
    """A score's value: ``−12``, ``+3.4``. What rounds to nothing has no sign."""
    rounded = round(value, decimals) + 0.0
    sign = "+" if signed and rounded > 0 else ""
    return sign + f"{rounded:,.{decimals}f}".replace("-", "−")


def size(octets: int) -> str:
    """A size in bytes, in the unit that suits it."""
    if octets < 1024:
        return f"{octets} B"
    if octets < 1024 * 1024:
        return f"{octets / 1024:.1f} KB"
    return f"{octets / 1024 / 1024:.1f} MB"


def plural(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 answer``, ``2,000 answers``."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """A text with its first letter large, and the others as they are."""
    return text[:1].upper() + text[1:]


FILTERS: dict[str, Callable[..., Any]] = {
    "count": count,
    "share": share,
    "figure": figure,
    "size": size,
    "plural": plural,
    "sentence": sentence,
}
