"""How secrets are kept: hashed. Ours are random and long, so one fast hash is enough."""

import hashlib
import secrets


def hash_secret(secret: str) -> bytes:
    """SHA-256 of a high-entropy secret. Never for passwords: those are slow-hashed."""
    return hashlib.sha256(secret.encode()).digest()


def random_text(alphabet: str, length: int) -> str:
    """Characters drawn evenly and unpredictably."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def random_bytes(count: int) -> bytes:
    """Unpredictable bytes."""
    return secrets.token_bytes(count)
