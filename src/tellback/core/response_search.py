"""Which responses somebody wants to read."""

from dataclasses import dataclass
from enum import StrEnum

from tellback.core.follow_ups import Progress
from tellback.core.segment import Segment
from tellback.core.selection import EVERYTHING, Selection
from tellback.core.users import Agent


class Kind(StrEnum):
    """What a rating says: on whatever scale, of the NPS, or to a question of yes or no."""

    GOOD = "good"
    NEUTRAL = "neutral"
    BAD = "bad"
    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"
    POSITIVE = "positive"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class ResponseSearch:
    """What is said must hold. Times in ms, ``until`` excluded; ``text`` stands in the comment.

    The segment is of the properties of the answer, of the person and of what was asked. Progress,
    owner (a user's id) and tag are those of its care. With an ``agent`` it is about a conversation
    of theirs.
    """

    selection: Selection = EVERYTHING
    since: int | None = None
    until: int | None = None
    kind: Kind | None = None
    has_comment: bool = False
    text: str | None = None
    segment: Segment | None = None
    progress: Progress | None = None
    owner_id: str | None = None
    tag: str | None = None
    agent: Agent | None = None


ALL_RESPONSES = ResponseSearch()
