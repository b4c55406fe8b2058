"""The headers by which a receiver knows that a message is ours (Standard Webhooks)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from tellback.core.instants import SECOND


def signed_headers(
    keys: Sequence[bytes], message_id: str, now: int, body: bytes
) -> list[tuple[str, str]]:
    """Id, moment (``now`` in ms) and signatures, one for each key that a receiver may hold."""
    moment = datetime.fromtimestamp(now // SECOND, UTC)
    signatures = (Webhook(key).sign(message_id, moment, body.decode()) for key in keys)
    return [
        ("webhook-id", message_id),
        ("webhook-timestamp", str(now // SECOND)),
        ("webhook-signature", " ".join(signatures)),
    ]
