"""Why somebody was or was not asked, and when they next may be: in words and as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tellback.core.instants import format_seconds
from tellback.core.invitation import State
from tellback.core.throttle import Verdict

_WORDS: Mapping[State, str] = {
    State.QUEUED: "waits to be sent",
    State.CLAIMED: "is about to be sent",
    State.SENDING: "is being handed to the mail server",
    State.SENT: "was sent",
    State.DELIVERED: "was delivered",
    State.OPENED: "was opened",
    State.CLICKED: "was clicked",
    State.RESPONDED: "was answered",
    State.EXPIRED: "expired",
    State.SUPPRESSED: "was not sent",
    State.THROTTLED: "was not sent",
    State.CANCELLED: "was cancelled",
    State.FAILED: "could not be sent",
    State.BOUNCED: "came back",
    State.COMPLAINED: "was reported as unwanted",
    State.UNKNOWN: "may or may not have been sent",
}


@dataclass(frozen=True, slots=True)
class InvitationStory:
    """One invitation: what became of it, why, and when (ms)."""

    id: str
    survey: str
    channel: str
    state: State
    reason: str | None
    attempts: int
    created_at: int
    due_at: int
    claimed_at: int | None
    sent_at: int | None
    delivered_at: int | None
    opened_at: int | None
    clicked_at: int | None
    bounced_at: int | None
    responded_at: int | None

    @property
    def sentence(self) -> str:
        """What happened, in one sentence."""
        asked = f"Requested {_clock(self.created_at)} (survey {self.survey}):"
        parts = [f"{asked} {_WORDS[self.state]}{self._when()}"]
        if self.reason:
            parts.append(self.reason)
        if self.attempts > 1:
            parts.append(f"{self.attempts} attempts so far")
        return "; ".join(parts) + "."

    def _when(self) -> str:
        if self.state is State.QUEUED:
            return f", not before {_clock(self.due_at)}"
        moments = {
            State.SENT: self.sent_at,
            State.DELIVERED: self.delivered_at,
            State.OPENED: self.opened_at,
            State.CLICKED: self.clicked_at,
            State.BOUNCED: self.bounced_at,
            State.RESPONDED: self.responded_at,
        }
        at = moments.get(self.state)
        return "" if at is None else f" {_clock(at)}"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why and since when (ms) an address is never mailed."""

    reason: str
    since: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that decides about asking the person at an address by e-mail, at the moment ``now``.

    ``asked`` are the moments (ms) of the last month at which they were asked, in all channels,
    newest first. ``invitations`` are the newest first, ``more`` says that there are older ones.
    """

    project: str
    address: str
    now: int
    contact_id: str | None
    name: str | None
    language: str | None
    next_ask_at: int | None
    suppressed: Suppressed | None
    verdict: Verdict
    asked: Sequence[int]
    invitations: Sequence[InvitationStory]
    more: bool

    @property
    def may_be_asked_at(self) -> int | None:
        """The earliest moment at which they may be asked (ms); None: never, as things are."""
        if self.suppressed is not None or self.verdict.next_at is None:
            return None
        return max(self.now, self.verdict.next_at, self.next_ask_at or 0)

    @property
    def sentences(self) -> list[str]:
        """The whole explanation, a sentence for each fact."""
        found = [self._person(), self._outlook()]
        if self.suppressed:
            since = _clock(self.suppressed.since)
            found.append(f"The address is suppressed since {since}: {self.suppressed.reason}.")
        if self.next_ask_at is not None and self.next_ask_at > self.now:
            found.append(f"The project set the next survey to {_clock(self.next_ask_at)} or later.")
        # That the throttle would let them be asked is no news of somebody who never will be.
        if self.suppressed is None:
            found.append(f"Over all channels: {self.verdict.reason}.")
        found += [story.sentence for story in self.invitations]
        if self.more:
            found.append("There are older invitations.")
        return found

    def as_dict(self) -> dict[str, Any]:
        """The explanation as plain data, times in ms."""
        return {
            "project": self.project,
            "address": self.address,
            "contact_id": self.contact_id,
            "name": self.name,
            "language": self.language,
            "suppressed": asdict(self.suppressed) if self.suppressed else None,
            "next_ask_at": self.next_ask_at,
            "throttle": {"allowed": self.verdict.allowed, "reason": self.verdict.reason},
            "asked_at": list(self.asked),
            "may_be_asked_at": self.may_be_asked_at,
            "invitations": [{**asdict(s), "state": s.state.value} for s in self.invitations],
            "more": self.more,
            "sentences": self.sentences,
        }

    def _person(self) -> str:
        if self.contact_id is None:
            return f"{self.address} is not known to {self.project}."
        name = f" ({self.name})" if self.name else ""
        return f"{self.address}{name} is a contact of {self.project}."

    def _outlook(self) -> str:
        at = self.may_be_asked_at
        if at is None:
            return "They will not be asked by e-mail, as things are."
        if at <= self.now:
            return "They may be asked now."
        return f"They may next be asked {_clock(at)}."


def _clock(at: int) -> str:
    return format_seconds(at)
