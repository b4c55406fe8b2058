"""Why somebody was or was not asked, and when they next may be: in words and as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tellback.core.instants import format_seconds
from tellback.core.invitation import State
from tellback.core.model import Channel
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


_CHANNELS: Mapping[str, str] = {
    Channel.EMAIL: "by e-mail",
    Channel.CHAT: "in a chat",
    Channel.IN_APP: "in app",
    Channel.MOBILE: "on a phone",
    Channel.LINK: "by link",
}


@dataclass(frozen=True, slots=True)
class InvitationStory:
    """One invitation: what became of it, why, and when (ms). ``conversation`` is a number."""

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
    conversation: int | None = None

    @property
    def at(self) -> int:
        """Its place in the story."""
        return self.created_at

    @property
    def sentence(self) -> str:
        """What happened, in one sentence."""
        by_mail = self.channel == Channel.EMAIL and self.conversation is None
        where = "" if by_mail else f", {_where(self.channel, self.conversation)}"
        asked = f"Requested {_clock(self.created_at)} (survey {self.survey}{where}):"
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
class AskedElsewhere:
    """A survey that others have shown or asked, over a wire (``dialect``), at a moment (ms).

    ``channel`` is None where it was only shown. ``conversation`` is a number.
    """

    survey: str
    dialect: str
    at: int
    channel: str | None = None
    rating: float | None = None
    conversation: int | None = None

    @property
    def sentence(self) -> str:
        """What happened, in one sentence."""
        if self.channel is None:
            return f"Shown {_clock(self.at)} (survey {self.survey}, over {self.dialect})."
        where = _where(self.channel, self.conversation)
        rated = "" if self.rating is None else f": rated {self.rating:g}"
        asked = f"(survey {self.survey}, {where}, over {self.dialect})"
        return f"Answered uninvited {_clock(self.at)} {asked}{rated}."


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why and since when (ms) an address is never mailed."""

    address: str
    reason: str
    since: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that decides about asking one person, over all channels, at the moment ``now``.

    ``who`` is what was asked for; ``keys`` are all (kind, value) that the person is known by, and
    ``others`` how many more people those words could mean. ``asked`` are the moments (ms) of the
    last month at which they were asked, in all channels, newest first. ``invitations`` and
    ``elsewhere`` are the newest, newest first; ``more`` says that there are older ones.
    ``talking`` is the number of the conversation that is open now. What was shown to them before
    ``shown_from`` (ms) is no longer kept; None: all of it is.
    """

    project: str
    who: str
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
    keys: Sequence[tuple[str, str]] = ()
    others: int = 0
    elsewhere: Sequence[AskedElsewhere] = ()
    talking: int | None = None
    shown_from: int | None = None

    @property
    def may_be_asked_at(self) -> int | None:
        """The earliest moment at which they may be asked (ms); None: never, as things are."""
        if self.suppressed is not None or self.verdict.next_at is None:
            return None
        return max(self.now, self.verdict.next_at, self.next_ask_at or 0)

    @property
    def sentences(self) -> list[str]:
        """The whole explanation, a sentence for each fact."""
        found = [*self._person(), self._outlook()]
        if self.suppressed:
            which = "" if self.suppressed.address == self.who else f" {self.suppressed.address}"
            since, why = _clock(self.suppressed.since), self.suppressed.reason
            found.append(f"The address{which} is suppressed since {since}: {why}.")
        if self.next_ask_at is not None and self.next_ask_at > self.now:
            found.append(f"The project set the next survey to {_clock(self.next_ask_at)} or later.")
        if self.talking is not None:
            found.append(f"Conversation {self.talking} is open: what is due in chats waits for it.")
        # That the throttle would let them be asked is no news of somebody who never will be.
        if self.suppressed is None:
            found.append(f"Over all channels: {self.verdict.reason}.")
        story: list[InvitationStory | AskedElsewhere] = [*self.invitations, *self.elsewhere]
        found += [one.sentence for one in sorted(story, key=lambda one: one.at, reverse=True)]
        if self.more:
            found.append("There are older invitations.")
        if self.shown_from is not None:
            found.append(f"What was shown before {_clock(self.shown_from)} is no longer kept.")
        return found

    def as_dict(self) -> dict[str, Any]:
        """The explanation as plain data, times in ms."""
        return {
            "project": self.project,
            "who": self.who,
            "contact_id": self.contact_id,
            "name": self.name,
            "language": self.language,
            "keys": [{"kind": kind, "value": value} for kind, value in self.keys],
            "others": self.others,
            "suppressed": asdict(self.suppressed) if self.suppressed else None,
            "next_ask_at": self.next_ask_at,
            "open_conversation": self.talking,
            "throttle": {"allowed": self.verdict.allowed, "reason": self.verdict.reason},
            "asked_at": list(self.asked),
            "may_be_asked_at": self.may_be_asked_at,
            "invitations": [{**asdict(s), "state": s.state.value} for s in self.invitations],
            "elsewhere": [asdict(one) for one in self.elsewhere],
            "more": self.more,
            "shown_from": self.shown_from,
            "sentences": self.sentences,
        }

    def _person(self) -> list[str]:
        if self.contact_id is None:
            return [f"{self.who} is not known to {self.project}."]
        name = f" ({self.name})" if self.name else ""
        found = [f"{self.who}{name} is a contact of {self.project}."]
        if len(self.keys) > 1:
            known = ", ".join(f"{kind} {value}" for kind, value in self.keys)
            found.append(f"They are known by {known}.")
        if self.others:
            people = "1 other person" if self.others == 1 else f"{self.others} other people"
            found.append(f"It may also mean {people}: say which as KIND:VALUE.")
        return found

    def _outlook(self) -> str:
        at = self.may_be_asked_at
        if at is None:
            how = " by e-mail or in chats" if self.suppressed else ""
            return f"They will not be asked{how}, as things are."
        if at <= self.now:
            return "They may be asked now."
        return f"They may next be asked {_clock(at)}."


def _where(channel: str, conversation: int | None) -> str:
    how = _CHANNELS.get(channel, channel)
    return how if conversation is None else f"{how}, conversation {conversation}"


def _clock(at: int) -> str:
    return format_seconds(at)
