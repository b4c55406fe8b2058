"""How fast mails may leave: in all, and to one recipient domain.

Pure bookkeeping: times are seconds on any clock that the caller keeps to.
"""

from collections import OrderedDict
from dataclasses import dataclass

#: Domains remembered at most; one that is forgotten merely gets a mail early.
_DOMAINS = 10_000
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 300.0


@dataclass(slots=True)
class _Lane:
    """``free_at``: when the next mail may go. ``tail_at``: when the last one put off may."""

    free_at: float = 0.0
    tail_at: float = 0.0


class Pacing:
    """Hands out moments. Rates are mails per second; 0 is no limit.

    A mail whose moment lies more than ``patience`` seconds ahead is put off: its moment is then a
    plan for when to ask again, behind all others that were put off, and reserves nothing.
    """

    def __init__(self, per_second: float, per_domain: float, patience: float = 10.0) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._domain_gap = 1 / per_domain if per_domain else 0.0
        self._patience = patience
        self._free_at = 0.0
        self._lanes: OrderedDict[str, _Lane] = OrderedDict()

    def turn(self, now: float) -> float:
        """The next moment at which any mail may go, which is taken by this."""
        at = max(now, self._free_at)
        self._free_at = at + self._gap
        return at

    def domain_turn(self, domain: str, now: float) -> tuple[float, bool]:
        """The moment for a mail to that domain, and whether it is put off until then."""
        if not self._domain_gap:
            return now, False
        lane = self._lane(domain)
        at = max(now, lane.free_at)
        if at - now <= self._patience:
            lane.free_at = at + self._domain_gap
            return at, False
        lane.tail_at = max(at, lane.tail_at) + self._domain_gap
        return lane.tail_at, True

    def _lane(self, domain: str) -> _Lane:
        lane = self._lanes.setdefault(domain, _Lane())
        self._lanes.move_to_end(domain)
        if len(self._lanes) > _DOMAINS:
            self._lanes.popitem(last=False)
        return lane


class Outage:
    """Nobody can be reached: how long to wait before trying again, doubling each time."""

    def __init__(self) -> None:
        self._until = 0.0
        self._pause = 0.0

    def lasts(self, now: float) -> float:
        """Seconds until the next try; 0: go on."""
        return max(0.0, self._until - now)

    def failed(self, now: float) -> float:
        """Note a failure; the seconds to wait. Failures at the same time count once."""
        if now >= self._until:
            self._pause = min(max(_FIRST_PAUSE, 2 * self._pause), _LONGEST_PAUSE)
            self._until = now + self._pause
        return self._until - now

    def ended(self) -> None:
        """Note that somebody was reached."""
        self._until = self._pause = 0.0
