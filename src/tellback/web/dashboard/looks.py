"""How a page of figures is looked at: over which time, at which survey, wire and channel.

It stands whole in the address, so that any look can be kept, shared and gone back to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from tellback.core.calendar import Interval
from tellback.core.model import Channel, Survey
from tellback.core.selection import Selection
from tellback.web.dashboard.periods import PERIODS, USUAL, Period, read_period
from tellback.web.dashboard.wording import CHANNELS

_INTERVALS = {interval.value: interval for interval in Interval}


@dataclass(frozen=True, slots=True)
class Look:
    """What was chosen. ``survey`` is a survey's key, ``measure`` the score whose trend is shown.

    ``interval`` is None as long as it is left to us. ``usual`` is the period that is not said.
    """

    period: Period = USUAL
    survey: str | None = None
    dialect: str | None = None
    channel: str | None = None
    interval: Interval | None = None
    measure: str | None = None
    usual: Period = USUAL

    def selection(self, surveys: Sequence[Survey]) -> Selection:
        """What it selects; a survey that there is not is not looked at."""
        ids = {survey.key: survey.id for survey in surveys}
        return Selection(ids.get(self.survey or ""), self.channel, self.dialect)

    def query(self, **changes: Any) -> str:
        """It as the query of an address, with changes; only what is not usual is said."""
        return urlencode(replace(self, **changes).parameters())

    def parameters(self) -> dict[str, str]:
        """It as the parameters of an address."""
        said = self.period.written
        if not said and self.period != self.usual:
            said["period"] = self.period.key
        others = {
            "survey": self.survey,
            "wire": self.dialect,
            "channel": self.channel,
            "by": self.interval and self.interval.value,
            "score": self.measure,
        }
        return said | {name: value for name, value in others.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything is left out but what is of another time."""
        return bool(self.survey or self.dialect or self.channel)


def choices(look: Look, surveys: Sequence[Survey], wires: Mapping[str, str]) -> dict[str, Any]:
    """A look with all that can be chosen instead, as templates show it."""
    return {
        "look": look,
        "periods": PERIODS.values(),
        "surveys": surveys,
        "wires": wires,
        "channels": CHANNELS,
    }


def read_look(
    parameters: Mapping[str, str], dialects: Mapping[str, Any], usual: Period = USUAL
) -> Look:
    """The look that an address asks for; what is none of ours is as if it was not said."""
    get, channels = parameters.get, {channel.value for channel in Channel}
    wire, channel = get("wire"), get("channel")
    return Look(
        period=read_period(get("period"), get("from"), get("to"), usual),
        survey=get("survey") or None,
        dialect=wire if wire in dialects else None,
        channel=channel if channel in channels else None,
        interval=_INTERVALS.get(get("by") or ""),
        measure=get("score") or None,
        usual=usual,
    )
