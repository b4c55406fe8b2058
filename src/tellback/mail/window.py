"""How many mails may be on record as going at the same moment."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

_MOST_PER_CONNECTION = 8
_WEIGHT = 0.1


class Window:
    """One place per connection, and as many more as are handed over while one is being recorded.

    A mail on record as going is of unknown fate after a crash, so there should be few; but the
    connections should never wait for the disk. A slow mail server takes hardly any mail during the
    one write to the disk, and so nothing is recorded ahead of its turn; a fast one much.

    ``clock`` tells seconds.
    """

    def __init__(self, connections: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._connections = connections
        self._clock = clock
        self._inside = 0
        self._going = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        # In seconds: how long writing takes, and how long a connection is busy with one mail; how
        # much of that the mails now going have had, and until when that was reckoned.
        self._writing = _Average()
        self._handing = _Average()
        self._spent, self._at = 0.0, clock()

    @property
    def most(self) -> int:
        """How many mails may ever be inside."""
        return _MOST_PER_CONNECTION * self._connections

    @property
    def places(self) -> int:
        """How many mails may be inside now."""
        if not self._handing.value:
            return self._connections
        meanwhile = self._connections * self._writing.value / self._handing.value
        return min(self._connections + round(meanwhile), self.most)

    async def enter(self) -> float:
        """Take a place, waiting for one if need be; returns what `recorded` wants to know."""
        while self._inside >= self.places:
            place = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            await place
        self._inside += 1
        return self._clock()

    def recorded(self, since: float) -> None:
        """Note that what entered then is on record now, and is handed over."""
        self._writing.add(self._reckon() - since)
        self._going += 1

    def withdrawn(self) -> None:
        """Give the place of a mail back that will not be recorded."""
        self._inside -= 1
        self._admit()

    def leave(self) -> None:
        """Give the place back: the mail has been handed over."""
        self._reckon()
        self._handing.add(self._spent)
        self._spent = 0.0
        self._going -= 1
        self._inside -= 1
        self._admit()

    def _reckon(self) -> float:
        now = self._clock()
        self._spent += (now - self._at) * min(self._going, self._connections)
        self._at = now
        return now

    def _admit(self) -> None:
        free = self.places - self._inside
        while free > 0 and self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                free -= 1


class _Average:
    """Of what has been added of late."""

    def __init__(self) -> None:
        self.value = 0.0

    def add(self, value: float) -> None:
        self.value = value if not self.value else self.value + _WEIGHT * (value - self.value)
