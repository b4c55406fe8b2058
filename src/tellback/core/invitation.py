"""The states of an invitation, and which may follow which.

An invitation's row is its state machine: a crash at any instruction loses none and repeats none
that is known to have gone.
"""

from enum import StrEnum


class State(StrEnum):
    """Where an invitation stands. Every requested invitation is in exactly one state."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    RESPONDED = "responded"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    THROTTLED = "throttled"
    CANCELLED = "cancelled"
    FAILED = "failed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNKNOWN = "unknown"


#: Known to have left us, so that it counts for throttles and can be answered.
GONE = frozenset({State.SENT, State.DELIVERED, State.OPENED, State.CLICKED, State.RESPONDED})
#: May have left us: `unknown` counts against the throttle too, since the person may have it.
COUNTED = GONE | {State.BOUNCED, State.COMPLAINED, State.UNKNOWN, State.SENDING}
#: Not settled yet: its mail is still to go, or is just going.
WAITING = frozenset({State.QUEUED, State.CLAIMED, State.SENDING})

_ENDS_BEFORE_SENDING = frozenset(
    {State.EXPIRED, State.SUPPRESSED, State.THROTTLED, State.CANCELLED, State.FAILED}
)
_AFTER_SENDING = GONE | {State.BOUNCED, State.COMPLAINED}
FOLLOWS: dict[State, frozenset[State]] = {
    # A chat's survey is sent by being told to the chat's platform: in one step, by one commit.
    State.QUEUED: frozenset({State.CLAIMED, State.SENT, State.RESPONDED}) | _ENDS_BEFORE_SENDING,
    # One that was sent before without our knowing may be answered while it waits to go again.
    State.CLAIMED: frozenset({State.QUEUED, State.SENDING, State.RESPONDED}) | _ENDS_BEFORE_SENDING,
    State.SENDING: frozenset({State.QUEUED, State.SENT, State.FAILED, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.QUEUED, State.CANCELLED, State.FAILED}) | _AFTER_SENDING,
    State.SENT: _AFTER_SENDING - {State.SENT},
    State.DELIVERED: _AFTER_SENDING - {State.SENT, State.DELIVERED},
    State.OPENED: frozenset({State.CLICKED, State.RESPONDED, State.BOUNCED, State.COMPLAINED}),
    State.CLICKED: frozenset({State.RESPONDED, State.BOUNCED, State.COMPLAINED}),
    State.RESPONDED: frozenset({State.COMPLAINED}),
    State.BOUNCED: frozenset({State.RESPONDED}),
    State.COMPLAINED: frozenset({State.RESPONDED}),
}


def predecessors(after: State) -> frozenset[State]:
    """All states from which ``after`` may be reached, for guarded updates."""
    return frozenset(before for before, follow in FOLLOWS.items() if after in follow)
