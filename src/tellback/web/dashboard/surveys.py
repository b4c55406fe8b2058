"""Surveys: what is asked, how it does, and where a new one begins."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tellback.actions.keep_drafts import KeepDraft, keep_drafts
from tellback.core.errors import Invalid
from tellback.core.model import Survey
from tellback.core.users import Area
from tellback.store.rated import Counts
from tellback.store.survey_drafts import Draft
from tellback.store.survey_pages import count_lately, list_with_drafts
from tellback.surveyfile import read_survey
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.measures import Surveys, score_all
from tellback.web.dashboard.periods import USUAL
from tellback.web.dashboard.scores import Card
from tellback.web.dashboard.surveys_fields import (
    MAX_FORM,
    Content,
    content_of,
    language_of,
    parse_fields,
)
from tellback.web.dashboard.surveys_found import path_of, project_of
from tellback.web.dashboard.surveys_starts import STARTS, free_key
from tellback.web.dashboard.surveys_words import SURVEY_TYPES
from tellback.web.dashboard.wording import CHANNELS

_LONGEST_TITLE = 200
_NAMED = {channel.value: name for channel, name in CHANNELS.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """A survey in the list. Without a survey it is a draft that was never published."""

    key: str
    name: str
    kind: str
    survey: Survey | None
    draft: Draft | None
    answers: int = 0
    card: Card | None = None
    channels: Sequence[str] = ()


@get("/-/p/{slug:str}/surveys", opt={"area": Area.SURVEYS})
async def list_them(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """All surveys, with what was answered lately."""
    project, database = project_of(request), desk.site.database
    zone, now = project.settings.zone(), database.clock()
    surveys, drafts = await database.read(list_with_drafts, project)
    since, _ = USUAL.bounds(now, zone)
    lately = await database.look(count_lately, project, (since or 0, now + 1))
    current = {survey.id: survey.definition for survey in surveys}
    known = Surveys(lately.versions, current)
    return desk.page(
        request,
        "surveys.html",
        section="surveys",
        lines=_lines(surveys, drafts, lately.counts, known),
        days=USUAL.days,
    )


@get("/-/p/{slug:str}/new-survey", opt={"area": Area.EDITING})
async def show_starts(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """What a new survey may begin as."""
    return _new_page(request, desk)


@post("/-/p/{slug:str}/new-survey", opt={"area": Area.EDITING}, request_max_body_size=MAX_FORM)
async def begin(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Begin a draft: from one of ours, or from a file."""
    fields = dict(parse_fields(await request.body()))
    if "file" in fields:
        return await _begin_from_file(request, desk, fields["file"], "replace" in fields)
    start = STARTS.get(fields.get("start", ""), STARTS["nps"])
    title = fields.get("title", "").strip()[:_LONGEST_TITLE] or start.definition.name
    content = content_of(replace(start.definition, name=title))
    own = language_of(project_of(request).settings.language or "")
    if own and own not in content["languages"]:
        content["languages"].append(own)
    key = free_key(title, await _taken(request, desk))
    return await _keep(request, desk, key, content, 0)


async def _begin_from_file(
    request: AnyRequest, desk: Desk, source: str, replaces: bool
) -> Response[Any]:
    """A file is read into a draft of its key, so that one sees what it will change."""
    try:
        file = await asyncio.to_thread(read_survey, source)
    except Invalid as error:
        return _new_page(request, desk, source, error)
    surveys, drafts = await desk.site.database.read(list_with_drafts, project_of(request))
    written = next((draft for draft in drafts if draft.key == file.key), None)
    if written is not None and not replaces:
        return _new_page(request, desk, source, in_the_way=written)
    known = next((survey for survey in surveys if survey.key == file.key), None)
    number = file.number or (known.number if known else None)
    content = content_of(file.definition, file.live, number)
    return await _keep(request, desk, file.key, content, known.version if known else 0)


async def _keep(
    request: AnyRequest, desk: Desk, key: str, content: Content, version: int
) -> Response[Any]:
    project, author = project_of(request), entry_of(request).user.email
    job = KeepDraft(project, key, content, version, author)
    await desk.site.database.write_one(keep_drafts, job)
    return Redirect(path_of(project, key, "edit"), status_code=303)


def _new_page(
    request: AnyRequest,
    desk: Desk,
    source: str = "",
    error: Invalid | None = None,
    in_the_way: Draft | None = None,
) -> Response[Any]:
    return desk.page(
        request,
        "survey_new.html",
        status=422 if error or in_the_way else 200,
        section="surveys",
        starts=STARTS,
        source=source,
        problems=error.problems if error else (),
        in_the_way=in_the_way,
    )


async def _taken(request: AnyRequest, desk: Desk) -> set[str]:
    surveys, drafts = await desk.site.database.read(list_with_drafts, project_of(request))
    return {survey.key for survey in surveys} | {draft.key for draft in drafts}


def _lines(
    surveys: Sequence[Survey],
    drafts: Sequence[Draft],
    counts: Mapping[str, Counts],
    known: Surveys,
) -> list[Line]:
    by_key = {draft.key: draft for draft in drafts}
    lines = [
        _line(survey, by_key.pop(survey.key, None), counts.get(survey.id, Counts()), known)
        for survey in surveys
    ]
    new = [
        Line(key, draft.content["definition"]["name"] or key, _kind(draft), None, draft)
        for key, draft in by_key.items()
    ]
    return [*new, *sorted(lines, key=lambda line: (not _live(line), -line.answers, line.name))]


def _live(line: Line) -> bool:
    return line.survey is not None and line.survey.live


def _kind(draft: Draft) -> str:
    kinds = {kind.value: name for kind, name in SURVEY_TYPES.items()}
    return kinds.get(draft.content["definition"]["type"], "")


def _line(survey: Survey, draft: Draft | None, counts: Counts, known: Surveys) -> Line:
    return Line(
        survey.key,
        survey.definition.name,
        SURVEY_TYPES[survey.definition.type],
        survey,
        draft,
        counts.channels.total(),
        best_card(counts, known),
        [_NAMED.get(channel, channel) for channel, _ in counts.channels.most_common()],
    )


def best_card(counts: Counts, known: Surveys) -> Card | None:
    """The score of a survey: the one of most of its answers; None where it has none."""
    cards = [Card(measure, score) for measure, score in score_all(counts, known).items()]
    scored = [card for card in cards if card.score.value is not None and not counts.opens]
    answered = [card for card in scored if card.measure.noun == "answer"]
    return max(answered, key=lambda card: card.score.n, default=None)


HANDLERS = [list_them, show_starts, begin]
