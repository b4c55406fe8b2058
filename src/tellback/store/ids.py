"""New ids: UUIDv7 (RFC 9562) as 32 hex digits, so that id order is time order."""

import base64
import secrets
import threading
import time

_lock = threading.Lock()
_last = 0


def now_ms() -> int:
    """The wall clock, in ms since the epoch."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """One new id."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[str]:
    """Ids in ascending order, above all that this process has given before.

    The 74 free bits hold a counter of 42 bits (12 of them in `rand_a`), seeded anew in each
    millisecond, above 32 random bits: ordered inside a batch, and unique between processes.
    """
    global _last  # noqa: PLW0603 - one sequence per process is the point
    drawn = secrets.token_bytes(5 + 4 * count)
    with _lock:
        base = (now_ms() << 42) | int.from_bytes(drawn[:5])
        start = max(base, _last + 1)
        _last = start + count - 1
    noise = drawn[5:].hex()
    return [_format(start + i, noise[8 * i : 8 * i + 8]) for i in range(count)]


def _format(sequence: int, noise: str) -> str:
    at, low = sequence >> 42, sequence & ((1 << 42) - 1)
    return f"{at:012x}7{low >> 30:03x}{0x80000000 | (low & 0x3FFFFFFF):08x}{noise}"


def new_token() -> str:
    """A secret of 256 random bits for a URL or a header; kept hashed."""
    return new_tokens(1)[0]


def new_tokens(count: int) -> list[str]:
    """So many secrets. Asked for one by one, each would cost a system call without the lock."""
    drawn = secrets.token_bytes(32 * count)
    return [_write(drawn[start : start + 32]) for start in range(0, len(drawn), 32)]


def _write(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
