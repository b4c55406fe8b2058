"""Closing the loop: who takes care of a response, how far that is, and what they noted."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tellback.core.errors import Fault, Invalid, Problem

MAX_TAGS, MAX_TAG, MAX_NOTE = 20, 40, 4_000


class Progress(StrEnum):
    """How far the care for a response is. What nobody has looked after is new."""

    NEW = "new"
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What becomes of a response: what is None stays as it is. An empty ``owner_id``: nobody's.

    ``by`` is the user who says so. ``tags`` are all that it is to have from now on.
    """

    response_id: str
    by: str
    progress: Progress | None = None
    owner_id: str | None = None
    tags: tuple[str, ...] | None = None
    note: str | None = None


def read_tags(text: str) -> tuple[str, ...]:
    """Tags as somebody writes them, with commas between: in lower case, each once.

    `Invalid` where they are too many or too long.
    """
    words = (" ".join(part.replace("\0", "").split()).lower() for part in text.split(","))
    tags = tuple(dict.fromkeys(word for word in words if word))
    _check(len(tags) <= MAX_TAGS, f"a response has at most {MAX_TAGS} tags", "tags")
    _check(_fit(tags), f"a tag has at most {MAX_TAG} characters", "tags")
    return tags


def read_note(text: str) -> str | None:
    """A note as somebody writes it; None for nothing. `Invalid` where it is too long."""
    note = text.replace("\0", "").replace("\r\n", "\n").strip()
    _check(len(note) <= MAX_NOTE, f"a note has at most {MAX_NOTE:,} characters", "note")
    return note or None


def _fit(tags: Iterable[str]) -> bool:
    return all(len(tag) <= MAX_TAG for tag in tags)


def _check(holds: bool, rule: str, where: str) -> None:
    if not holds:
        raise Invalid(Problem(Fault.VALUE, rule, where))
