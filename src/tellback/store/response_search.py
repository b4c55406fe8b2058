"""Responses that are searched for, as conditions: some an index serves, others are held against
each row that is looked at."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, tuple_

from tellback.core.model import Project, SurveyDefinition
from tellback.core.response_search import Kind, ResponseSearch
from tellback.core.score import lowest_satisfied
from tellback.store.agents import about_own
from tellback.store.comment_search import contains, find_steps
from tellback.store.follow_ups import cared_for
from tellback.store.response_properties import compile_for_responses
from tellback.store.rows import among, chunks
from tellback.store.selected import selected_rows
from tellback.store.tables import responses, survey_versions

Condition = ColumnElement[bool]
HAS_COMMENT = and_(responses.c.comment.is_not(None), responses.c.comment != "")
_NPS, _BINARY = responses.c.metric == "nps", responses.c.metric == "binary"
_ELSE = responses.c.metric.not_in(["nps", "binary"])
_rating = responses.c.rating
#: The least and the greatest rating of a question.
Scale = tuple[int, int]
#: Which version of which survey: (survey id, version).
Version = tuple[str, int]


@dataclass(slots=True)
class Conditions:
    """What responses must fulfil: ``within`` by an index, ``matching`` looked at one by one.

    ``few`` are conditions that lead to a bounded number of rows, by an index of their own.
    ``steps``, where there are any, are such conditions of ever older rows, of which one holds.
    """

    within: list[Condition] = field(default_factory=list)
    matching: list[Condition] = field(default_factory=list)
    few: list[Condition] = field(default_factory=list)
    steps: list[Condition] | None = None

    @property
    def everything(self) -> list[Condition]:
        """All of them but the steps."""
        return [*self.within, *self.few, *self.matching]

    @property
    def are_few(self) -> bool:
        """Whether all rows that come into question are looked at."""
        return bool(self.few) or self.steps is not None


def conditions_of(connection: Connection, project: Project, search: ResponseSearch) -> Conditions:
    """A search as conditions on a project's responses."""
    found = Conditions(matching=selected_rows(responses.c, search.selection))
    found.matching += about_own(project.id, search.agent, responses.c.conversation_id)
    at = responses.c.created_at
    if search.since is not None:
        found.within.append(at >= search.since)
    if search.until is not None:
        found.within.append(at < search.until)
    if search.has_comment:
        found.matching.append(HAS_COMMENT)
    if search.kind is not None:
        found.matching.append(_of_kind(connection, project.id, search.kind))
    if search.segment is not None:
        engine, zone = connection.dialect.name, project.settings.zone()
        found.matching.append(compile_for_responses(search.segment, project.id, engine, zone))
    care = cared_for(connection, project.id, search.progress, search.owner_id, search.tag)
    found.few += care[0]
    found.matching += care[1]
    if search.text:
        found.matching.append(contains(search.text))
        found.steps = find_steps(connection, project, search.text)
    return found


def _of_kind(connection: Connection, project_id: str, kind: Kind) -> Condition:
    match kind:
        case Kind.PROMOTER:
            return and_(_NPS, _rating >= 9)
        case Kind.PASSIVE:
            return and_(_NPS, _rating >= 7, _rating < 9)
        case Kind.DETRACTOR:
            return and_(_NPS, _rating < 7)
        case Kind.POSITIVE:
            return and_(_BINARY, _rating > 0)
        case Kind.NEGATIVE:
            return and_(_BINARY, _rating < 0)
        case Kind.GOOD:
            return _moods(connection, project_id, kind, Kind.POSITIVE, Kind.PROMOTER)
        case Kind.NEUTRAL:
            return _moods(connection, project_id, kind, Kind.PASSIVE)
        case Kind.BAD:
            return _moods(connection, project_id, kind, Kind.NEGATIVE, Kind.DETRACTOR)


def _moods(connection: Connection, project_id: str, kind: Kind, *same: Kind) -> Condition:
    """On every scale there is: what is as good on that of the NPS, of a vote, and of each survey.

    A project's surveys are few, and have few scales.
    """
    others = [
        and_(which, _within(*scale, kind)) for which, scale in _scales(connection, project_id)
    ]
    plain = [_of_kind(connection, project_id, one) for one in same]
    return or_(*plain, and_(_rating.is_not(None), _ELSE, or_(false(), *others)))


def _scales(connection: Connection, project_id: str) -> Iterator[tuple[Condition, Scale]]:
    """Which responses have which scale: of whole surveys, and of versions where they differ."""
    table, of = survey_versions.c, responses.c
    statement = select(table.survey_id, table.version, table.definition)
    scales: dict[str, dict[int, Scale]] = {}
    for row in connection.execute(statement.where(table.project_id == project_id)):
        question = msgspec.convert(row.definition, SurveyDefinition).rating_question
        if question is not None:
            of_survey = scales.setdefault(row.survey_id, {})
            of_survey[row.version] = question.minimum, question.maximum
    whole, parts = defaultdict[Scale, list[str]](list), defaultdict[Scale, list[Version]](list)
    for survey_id, versions in scales.items():
        if len(set(versions.values())) == 1:
            whole[next(iter(versions.values()))].append(survey_id)
            continue
        for version, scale in versions.items():
            parts[scale].append((survey_id, version))
    for scale, ids in whole.items():
        yield among(of.survey_id, ids), scale
    both = tuple_(of.survey_id, of.survey_version)
    for scale, wanted in parts.items():
        yield or_(*(both.in_(some) for some in chunks(wanted))), scale


def _within(low: int, high: int, kind: Kind) -> Condition:
    satisfied, middle = lowest_satisfied(low, high), (low + high) / 2
    if kind is Kind.GOOD:
        return _rating >= satisfied
    if kind is Kind.BAD:
        return and_(_rating < middle, _rating < satisfied)
    return and_(_rating >= middle, _rating < satisfied)
