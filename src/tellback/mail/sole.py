"""Whether this sender begins alone on an embedded database."""

import fcntl
from pathlib import Path
from typing import IO


class SoleSender:
    """A lock on a file that lasts as long as the process that holds it, however it ends.

    Every sender that may have invitations in its hands shares it. So whoever gets it for itself
    alone (``held``) knows that no other sender lives, and need not wait for their leases to end.
    It proves nothing about senders on other machines, which an embedded database has not.
    """

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("ab")
        self.held = self._lock(fcntl.LOCK_EX)

    def settle(self) -> bool:
        """Share the lock from now on. Not yet if another holds it alone: then ask again.

        Claim nothing before: whoever begins meanwhile would take it for a dead sender's.
        """
        return self._lock(fcntl.LOCK_SH)

    def release(self) -> None:
        """Let the next one have it."""
        self._file.close()

    def _lock(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
