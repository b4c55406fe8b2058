"""Responses in the form in which they are read: the rating in words, who wrote, what they wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tellback.core.model import NEGATIVE, POSITIVE, Question, SurveyDefinition, pick
from tellback.core.score import NPS_SCALE, classify
from tellback.store.feed import AnyRow
from tellback.store.follow_ups import UNTOUCHED, Care
from tellback.store.response_feed import ResponsePage
from tellback.web.dashboard.answers import Answered, answers_of
from tellback.web.dashboard.measures import BINARY, NPS, satisfied_from
from tellback.web.dashboard.wording import CHANNELS
from tellback.web.respond.texts import Reader


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating as it is shown, with the end of its scale; ``mood`` is good, neutral or bad."""

    text: str
    spoken: str
    mood: str
    highest: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One response, ready to be read. ``channel`` is where it came from.

    ``author`` is a name, else an e-mail address, else the caller's own id. ``conversation`` is the
    number of the one that it is about.
    """

    id: str
    rating: Rating | None
    comment: str | None
    author: str | None
    answers: Sequence[Answered]
    conversation: int | None
    survey: str
    dialect: str
    channel: str
    invitation_id: str | None
    complete: bool
    at: int
    care: Care = UNTOUCHED


def readings(page: ResponsePage, reader: Reader) -> list[Reading]:
    """A page of responses, ready to be read."""
    return [_reading(row, page, reader) for row in page.rows]


def read_rating(
    metric: str | None, rating: float | None, definition: SurveyDefinition | None
) -> Rating | None:
    """A rating in words; None where none was given."""
    if rating is None:
        return None
    question = definition.rating_question if definition else None
    if metric == BINARY:
        return _vote(rating, question)
    if metric == NPS and rating in NPS_SCALE:
        kind = classify(int(rating))
        mood = {"promoter": "good", "passive": "neutral", "detractor": "bad"}[kind]
        return Rating(f"{rating:g}", f"{rating:g} of 10, {kind}", mood)
    return _on_scale(rating, question)


def _vote(rating: float, question: Question | None) -> Rating:
    value, mood = (POSITIVE, "good") if rating > 0 else (NEGATIVE, "bad")
    choices = question.choices if question else ()
    label = next((pick(choice.label, None) for choice in choices if choice.value == value), "")
    return Rating("+" if rating > 0 else "−", f"{value}: {label}" if label else value, mood)


def _on_scale(rating: float, question: Question | None) -> Rating:
    if question is None:
        return Rating(f"{rating:g}", f"{rating:g}", "neutral")
    middle = (question.minimum + question.maximum) / 2
    good = rating >= satisfied_from(question)
    mood = "good" if good else "bad" if rating < middle else "neutral"
    spoken = f"{rating:g} on a scale from {question.minimum} to {question.maximum}"
    return Rating(f"{rating:g}", spoken, mood, question.maximum)


def _reading(row: AnyRow, page: ResponsePage, reader: Reader) -> Reading:
    definition = page.surveys.get((row.survey_id, row.survey_version))
    author = page.authors.get(row.contact_id)
    return Reading(
        id=row.id,
        rating=read_rating(row.metric, row.rating, definition),
        comment=row.comment or None,
        author=(author.name or author.email or author.external) if author else None,
        answers=answers_of(row.answers or {}, definition, reader),
        conversation=row.conversation,
        survey=definition.name if definition else "",
        dialect=row.dialect,
        channel=CHANNELS.get(row.channel, row.channel),
        invitation_id=row.invitation_id,
        complete=row.completed or lacks_nothing(row.answers or {}, definition),
        at=row.created_at,
        care=page.care.get(row.id, UNTOUCHED),
    )


def lacks_nothing(given: Mapping[str, object], definition: SurveyDefinition | None) -> bool:
    """Whether only what may be left out is missing: who leaves then has said what was asked."""
    if definition is None:
        return False
    needed = (question for question in definition.questions if question.required or question.metric)
    return all(question.id in given for question in needed)
