"""How often each rating was given by the responses of a search.

A search by survey, channel, wire and days is counted from the roll-up, whatever its length. For any
other the newest `feed.SEARCHED` responses of its days are looked at: then the counts say from when.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, true, tuple_

from tellback.core.model import Project
from tellback.core.response_search import ResponseSearch
from tellback.store import feed
from tellback.store.overview import find_beginning
from tellback.store.rated import Counts, Rated, count_surveys, sum_counts
from tellback.store.response_search import Conditions, conditions_of
from tellback.store.tables import responses


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted; ``since`` (ms) where older responses were not looked at."""

    counts: Counts
    since: int | None = None


def count_found(
    connection: Connection, project: Project, search: ResponseSearch, now: int
) -> Found:
    """The ratings of all that a search finds, as far as it is looked at."""
    plain = ResponseSearch(search.selection, search.since, search.until)
    if search == plain:
        start = search.since or find_beginning(connection, project.id) or 0
        range_ = start, search.until or now + 1
        by_survey = count_surveys(connection, project, search.selection, range_)
        return Found(sum_counts(list(by_survey.values())))
    found = conditions_of(connection, project, search)
    return _looked_at(connection, project.id, found)


def _looked_at(connection: Connection, project_id: str, found: Conditions) -> Found:
    of = responses.c
    wanted = [of.project_id == project_id, *found.everything]
    last = None if found.are_few else _last(connection, project_id, found)
    if last is not None:
        wanted.append(
            tuple_(of.created_at, of.id) >= feed.bound_place(responses, "created_at", last)
        )
    rated = (of.metric, of.survey_id, of.survey_version, of.rating)
    times = func.count().label("times")
    statement = select(*rated, of.channel, times).where(*wanted).group_by(*rated, of.channel)
    counts = Counts()
    for step in [true()] if found.steps is None else found.steps:
        for metric, survey_id, version, rating, channel, number in connection.execute(
            statement.where(step)
        ):
            counts.channels[channel] += number
            if metric is not None and rating is not None:
                counts.ratings[Rated(metric, survey_id, version, rating)] += number
    return Found(counts, last[0] if last else None)


def _last(connection: Connection, project_id: str, found: Conditions) -> feed.Position | None:
    """The last place that is looked at; None where that is all."""
    of = responses.c
    places = select(of.created_at, of.id).where(of.project_id == project_id, *found.within)
    newest = places.order_by(of.created_at.desc(), of.id.desc())
    row = connection.execute(newest.offset(feed.SEARCHED - 1).limit(1)).first()
    return (row[0], row[1]) if row else None
