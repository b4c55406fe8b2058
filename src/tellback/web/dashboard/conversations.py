"""How conversations are rated: by agent, department and channel, and over time."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get

from tellback.core.calendar import Bucket
from tellback.core.comparison import Change, compare
from tellback.core.model import Survey
from tellback.core.queries import ListSurveys
from tellback.core.score import Score
from tellback.core.users import Area, Membership
from tellback.store.conversation_scores import (
    Group,
    RatedConversations,
    read_rated_conversations,
)
from tellback.store.feed import AnyRow
from tellback.store.overview import find_beginning
from tellback.store.rated import Counts, Rated, sum_counts
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.charts import draw
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.looks import Look, choices, read_look
from tellback.web.dashboard.measures import Measure, Surveys, score_all
from tellback.web.dashboard.readings import read_rating
from tellback.web.dashboard.scores import FEWEST
from tellback.web.dashboard.trend import trend_of

#: So many ratings are read at most, the newest; and so many of the newest comments are shown.
MOST, _LATEST = 10_000, 10
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody's score. ``change`` is how far it is from that of all others, if that can be told.

    ``name`` is None for conversations of nobody in particular.
    """

    name: str | None
    ratings: int
    comments: int
    score: Score
    change: Change | None

    @property
    def shown(self) -> bool:
        """Whether the answers are enough to show a score."""
        return self.score.value is not None and self.score.n >= FEWEST


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows of the ratings."""

    lines: Sequence[Line]
    measure: Measure
    measures: Sequence[Measure]
    days: Sequence[Counts]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at, the ratings of it, and the board that they make."""

    look: Look
    group: Group
    who: str | None
    surveys: Sequence[Survey]
    steps: Sequence[Bucket]
    rated: RatedConversations
    known: Surveys
    board: Board


@get("/-/p/{slug:str}/conversations", opt={"area": Area.CONVERSATIONS})
async def show_conversations(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Ratings of conversations, by whoever had them."""
    membership = entry_of(request).membership
    asked = await ask(request, desk, membership)
    look, board, zone = asked.look, asked.board, membership.project.settings.zone()
    trend = trend_of(asked.steps, board.days, asked.known, board.measure, zone, look.interval)
    return desk.page(
        request,
        "conversations.html",
        section="conversations",
        **choices(look, asked.surveys, desk.wires),
        group=asked.group,
        groups=Group,
        who=asked.who,
        board=board,
        trend=trend,
        chart=draw(trend),
        number=len(asked.rated.rows),
        back_to=asked.rated.back_to,
        said=_said(asked.rated, asked.who),
    )


async def ask(request: AnyRequest, desk: Desk, membership: Membership) -> Asked:
    """What a request looks at, of what they may see."""
    project, query = membership.project, request.query_params
    read, now, zone = desk.site.database.look, desk.site.database.clock(), project.settings.zone()
    look, group = read_look(query, desk.wires), read_group(query.get("of"))
    who = query.get("who", "")[:_LONGEST] or None
    surveys = await read(list_surveys, project, ListSurveys())
    beginning = await read(find_beginning, project.id)
    steps, _ = look.period.steps(now, zone, beginning or now)
    range_ = steps[0].start_ms, steps[-1].end_ms
    selection = look.selection(surveys)
    rated = await read(
        read_rated_conversations, project, selection, range_, group, MOST, membership.agent
    )
    known = Surveys(rated.surveys, {survey.id: survey.definition for survey in surveys})
    # Not in the event loop: so much counting takes its time.
    board = await asyncio.to_thread(make_board, rated, known, look, steps, who)
    return Asked(look, group, who, surveys, steps, rated, known, board)


def read_group(text: str | None) -> Group:
    """What conversations are told apart by; by agent where nothing else is said."""
    return Group(text) if text in list(Group) else Group.AGENT


def make_board(
    rated: RatedConversations,
    surveys: Surveys,
    look: Look,
    steps: Sequence[Bucket],
    who: str | None,
) -> Board:
    """The scores of all names, and the counts of each day of ``who`` or of everybody."""
    by_name: dict[str | None, list[AnyRow]] = {}
    for row in rated.rows:
        by_name.setdefault(row.name or None, []).append(row)
    counts = {name: _count(rows) for name, rows in by_name.items()}
    everybody = sum_counts(list(counts.values()))
    scores = {m: s for m, s in score_all(everybody, surveys).items() if s.n}
    measure = _measure(scores, look.measure, surveys)
    lines = [
        _line(name, by_name[name], counts[name], everybody, surveys, measure) for name in counts
    ]
    chosen = by_name.get(who, []) if who else rated.rows
    return Board(
        sorted(lines, key=lambda line: (line.name is None, -line.ratings, line.name or "")),
        measure,
        [m for m in scores if m.noun == "answer"],
        _by_day(chosen, steps),
    )


def _measure(scores: dict[Measure, Score], wanted: str | None, surveys: Surveys) -> Measure:
    found = {m: s for m, s in scores.items() if m.noun == "answer"}
    chosen = [measure for measure in found if measure.key == wanted]
    if chosen or found:
        return chosen[0] if chosen else max(found, key=lambda measure: found[measure].n)
    return next(iter(score_all(Counts(), surveys)))


def _line(
    name: str | None,
    rows: Sequence[AnyRow],
    counts: Counts,
    everybody: Counts,
    surveys: Surveys,
    measure: Measure,
) -> Line:
    nothing = Score(None, 0, None, None)
    score = score_all(counts, surveys).get(measure, nothing)
    others = Counts(everybody.ratings - counts.ratings)
    rest = score_all(others, surveys).get(measure, nothing)
    told = min(score.n, rest.n) >= FEWEST
    comments = sum(1 for row in rows if row.comment)
    return Line(name, len(rows), comments, score, compare(score, rest) if told else None)


def _count(rows: Iterable[AnyRow]) -> Counts:
    counts = Counts()
    for row in rows:
        rated = Rated(row.metric, row.survey_id, row.survey_version, row.rating)
        counts.ratings[rated] += 1
        counts.channels[row.channel] += 1
    return counts


def _by_day(rows: Iterable[AnyRow], steps: Sequence[Bucket]) -> list[Counts]:
    starts = [step.start_ms for step in steps]
    parts: list[list[AnyRow]] = [[] for _ in steps]
    for row in rows:
        parts[bisect_right(starts, row.created_at) - 1].append(row)
    return [_count(part) for part in parts]


def _said(rated: RatedConversations, who: str | None) -> list[tuple[AnyRow, Any]]:
    """The newest comments, of ``who`` if given, each with its rating."""
    rows = [row for row in rated.rows if row.comment and (not who or row.name == who)]
    return [
        (
            row,
            read_rating(
                row.metric, row.rating, rated.surveys.get((row.survey_id, row.survey_version))
            ),
        )
        for row in rows[:_LATEST]
    ]


HANDLERS = [show_conversations]
