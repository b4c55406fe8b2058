"""How many mails may be on record as going at the same moment."""

import asyncio
from collections import deque

_MOST_PER_CONNECTION = 4
_WEIGHT = 0.2


class Window:
    """One place per connection, and as many more as are handed over while one is being recorded.

    A mail on record as going is of unknown fate after a crash, so there should be few; but the
    connections should never wait for the disk. A slow mail server hands over nothing during the
    one write to the disk, and so nothing is recorded ahead of its turn; a fast one much.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._ahead = 0.0
        self._inside = 0
        self._handed_over = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def most(self) -> int:
        """How many mails may ever be inside."""
        return _MOST_PER_CONNECTION * self._connections

    @property
    def places(self) -> int:
        """How many mails may be inside now."""
        return min(self._connections + round(self._ahead), self.most)

    async def enter(self) -> int:
        """Take a place, waiting for one if need be; returns what `recorded` wants to know."""
        while self._inside >= self.places:
            place = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            await place
        self._inside += 1
        return self._handed_over

    def recorded(self, before: int) -> None:
        """Note that what entered then is on record now."""
        self._ahead += _WEIGHT * (self._handed_over - before - self._ahead)

    def leave(self) -> None:
        """Give the place back: the mail has been handed over, or will not be."""
        self._handed_over += 1
        self._inside -= 1
        free = self.places - self._inside
        while free > 0 and self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                free -= 1
