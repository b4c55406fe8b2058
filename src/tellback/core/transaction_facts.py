"""A transaction's day and amount in writing: the same in the mail and on the page it leads to."""

from tellback.core.calendar import local_datetime
from tellback.core.settings import ProjectSettings

#: Currencies without a smaller unit that people use.
_WITHOUT_CENTS = frozenset({"JPY", "KRW"})


def day_text(at: int, settings: ProjectSettings) -> str:
    """The day of a moment (ms) in the project's time zone, as every reader understands it."""
    return local_datetime(at, settings.zone()).date().isoformat()


def amount_text(amount: float, currency: str | None) -> str:
    """An amount without its currency, with cents where the currency has any."""
    cents = 0 if currency in _WITHOUT_CENTS and float(amount).is_integer() else 2
    return f"{amount:.{cents}f}"
