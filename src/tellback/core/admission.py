"""Whether a due invitation may be sent: the questions asked, in their order.

Each question is a pure function; the first that objects decides what becomes of the invitation,
and its words are kept with it. Who claims prepares the facts for a whole batch at once.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from tellback.core.instants import DAY, MINUTE, format_seconds
from tellback.core.invitation import State
from tellback.core.quota import Allowance
from tellback.core.settings import ProjectSettings
from tellback.core.throttle import Limits, decide

#: How long after its creation an invitation may still be sent, in ms.
LIFETIME = 30 * DAY
#: How long one waits that may not go while its person is in a conversation, in ms.
_UNTIL_CLOSED = MINUTE


@dataclass(slots=True)
class DueInvitation:
    """An invitation whose moment has come. A mail's ``contact_id`` may be filled in when claimed.

    ``address`` is where its mail goes; in a chat it is one that the person is known by, or empty.
    """

    id: str
    survey_id: str
    address: str
    language: str | None
    reference: str
    transactional: bool
    transaction_at: int | None
    transaction_amount: float | None
    transaction_currency: str | None
    created_at: int
    contact_id: str | None = None


@dataclass(slots=True)
class Circumstances:
    """What the questions need to know, for all invitations of a project's batch.

    ``suppressed`` gives the reason by address; ``next_ask_at`` and ``asked_at`` (every ask of the
    last month, in all channels) are by contact. `judge` notes its own asks in the latter. Contacts
    who are ``talking`` have an open conversation; those who are ``known`` have not been forgotten.
    """

    now: int
    limits: Limits
    live_surveys: AbstractSet[str]
    suppressed: Mapping[str, str]
    next_ask_at: Mapping[str, int]
    asked_at: dict[str, list[int]]
    allowance: Allowance
    talking: AbstractSet[str] = frozenset()
    known: AbstractSet[str] = frozenset()
    newcomers_allowed: bool = field(init=False)

    def __post_init__(self) -> None:
        # Most people were never asked before, and the same is true of all of them.
        self.newcomers_allowed = decide(self.limits, (), self.now).allowed


@dataclass(frozen=True, slots=True)
class Objection:
    """Why not, and what becomes of the invitation. ``due_at`` is set where it only has to wait."""

    state: State
    reason: str
    due_at: int | None = None


Question = Callable[[DueInvitation, Circumstances], Objection | None]


def expired(invitation: DueInvitation, facts: Circumstances) -> Objection | None:
    """Is it too late?"""
    if facts.now < invitation.created_at + LIFETIME:
        return None
    return Objection(State.EXPIRED, f"not sent within {LIFETIME // DAY} days of being requested")


def withdrawn(invitation: DueInvitation, facts: Circumstances) -> Objection | None:
    """Has its survey been taken down?"""
    if invitation.survey_id in facts.live_surveys:
        return None
    return Objection(State.CANCELLED, "the survey is no longer live")


def forgotten(invitation: DueInvitation, facts: Circumstances) -> Objection | None:
    """Has the person been forgotten meanwhile?"""
    if invitation.contact_id in facts.known:
        return None
    return Objection(State.CANCELLED, "the person has been forgotten")


def suppressed(invitation: DueInvitation, facts: Circumstances) -> Objection | None:
    """Must this address never be mailed?"""
    reason = facts.suppressed.get(invitation.address)
    return None if reason is None else suppression(reason)


def postponed(invitation: DueInvitation, facts: Circumstances) -> Objection | None:
    """Has the project said that this person is to be left alone until later?"""
    until = facts.next_ask_at.get(_person(invitation))
    if until is None or until <= facts.now:
        return None
    return Objection(
        State.THROTTLED, f"the project set the next survey to {format_seconds(until)} or later"
    )


def throttled(invitation: DueInvitation, facts: Circumstances) -> Objection | None:
    """Has this person been asked often enough, in whatever channel?"""
    asked_at = facts.asked_at.get(_person(invitation))
    if not asked_at and facts.newcomers_allowed:
        return None
    verdict = decide(facts.limits, asked_at or (), facts.now)
    return None if verdict.allowed else Objection(State.THROTTLED, verdict.reason)


def out_of_quota(invitation: DueInvitation, facts: Circumstances) -> Objection | None:
    """Has the project sent as much as it may? Then the invitation waits, at most until it expires.

    The last question, since it uses the quota up.
    """
    full = facts.allowance.take()
    if full is None:
        return None
    reason, free_at = full
    return Objection(State.QUEUED, reason, min(free_at, invitation.created_at + LIFETIME))


def talking(invitation: DueInvitation, facts: Circumstances) -> Objection | None:
    """Is the person in a conversation again? Then it waits for the end of that one.

    Before the throttle is asked, which ends an invitation that might only have to wait.
    """
    if _person(invitation) not in facts.talking:
        return None
    later = min(facts.now + _UNTIL_CLOSED, invitation.created_at + LIFETIME)
    return Objection(State.QUEUED, "waits until the person's open conversation is closed", later)


QUESTIONS: tuple[Question, ...] = (
    expired,
    withdrawn,
    suppressed,
    postponed,
    throttled,
    out_of_quota,
)
#: Those of a survey that goes into a chat, which costs none of the mails that a project may send.
CHAT_QUESTIONS: tuple[Question, ...] = (
    expired,
    withdrawn,
    forgotten,
    suppressed,
    talking,
    postponed,
    throttled,
)


def judge(
    invitation: DueInvitation, facts: Circumstances, questions: Sequence[Question] = QUESTIONS
) -> Objection | None:
    """The first objection, or None: then the ask counts against those judged after it."""
    for question in questions:
        objection = question(invitation, facts)
        if objection is not None:
            return objection
    facts.asked_at.setdefault(_person(invitation), []).append(facts.now)
    return None


def suppression(reason: str) -> Objection:
    """What becomes of an invitation to an address that is suppressed for that reason."""
    return Objection(State.SUPPRESSED, f"the address is never mailed: {reason}")


def limits_of(settings: ProjectSettings) -> Limits:
    """How often the project lets one person be asked."""
    return Limits(
        settings.throttle_per_day, settings.throttle_per_week, settings.throttle_per_month
    )


def _person(invitation: DueInvitation) -> str:
    if invitation.contact_id is None:
        raise ValueError("an invitation is judged after its contact is known")
    return invitation.contact_id
