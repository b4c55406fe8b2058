"""What an invitation asks about, as its page shows it: the same as in the mail."""

from tellback.core.asked import Occasion
from tellback.core.transaction_facts import amount_text, day_text
from tellback.web.respond.texts import Reader


def transaction_facts(asked: Occasion, reader: Reader) -> list[tuple[str, str]]:
    """The transaction's number, day and amount, each with its label."""
    transaction, labels = asked.transaction, reader.mail_texts
    if transaction is None:
        return []
    facts = [(labels.transaction_id, transaction.id)]
    if transaction.at is not None:
        day = day_text(transaction.at, asked.project.settings)
        facts.append((labels.transaction_date, day))
    if transaction.amount is not None:
        amount = amount_text(transaction.amount, transaction.currency)
        facts.append((labels.transaction_amount, f"{amount} {transaction.currency or ''}".strip()))
    return facts
