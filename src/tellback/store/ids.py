"""New ids: UUIDv7 (RFC 9562) as 32 hex digits, so that id order is time order."""

import base64
import os
import secrets
import threading
import time
from collections.abc import Iterator
from functools import lru_cache

_lock = threading.Lock()
_last = 0
#: How many random octets are drawn at a time.
_DRAWN = 4096


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
    with _lock:
        # The seed leaves the counter room to count on.
        start, now = _last + 1, now_ms()
        if now > _last >> 42:
            start = (now << 42) | int(next(_noise), 16) << 8
        _last = start + count - 1
        head = _head(start >> 30)
        if start >> 30 != _last >> 30:
            return [_head(one >> 30) + _tail(one) for one in range(start, start + count)]
        # As good as always the ids of a list, and most of what each would cost, begin alike.
        return [head + _tail(one) for one in range(start, start + count)]


@lru_cache(8)
def _head(high: int) -> str:
    """The moment, the version, and the 12 bits of the counter that change least."""
    return f"{high >> 12:012x}7{high & 0xFFF:03x}"


def _tail(sequence: int) -> str:
    """The variant, the other 30 bits of the counter, and noise."""
    return f"{0x80000000 | (sequence & 0x3FFFFFFF):x}{next(_noise)}"


def _random_digits() -> Iterator[str]:
    """Eight random hex digits at a time.

    Drawing them one by one, each would cost a system call, and Python's lock.
    """
    while True:
        drawn = os.urandom(_DRAWN).hex()
        for start in range(0, len(drawn), 8):
            yield drawn[start : start + 8]


_noise = _random_digits()


def new_token() -> str:
    """A secret of 256 random bits for a URL or a header; kept hashed."""
    return new_tokens(1)[0]


def new_tokens(count: int) -> list[str]:
    """So many secrets. Asked for one by one, each would cost a system call without the lock."""
    drawn = secrets.token_bytes(32 * count)
    return [_write(drawn[start : start + 32]) for start in range(0, len(drawn), 32)]


def _write(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
