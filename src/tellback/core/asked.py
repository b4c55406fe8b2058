"""What a link leads to, in a mail or shared by anybody, and what may still be done there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tellback.core.instants import DAY, HOUR, SECOND
from tellback.core.invitation import COUNTED, WAITING, State
from tellback.core.mailed import mailed_question, offered_values
from tellback.core.model import (
    AnswerValue,
    Channel,
    ContactKey,
    Project,
    Survey,
    Transaction,
)
from tellback.core.targeting import refusal

#: How long after it was sent an invitation may be answered, and what was begun may be finished.
ANSWERABLE = 30 * DAY
#: Who has just answered may always add something, such as a comment, whatever may be changed.
FINISHING = HOUR


class Standing(StrEnum):
    """What may be done with a link."""

    OPEN = "open"
    UNFINISHED = "unfinished"
    ANSWERED = "answered"
    SETTLED = "settled"
    CLOSED = "closed"
    PAUSED = "paused"
    BARRED = "barred"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Given:
    """The answers that there are, by question id, and when the first ones came (ms).

    ``left_at`` is the question at which their author goes on, who has not sent them off yet.
    """

    answers: Mapping[str, AnswerValue]
    at: int
    left_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A survey before one person: who asks, about what, and what has become of it.

    ``survey`` is at the version that was answered, if it was. ``languages`` are those that the
    person is known to read, best known first. ``erased``: the person has been forgotten.
    """

    project: Project
    survey: Survey
    languages: tuple[str, ...] = ()
    transaction: Transaction | None = None
    given: Given | None = None
    erased: bool = False

    @property
    def brand(self) -> str:
        """The name that the person knows the project by."""
        return self.project.settings.brand or self.project.name

    def standing(self, now: int) -> Standing:
        """What may be done at a moment."""
        if self.erased:
            return Standing.GONE
        if self.given is None:
            return self._unanswered(now)
        if self.given.left_at is not None and now < self.given.at + ANSWERABLE:
            return Standing.UNFINISHED
        time_to_change = self.project.settings.change_of_mind_hours * HOUR
        changeable = now < self.given.at + time_to_change
        return Standing.ANSWERED if changeable else Standing.SETTLED

    def may_add(self, now: int) -> bool:
        """Whether something may still be added to what was answered."""
        if self.given is None or self.erased:
            return False
        hours = self.project.settings.change_of_mind_hours
        return now < self.given.at + max(hours * HOUR, FINISHING)

    def _unanswered(self, _now: int) -> Standing:
        return Standing.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared(Occasion):
    """A survey's public page, opened by somebody.

    ``response_id`` is the id that their response gets. ``contact`` and ``traits`` are what the
    address of the page says of them. ``refused``: their answer could not be taken.
    """

    response_id: str
    contact: ContactKey | None = None
    traits: Mapping[str, str] = field(default_factory=dict)
    refused: bool = False

    def may_again(self, now: int) -> bool:
        """Whether the same browser may answer once more, after what it has answered."""
        days = self.survey.definition.repeat_after_days
        if self.given is None or days is None or not self.survey.live:
            return False
        return now >= self.given.at + days * DAY

    def _unanswered(self, now: int) -> Standing:
        if not self.survey.live:
            return Standing.PAUSED
        return Standing.BARRED if self.refused or self._is_outside(now) else Standing.OPEN

    def _is_outside(self, now: int) -> bool:
        """Whether the survey is not for strangers; what is known of others is looked up later."""
        if self.contact is not None:
            return False
        reason = refusal(
            self.survey.definition,
            self.traits,
            anonymous=True,
            answered_at=None,
            first_seen_at=now,
            now=now,
        )
        return reason is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Occasion):
    """One ask of one person by us.

    ``sent_at`` is when it was to go where it is not known when it went. ``suppressed`` is why the
    address gets no more mail, if so.
    """

    id: str
    dialect: str
    channel: Channel
    state: State
    sent_at: int
    address: str | None = None
    suppressed: str | None = None

    @property
    def answer_links(self) -> int:
        """How many answers the mail offers, each with a link of its own."""
        return len(offered_values(mailed_question(self.survey.definition))) or 1

    def _unanswered(self, now: int) -> Standing:
        in_time = now < self.sent_at + self._stays
        return Standing.OPEN if in_time and self.state in COUNTED | WAITING else Standing.CLOSED

    @property
    def _stays(self) -> int:
        """For how long after it was sent it may be answered, in ms."""
        hide_after = self.survey.definition.hide_after
        return hide_after * SECOND if hide_after and self.channel is Channel.CHAT else ANSWERABLE
