"""What the log of refused input is searched for, as the form and the links say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tellback.core.moments import read_moment
from tellback.core.rejections import RejectionFilter, RejectionKind
from tellback.dialects.contract import Dialect
from tellback.web.dashboard.clock import Clock

#: What one may ask for: its name, whether it is settled, and its kind.
STATES: Mapping[str, tuple[str, bool | None, RejectionKind | None]] = {
    "open": ("Waiting for you", False, RejectionKind.REFUSED),
    "settled": ("Replayed and taken", True, None),
    "warning": ("Taken, but not as asked", None, RejectionKind.WARNING),
}
_FIELDS = ("wire", "operation", "state", "from", "to", "reason")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for: as it was typed, and as it is understood."""

    typed: Mapping[str, str]
    wanted: RejectionFilter
    problem: str | None = None
    query: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "query", urlencode(self.typed))


def read_search(given: Mapping[str, object], clock: Clock) -> Search:
    """The search of a form or a link; a day that is none is left out, and said to be none."""
    texts = {name: given.get(name) for name in _FIELDS}
    typed = {k: v.strip()[:_LONGEST] for k, v in texts.items() if isinstance(v, str) and v.strip()}
    since = _day(typed.get("from"), clock, end=False)
    until = _day(typed.get("to"), clock, end=True)
    unread = (since is None and "from" in typed) or (until is None and "to" in typed)
    _, settled, kind = STATES.get(typed.get("state", ""), ("", None, None))
    wanted = RejectionFilter(
        dialect=typed.get("wire"),
        operation=typed.get("operation"),
        text=typed.get("reason"),
        since=since,
        until=until,
        settled=settled,
        kind=kind,
    )
    return Search(typed, wanted, "Days are written like 2026-12-31." if unread else None)


def operations_of(dialects: Mapping[str, Dialect]) -> Mapping[str, Sequence[str]]:
    """The operations that bring input, of each wire by its title."""
    return {
        dialect.title: sorted(
            {route.operation for route in dialect.routes if route.method != "GET"}
        )
        for dialect in dialects.values()
    }


def _day(text: str | None, clock: Clock, *, end: bool) -> int | None:
    return None if text is None else read_moment(text, clock.now, clock.zone, end=end)
