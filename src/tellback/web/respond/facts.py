"""What an invitation asks about, as its page shows it: the same as in the mail."""

from tellback.core.asked import Asked
from tellback.core.calendar import local_datetime
from tellback.web.respond.texts import Reader

#: Currencies without a smaller unit that people use.
_WITHOUT_CENTS = frozenset({"JPY", "KRW"})


def transaction_facts(asked: Asked, reader: Reader) -> list[tuple[str, str]]:
    """The transaction's number, day and amount, each with its label."""
    transaction, labels = asked.transaction, reader.mail_texts
    if transaction is None:
        return []
    facts = [(labels.transaction_id, transaction.id)]
    if transaction.at is not None:
        day = local_datetime(transaction.at, asked.project.settings.zone()).date()
        facts.append((labels.transaction_date, day.isoformat()))
    if transaction.amount is not None:
        amount = _amount(transaction.amount, transaction.currency)
        facts.append((labels.transaction_amount, amount))
    return facts


def _amount(amount: float, currency: str | None) -> str:
    cents = 0 if currency in _WITHOUT_CENTS and float(amount).is_integer() else 2
    return f"{amount:.{cents}f} {currency or ''}".strip()
