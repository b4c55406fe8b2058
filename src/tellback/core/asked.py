"""What a link in a mail leads to, and what may still be done there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tellback.core.instants import DAY, HOUR, SECOND
from tellback.core.invitation import COUNTED, WAITING, State
from tellback.core.mailed import mailed_question, offered_values
from tellback.core.model import AnswerValue, Channel, Project, Survey, Transaction

#: How long after it was sent an invitation may be answered.
ANSWERABLE = 30 * DAY
#: Who has just answered may always add something, such as a comment, whatever may be changed.
FINISHING = HOUR


class Standing(StrEnum):
    """What may be done with an invitation's link."""

    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"
    CLOSED = "closed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Given:
    """The answers that an invitation has got, by question id, and when the first ones came."""

    answers: Mapping[str, AnswerValue]
    at: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One ask of one person: who asks, about what, and what has become of it.

    ``survey`` is at the version that was answered, if it was. ``languages`` are those that the
    person is known to read, best known first. ``sent_at`` is when it was to go where it is not
    known when it went. ``suppressed`` is why the address gets no more mail, if so. ``erased``: the
    person has been forgotten.
    """

    project: Project
    id: str
    dialect: str
    channel: Channel
    state: State
    survey: Survey
    sent_at: int
    address: str | None = None
    languages: tuple[str, ...] = ()
    transaction: Transaction | None = None
    given: Given | None = None
    suppressed: str | None = None
    erased: bool = False

    @property
    def brand(self) -> str:
        """The name that the person knows the project by."""
        return self.project.settings.brand or self.project.name

    @property
    def answer_links(self) -> int:
        """How many answers the mail offers, each with a link of its own."""
        return len(offered_values(mailed_question(self.survey.definition))) or 1

    def standing(self, now: int) -> Standing:
        """What may be done at a moment."""
        if self.erased:
            return Standing.GONE
        if self.given is not None:
            time_to_change = self.project.settings.change_of_mind_hours * HOUR
            changeable = now < self.given.at + time_to_change
            return Standing.ANSWERED if changeable else Standing.SETTLED
        in_time = now < self.sent_at + self._stays
        return Standing.OPEN if in_time and self.state in COUNTED | WAITING else Standing.CLOSED

    @property
    def _stays(self) -> int:
        """For how long after it was sent it may be answered, in ms."""
        hide_after = self.survey.definition.hide_after
        return hide_after * SECOND if hide_after and self.channel is Channel.CHAT else ANSWERABLE

    def may_add(self, now: int) -> bool:
        """Whether something may still be added to what was answered."""
        if self.given is None or self.erased:
            return False
        hours = self.project.settings.change_of_mind_hours
        return now < self.given.at + max(hours * HOUR, FINISHING)
