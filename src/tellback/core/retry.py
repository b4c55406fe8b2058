"""When a mail that did not go is tried again."""

from hashlib import sha256

from tellback.core.instants import HOUR, MINUTE

_DELAYS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR)
_LATER = 4 * HOUR
#: With these delays the last attempt is made about three days after the first.
MAX_ATTEMPTS = 22


def retry_at(invitation_id: str, attempts: int, now: int) -> int | None:
    """When to try again after that many failed attempts (1 or more); None: give up.

    The delays are spread by up to a fifth either way, so that what failed together does not come
    back together. The spread follows from the invitation: the same failure gives the same time.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    delay = _DELAYS[attempts - 1] if attempts <= len(_DELAYS) else _LATER
    return now + spread(delay, f"{invitation_id} {attempts}")


def spread(delay: int, seed: str) -> int:
    """A delay made longer or shorter by up to a fifth, always alike for the same seed."""
    share = int.from_bytes(sha256(seed.encode()).digest()[:4], "big") / 2**32
    return int(delay * (0.8 + 0.4 * share))
