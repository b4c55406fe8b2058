"""A limit on guessing: tries are counted before they are made, and forgiven when they succeed."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from tellback.core.addresses import visitor_network
from tellback.core.instants import MINUTE

WINDOW = 15 * MINUTE
#: Few tries at an account from one network. From all networks together it is many more: otherwise
#: anybody could lock its owner out by guessing wrong.
PER_ACCOUNT_AND_ADDRESS = 10
PER_ADDRESS = 50
PER_ACCOUNT = 200
_MOST_KEYS = 20_000


@dataclass(slots=True)
class Attempts:
    """Tries per key in a window of fixed length, in this process's memory.

    The counts start anew with the process. Whoever would push a key out of memory by filling it
    with others must come from that many addresses, since each is counted as well.
    """

    clock: Callable[[], int]
    _seen: OrderedDict[str, tuple[int, int]] = field(default_factory=OrderedDict)

    def take(self, limits: dict[str, int]) -> int:
        """Count a try against each key with its limit; ms to wait where one is used up, else 0.

        A try that is refused is not counted, so that trying on does not lengthen the wait.
        """
        now = self.clock()
        wait = max(self._wait(key, most, now) for key, most in limits.items())
        if not wait:
            for key in limits:
                ends_at, used = self._window(key, now)
                self._keep(key, ends_at, used + 1)
        return wait

    def forgive(self, *keys: str) -> None:
        """Take one try back from each key."""
        now = self.clock()
        for key in keys:
            ends_at, used = self._window(key, now)
            self._keep(key, ends_at, max(0, used - 1))

    def _wait(self, key: str, most: int, now: int) -> int:
        ends_at, used = self._window(key, now)
        return ends_at - now if used >= most else 0

    def _window(self, key: str, now: int) -> tuple[int, int]:
        ends_at, used = self._seen.get(key, (0, 0))
        return (ends_at, used) if ends_at > now else (now + WINDOW, 0)

    def _keep(self, key: str, ends_at: int, used: int) -> None:
        self._seen[key] = (ends_at, used)
        self._seen.move_to_end(key)
        if len(self._seen) > _MOST_KEYS:
            self._seen.popitem(last=False)


def address_key(peer: str) -> str:
    """What stands for one visitor's address."""
    return "address " + visitor_network(peer)


def sign_in_limits(email: str, peer: str) -> dict[str, int]:
    """The limits on tries at an account's password from an address, by key."""
    account, address = account_key(email), address_key(peer)
    return {
        f"{account} at {address}": PER_ACCOUNT_AND_ADDRESS,
        address: PER_ADDRESS,
        account: PER_ACCOUNT,
    }


def account_key(email: str) -> str:
    """What stands for an account, whether it exists or not."""
    return "account " + email.strip().casefold()[:254]
