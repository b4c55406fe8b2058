"""A response with all around it, ready to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tellback.core.conversations import Conversation
from tellback.core.invitation import State
from tellback.store.feed import AnyRow
from tellback.store.follow_ups import Care
from tellback.store.response_feed import ResponsePage
from tellback.store.response_story import ResponseStory
from tellback.web.dashboard.readings import Rating, Reading, read_rating, readings
from tellback.web.dashboard.values import in_words
from tellback.web.dashboard.wording import STATES, StateWords
from tellback.web.respond.texts import Reader

#: What a link may ask for, and what is worth a line.
_LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was answered before it was changed, from when until when (ms)."""

    rating: Rating | None
    comment: str | None
    recorded_at: int
    replaced_at: int


@dataclass(frozen=True, slots=True)
class Trait:
    """What is known of somebody; ``where`` finds everybody of whom it is."""

    name: str
    said: str
    where: str | None


@dataclass(frozen=True, slots=True)
class StoryShown:
    """One response: as it is listed, and what else is told beside the list."""

    reading: Reading
    row: AnyRow
    email: str | None
    external: str | None
    traits: Sequence[Trait]
    earlier: Sequence[Earlier]
    others: Sequence[Reading]
    conversation: Conversation | None
    invitation: AnyRow | None
    state: StateWords | None
    care: Care
    notes: Sequence[AnyRow]

    @classmethod
    def of(cls, story: ResponseStory, reader: Reader) -> "StoryShown":
        """A story in words."""
        row, author, invitation = story.response, story.author, story.invitation
        known = {row.contact_id: author} if author else {}
        alone = ResponsePage((row,), known, story.surveys, None, cut=False)
        return cls(
            readings(alone, reader)[0],
            row,
            author.email if author else None,
            author.external if author else None,
            traits_of(story.traits),
            [_earlier(story, one) for one in story.revisions],
            readings(story.others, reader),
            story.conversation,
            invitation,
            STATES[State(invitation.state)] if invitation else None,
            story.care,
            story.notes,
        )


def traits_of(traits: Mapping[str, object]) -> list[Trait]:
    """Traits in words, by name; what has parts of its own is left out."""
    return [
        Trait(name, in_words(value), _where(name, value))
        for name, value in sorted(traits.items())
        if not isinstance(value, dict) and value not in (None, "", [])
    ]


def _where(name: str, value: object) -> str | None:
    """The expression that asks for a trait; None where none can."""
    if not name or {'"', "\\"} & set(name):
        return None
    match value:
        case bool():
            return f'property["{name}"] is {"true" if value else "false"}'
        case int() | float() if abs(value) < 10**12:
            return f'property["{name}"] == {value}'
        case str() if len(value) <= _LONGEST_VALUE and "\n" not in value:
            quoted = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'property["{name}"] == "{quoted}"'
    return None


def _earlier(story: ResponseStory, row: AnyRow) -> Earlier:
    definition = story.surveys.get((story.response.survey_id, row.survey_version))
    rating = read_rating(story.response.metric, row.rating, definition)
    return Earlier(rating, row.comment or None, row.recorded_at, row.replaced_at)
