"""What people write about, and what it does to how they rate."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get

from tellback.core.comparison import Verdict
from tellback.core.function_words import function_words
from tellback.core.model import Project, Survey
from tellback.core.queries import ListSurveys
from tellback.core.topics import Remark, Topic, find_topics
from tellback.core.users import Area
from tellback.store.overview import find_beginning
from tellback.store.remarks import Remarks, read_remarks
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.looks import Look, choices, read_look
from tellback.web.dashboard.readings import read_rating

#: So many comments are read at most, the newest, and so many topics of each kind are shown.
MOST = 3_000
_SHOWN, _TALKED_ABOUT = 12, 25
_MOODS = {"good": 1, "neutral": 0, "bad": -1}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at, the comments of it, and their topics, the commonest first."""

    look: Look
    surveys: Sequence[Survey]
    read: Remarks
    topics: list[Topic]


@get("/-/p/{slug:str}/comments", opt={"area": Area.FEEDBACK})
async def show_comments(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The topics of a project's comments."""
    asked = await ask(request, desk, entry_of(request).membership.project)
    topics = asked.topics
    return desk.page(
        request,
        "comments.html",
        section="comments",
        **choices(asked.look, asked.surveys, desk.wires),
        number=len(asked.read.rows),
        back_to=asked.read.back_to,
        down=moving(topics, Verdict.FALL),
        up=moving(topics, Verdict.RISE),
        topics=topics[:_TALKED_ABOUT],
        most=max((topic.count for topic in topics), default=0),
    )


async def ask(request: AnyRequest, desk: Desk, project: Project) -> Asked:
    """What a request looks at."""
    look_up, now = desk.site.database.look, desk.site.database.clock()
    look = read_look(request.query_params, desk.wires)
    surveys = await look_up(list_surveys, project, ListSurveys())
    beginning = await look_up(find_beginning, project.id)
    steps, _ = look.period.steps(now, project.settings.zone(), beginning or now)
    range_ = steps[0].start_ms, steps[-1].end_ms
    read = await look_up(read_remarks, project, look.selection(surveys), range_, MOST)
    # Not in the event loop: so much counting takes its time.
    return Asked(look, surveys, read, await asyncio.to_thread(_count, read, project))


def moving(topics: list[Topic], verdict: Verdict) -> list[Topic]:
    """The topics whose authors really rate better, or worse, than the others; strongest first."""
    found = [topic for topic in topics if topic.change and topic.change.verdict is verdict]
    return sorted(found, key=lambda topic: -abs(topic.impact))[:_SHOWN]


def _count(read: Remarks, project: Project) -> list[Topic]:
    return find_topics(remarks_of(read, project))


def remarks_of(read: Remarks, project: Project) -> list[Remark]:
    """Comments with the mood of their rating; their language is the project's if not known."""
    found = []
    for row in read.rows:
        definition = read.surveys.get((row.survey_id, row.survey_version))
        rating = read_rating(row.metric, row.rating, definition)
        languages = [row.language] if row.language else [project.settings.language, "en"]
        mood = _MOODS[rating.mood] if rating else None
        found.append(Remark(row.comment, mood, function_words(*languages)))
    return found


HANDLERS = [show_comments]
