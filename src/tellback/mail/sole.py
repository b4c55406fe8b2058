"""Whether this is the only sender on an embedded database."""

import fcntl
from pathlib import Path
from typing import IO


class SoleSender:
    """A lock on a file that lasts as long as the process that holds it, however it ends.

    Whoever gets it knows that the sender before it is dead, and need not wait for its leases to
    end. It proves nothing about senders on other machines, which an embedded database has not.
    """

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.held = True
        except BlockingIOError:
            self.held = False

    def release(self) -> None:
        """Let the next one have it."""
        self._file.close()
