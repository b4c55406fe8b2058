"""What happened between a person and a project, over all wires, newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tellback.core.conversations import Conversation
from tellback.core.model import SurveyDefinition
from tellback.store.contact_story import ContactStory
from tellback.store.response_feed import Version
from tellback.web.dashboard.answers import Answered, answers_of
from tellback.web.dashboard.readings import Rating, read_rating
from tellback.web.respond.texts import Reader


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An ask, an answer or a conversation, by when it began; its row is what the store knows."""

    at: int
    kind: str
    row: Any
    survey: str = ""
    rating: Rating | None = None
    answers: tuple[Answered, ...] = ()


def life_of(
    story: ContactStory,
    definitions: Mapping[Version, SurveyDefinition],
    names: Mapping[str, str],
    reader: Reader,
) -> list[Occurrence]:
    """Everything of a story on one line; ``names`` are what surveys are called now, by id."""
    answered = _answers(story, definitions, reader)
    everything = [*_asks(story, names), *answered, *map(_conversation, story.conversations)]
    return sorted(everything, key=lambda one: -one.at)


def _asks(story: ContactStory, names: Mapping[str, str]) -> Iterator[Occurrence]:
    for row in story.invitations:
        yield Occurrence(row.created_at, "ask", row, names.get(row.survey_id, ""))


def _answers(
    story: ContactStory, definitions: Mapping[Version, SurveyDefinition], reader: Reader
) -> Iterator[Occurrence]:
    for row in story.responses:
        definition = definitions.get((row.survey_id, row.survey_version))
        yield Occurrence(
            row.created_at,
            "answer",
            row,
            definition.name if definition else story.surveys.get(row.survey_id, ""),
            read_rating(row.metric, row.rating, definition),
            tuple(answers_of(row.answers or {}, definition, reader)),
        )


def _conversation(conversation: Conversation) -> Occurrence:
    return Occurrence(conversation.opened_at, "conversation", conversation)
