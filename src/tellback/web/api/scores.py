"""Scores of a survey over a time, and per day, week or month, with their uncertainty."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tellback.core.calendar import Bucket, Interval, buckets, local_datetime, local_range
from tellback.core.errors import NotFound
from tellback.core.model import Question, SurveyDefinition
from tellback.core.score import (
    NPS_SCALE,
    Recommendations,
    Score,
    Tally,
    Votes,
    ces,
    nps,
    percent_positive,
)
from tellback.dialects.native import Scope
from tellback.store.score_steps import Rated, RatedSteps, count_ratings
from tellback.web.api.operations import Call, Operation, Reply, as_json
from tellback.web.api.shapes import Instant, Label, instant
from tellback.web.dashboard.measures import satisfied_from

_MONTH = timedelta(days=29)


class Period(Struct, forbid_unknown_fields=True):
    """Which survey, and which days of the project's time zone. By default the last 30."""

    survey: Label
    first_day: date | None = None
    last_day: date | None = None
    interval: Literal["day", "week", "month"] | None = None


class ScoreView(Struct):
    """A score with its 95 % interval, and how often each rating was given. No answers, no score.

    ``n`` is how many answers it rests on. The counts may be of more, where the survey's scale was
    another one before.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    ratings: dict[str, int]


class Step(Struct):
    """The score of one interval; the first and the last may be cut off by the period."""

    start: Instant | None
    end: Instant | None
    score: ScoreView


class ScoreReport(Struct):
    """The score of a survey. ``metric`` says which: nps, csat and binary in percent, ces a mean."""

    survey: str
    metric: Annotated[str, Meta(description="nps, csat, ces or binary")] | None
    time_zone: str
    start: Instant | None
    end: Instant | None
    total: ScoreView
    steps: list[Step]


async def get(call: Call) -> Reply:
    """The score of a survey."""
    query: Period = call.query
    steps = _steps(call, query)
    rated: RatedSteps = await call.database.look(count_ratings, call.project, query.survey, steps)
    question = rated.survey.definition.rating_question
    everything = [one for step in rated.steps for one in step]
    shown = zip(steps, rated.steps, strict=True) if query.interval else ()
    return as_json(
        ScoreReport(
            survey=rated.survey.key,
            metric=question.metric if question else None,
            time_zone=call.project.settings.time_zone,
            start=instant(steps[0].start_ms),
            end=instant(steps[-1].end_ms),
            total=_score(everything, rated.versions, question),
            steps=[
                Step(instant(s.start_ms), instant(s.end_ms), _score(r, rated.versions, question))
                for s, r in shown
            ],
        )
    )


def _steps(call: Call, query: Period) -> list[Bucket]:
    zone = call.project.settings.zone()
    last = query.last_day or local_datetime(call.now, zone).date()
    first = query.first_day or last - min(_MONTH, last - date.min)
    if query.interval is not None:
        found = buckets(first, last, Interval(query.interval), zone)
    else:
        # Read for its rules, too: an end that lies before the start is refused.
        buckets(first, last, Interval.MONTH, zone)
        found = [Bucket(*local_range(first, last, zone), first)]
    if not found:
        # A zone may skip a whole day; then nothing happened on it.
        found = [Bucket(*local_range(first, last, zone), first)]
    return found


def _score(
    rated: Sequence[Rated], versions: dict[int, SurveyDefinition], question: Question | None
) -> ScoreView:
    score = _value(rated, versions, question)
    counts = {str(rating): count for rating, count in _tally(rated).counts.items()}
    return ScoreView(score.value, score.low, score.high, score.n, counts)


def _value(
    rated: Sequence[Rated], versions: dict[int, SurveyDefinition], question: Question | None
) -> Score:
    if question is None:
        return percent_positive(Votes())
    if question.metric == "nps":
        return nps(Recommendations.of(_tally(one for one in rated if one.rating in NPS_SCALE)))
    if question.metric == "ces":
        low, high = sorted((question.minimum, question.maximum))
        return ces(_tally(o for o in rated if low <= o.rating <= high), low, high)
    votes = Votes()
    for one in rated:
        asked = versions[one.version].rating_question if one.version in versions else None
        good = _is_good(one.rating, asked or question)
        votes += Votes(one.count, 0) if good else Votes(0, one.count)
    return percent_positive(votes)


def _is_good(rating: float, question: Question) -> bool:
    return rating > 0 if question.metric == "binary" else rating >= satisfied_from(question)


def _tally(rated: Iterable[Rated]) -> Tally:
    total = Tally()
    for one in rated:
        total += Tally({int(one.rating): one.count})
    return total


OPERATIONS = (
    Operation(
        "GET",
        "/scores",
        "get_score",
        "Scores",
        "The score of a survey over a time, with its interval and its counts",
        Scope.READ,
        get,
        query=Period,
        reply=ScoreReport,
        refusals=(NotFound,),
    ),
)
