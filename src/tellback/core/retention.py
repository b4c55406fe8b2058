"""How long it is kept what would otherwise grow without end."""

from collections.abc import Mapping
from enum import StrEnum

from tellback.core.instants import DAY
from tellback.core.settings import ProjectSettings

#: For how long a reply to a call with an idempotency key is kept, in ms.
REPLIES_KEPT = DAY


class Fleeting(StrEnum):
    """What is forgotten in time, by the name that it is told by.

    People, what they were asked and what they answered are none of it.
    """

    SIGNALS = "signals"
    EVENTS = "events"
    WEBHOOK = "webhook"
    REJECTED = "rejected"
    REPLIES = "replies"
    SESSIONS = "sessions"


#: The setting of a project that says for how many days.
SETTING: Mapping[Fleeting, str] = {
    Fleeting.SIGNALS: "keep_signals_days",
    Fleeting.EVENTS: "keep_events_days",
    Fleeting.WEBHOOK: "keep_webhook_days",
    Fleeting.REJECTED: "keep_rejected_days",
}


def kept_for(kind: Fleeting, settings: ProjectSettings) -> int:
    """How long something is kept, in ms. A session says itself when it is over."""
    if kind is Fleeting.REPLIES:
        return REPLIES_KEPT
    days: int = getattr(settings, SETTING[kind]) if kind in SETTING else 0
    return days * DAY
