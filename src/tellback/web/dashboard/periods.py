"""The time that a page looks back on."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from tellback.core.calendar import local_datetime, local_ms


@dataclass(frozen=True, slots=True)
class Period:
    """The last so many days, today included; all time if None."""

    key: str
    name: str
    days: int | None

    def start(self, now: int, zone: ZoneInfo) -> int:
        """The first moment (ms) of its first day on the clock of that zone; 0 for all time."""
        if self.days is None:
            return 0
        first = local_datetime(now, zone).date() - timedelta(days=self.days - 1)
        return local_ms(first, zone)


PERIODS = {
    period.key: period
    for period in (
        Period("7", "7 days", 7),
        Period("30", "30 days", 30),
        Period("90", "90 days", 90),
        Period("all", "All time", None),
    )
}
USUAL = PERIODS["30"]


def read_period(key: str | None) -> Period:
    """The period of that key; the usual one for anything else."""
    return PERIODS.get(key or "", USUAL)
