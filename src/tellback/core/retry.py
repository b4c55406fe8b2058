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
    digest = sha256(f"{invitation_id} {attempts}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return now + int(delay * (0.8 + 0.4 * share))
