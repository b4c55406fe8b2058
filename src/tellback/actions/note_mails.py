"""Write down how mails get on: that some are about to go, and what came of others.

A sender notes both for every mail, at the same time for different ones; so they share a commit.
"""

from collections.abc import Sequence

from tellback.actions.mark_sending import MarkSending, mark_sendings
from tellback.actions.record_deliveries import RecordDelivery, record_deliveries
from tellback.store.database import Transaction


def note_mails(tx: Transaction, jobs: Sequence[MarkSending | RecordDelivery]) -> list[bool]:
    """Whether each mail may go, or whether what came of it counted."""
    begun = [job for job in jobs if isinstance(job, MarkSending)]
    ended = [job for job in jobs if isinstance(job, RecordDelivery)]
    may_go, counted = iter(mark_sendings(tx, begun)), iter(record_deliveries(tx, ended))
    return [next(may_go if isinstance(job, MarkSending) else counted) for job in jobs]
