"""What things are called on our pages."""

from dataclasses import dataclass

from tellback.core.follow_ups import Progress
from tellback.core.invitation import State
from tellback.core.model import Channel
from tellback.core.response_search import Kind as Rated
from tellback.core.scanners import Kind, Scanner
from tellback.core.users import Role


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state's name, what it means, and the group whose colour it has."""

    name: str
    meaning: str
    group: str


STATES: dict[State, StateWords] = {
    State.QUEUED: StateWords("Queued", "waits for its moment", "waiting"),
    State.CLAIMED: StateWords("Claimed", "a sender has picked it", "waiting"),
    State.SENDING: StateWords("Sending", "is being handed over", "waiting"),
    State.SENT: StateWords("Sent", "handed over, not opened yet", "sent"),
    State.DELIVERED: StateWords("Delivered", "arrived, not opened yet", "sent"),
    State.OPENED: StateWords("Opened", "opened, no answer yet", "seen"),
    State.CLICKED: StateWords("Clicked", "followed a link, no answer yet", "clicked"),
    State.RESPONDED: StateWords("Answered", "the person has answered", "answered"),
    State.THROTTLED: StateWords("Throttled", "this person was asked often enough", "held"),
    State.SUPPRESSED: StateWords("Suppressed", "this address is not to be mailed", "held"),
    State.EXPIRED: StateWords("Expired", "could not be sent in time", "held"),
    State.CANCELLED: StateWords("Cancelled", "was called off", "held"),
    State.FAILED: StateWords("Failed", "could not be sent", "lost"),
    State.BOUNCED: StateWords("Bounced", "came back", "lost"),
    State.COMPLAINED: StateWords("Complained", "was reported as spam", "lost"),
    State.UNKNOWN: StateWords("Unknown", "a crash hid whether it went", "lost"),
}
#: Shown even where nothing is in them.
MAIN_STATES = (State.QUEUED, State.SENT, State.OPENED, State.CLICKED, State.RESPONDED)

CHANNELS = {
    Channel.EMAIL: "e-mail",
    Channel.CHAT: "chat",
    Channel.IN_APP: "in app",
    Channel.MOBILE: "mobile",
    Channel.LINK: "link",
}
#: What ratings say, in groups.
RATINGS = {
    "On any scale": {
        Rated.GOOD: "Good",
        Rated.NEUTRAL: "In between",
        Rated.BAD: "Bad",
    },
    "NPS": {
        Rated.PROMOTER: "Promoters (9, 10)",
        Rated.PASSIVE: "Passives (7, 8)",
        Rated.DETRACTOR: "Detractors (0 to 6)",
    },
    "Yes or no": {Rated.POSITIVE: "Positive", Rated.NEGATIVE: "Negative"},
}
PROGRESS = {Progress.NEW: "New", Progress.OPEN: "Open", Progress.DONE: "Done"}
VISITS = {
    Kind.OPEN: "Opened the mail",
    Kind.CLICK: "Followed an answer's link",
    Kind.LOOK: "Looked at the page",
    Kind.ANSWER: "Sent the form",
    Kind.TRAP: "Followed the hidden link",
}
SCANNERS = {
    Scanner.HEAD: "asked for headers only",
    Scanner.TRAP: "followed the link that people cannot see",
    Scanner.ALL_LINKS: "followed all links within seconds",
    Scanner.TOO_SOON: "came within seconds of sending",
    Scanner.AGENT: "says itself that it is a program",
    Scanner.PREFETCH: "a mail program fetching ahead",
}
ROLES = {
    Role.OWNER: "Owners see everything.",
    Role.ANALYST: "Analysts see scores, responses, invitations and surveys.",
    Role.AGENT: "Agents see their own conversations and what was said of them.",
}
