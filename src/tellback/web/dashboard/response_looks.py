"""How responses are looked at: what a `Look` says, and what was answered, written and known.

It stands whole in the address, so that any search can be kept, shared and gone back to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tellback.core.follow_ups import MAX_TAG, Progress
from tellback.core.identifiers import is_id
from tellback.core.model import Survey
from tellback.core.response_search import Kind, ResponseSearch
from tellback.core.segment import Segment
from tellback.core.segment_tokens import MAX_LENGTH
from tellback.web.dashboard.looks import Look, read_look
from tellback.web.dashboard.periods import PERIODS

#: A list has no beginning: only what is asked for is left out.
_EVER = PERIODS["all"]
_LONGEST_TEXT = 200
_PROGRESS = {progress.value: progress for progress in Progress}
_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class ResponseLook:
    """What was chosen. ``text`` stands in the comment; ``where`` is an expression as written.

    ``progress``, ``owner`` (a user's id) and ``tag`` are of the care for a response.
    """

    look: Look = field(default_factory=lambda: Look(_EVER, usual=_EVER))
    kind: Kind | None = None
    comments: bool = False
    text: str = ""
    where: str = ""
    progress: Progress | None = None
    owner: str | None = None
    tag: str = ""

    def search(
        self, surveys: Sequence[Survey], segment: Segment | None, now: int, zone: ZoneInfo
    ) -> ResponseSearch:
        """What it searches for; ``segment`` is its expression, read."""
        since, until = self.look.period.bounds(now, zone)
        selection = self.look.selection(surveys)
        return ResponseSearch(
            selection,
            since,
            until,
            self.kind,
            self.comments,
            self.text or None,
            segment,
            self.progress,
            self.owner,
            self.tag or None,
        )

    def query(self, **changes: Any) -> str:
        """It as the query of an address, with changes; only what is not usual is said."""
        return urlencode(replace(self, **changes).parameters())

    def parameters(self) -> dict[str, str]:
        """It as the parameters of an address."""
        others = {
            "rating": self.kind and self.kind.value,
            "comments": "1" if self.comments else "",
            "q": self.text,
            "where": self.where,
            "status": self.progress and self.progress.value,
            "owner": self.owner,
            "tag": self.tag,
        }
        return self.look.parameters() | {name: value for name, value in others.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.parameters())

    @property
    def of_answers(self) -> "ResponseLook":
        """What it says of the answers alone, and not of people or of what is done about them."""
        return replace(self, where="", progress=None, owner=None, tag="")

    @property
    def only_comments(self) -> "ResponseLook":
        """All that was put into words."""
        return ResponseLook(comments=True)

    @property
    def more(self) -> bool:
        """Whether anything is said by what the page shows only when asked for more."""
        return self.look.narrows or self.look.period != _EVER or bool(self.where or self.tag)


def read_response_look(parameters: Mapping[str, str], dialects: Mapping[str, Any]) -> ResponseLook:
    """The look that an address asks for; what is none of ours is as if it was not said."""
    get = parameters.get
    owner = get("owner") or ""
    return ResponseLook(
        read_look(parameters, dialects, _EVER),
        _KINDS.get(get("rating") or ""),
        get("comments") == "1",
        _line(get("q"))[:_LONGEST_TEXT],
        _line(get("where"))[: MAX_LENGTH + 1],
        _PROGRESS.get(get("status") or ""),
        owner if is_id(owner) else None,
        _line(get("tag"))[:MAX_TAG].lower(),
    )


def _line(text: str | None) -> str:
    # A NUL is not text to every database.
    return (text or "").replace("\0", "").strip()
