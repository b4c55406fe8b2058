"""Searches that have a name, and two searches side by side: scores, and whether they differ."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tellback.actions.save_searches import drop_searches, save_searches
from tellback.core.comparison import Change, Verdict, compare
from tellback.core.errors import Invalid, NotFound
from tellback.core.model import Project, Survey
from tellback.core.queries import ListSurveys
from tellback.core.saved_searches import MAX_QUERY, SaveSearch, read_name
from tellback.core.score import Score
from tellback.core.users import Area
from tellback.store.properties import property_types
from tellback.store.rated import Counts
from tellback.store.response_counts import Found, count_found
from tellback.store.response_feed import find_versions
from tellback.store.saved_searches import list_saved_searches
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.measures import NET_POSITIVE, Measure, Surveys, score_all
from tellback.web.dashboard.positions import id_in_path
from tellback.web.dashboard.response_looks import ResponseLook, read_response_look
from tellback.web.dashboard.scores import FEWEST
from tellback.web.dashboard.segment_forms import read_field

VERDICTS = {
    Verdict.RISE: "A is really higher",
    Verdict.FALL: "A is really lower",
    Verdict.NOISE: "within noise",
}


#: In the place of a query: whatever the first search has not found in its days.
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what was looked for, and what was found of it.

    Of ``others`` the look is that of all in whose midst the first search has looked.
    """

    look: ResponseLook
    found: Found | None
    others: bool = False

    @property
    def total(self) -> int:
        """How many responses there are."""
        return self.found.counts.channels.total() if self.found else 0


@dataclass(frozen=True, slots=True)
class Line:
    """One score of both sides; ``change`` is how far the first is from the second."""

    measure: Measure
    one: Score
    other: Score
    change: Change | None

    @property
    def verdict(self) -> str:
        """What can be said of the difference, in words."""
        if self.change is None:
            return "too few answers to compare"
        return VERDICTS[self.change.verdict]


@get("/-/p/{slug:str}/responses/compare", opt={"area": Area.FEEDBACK})
async def compare_searches(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Two searches side by side, each given by the query of its address.

    What is compared with nothing that was chosen is compared with all others: with all responses
    it would have its own in common.
    """
    project, get = entry_of(request).membership.project, request.query_params.get
    look_up = desk.site.database.look
    surveys = await look_up(list_surveys, project, ListSurveys())
    one = await _side(desk, project, surveys, get("a", ""))
    wanted = get("b", OTHERS if one.look.narrows else "")
    if wanted == OTHERS:
        sides = [one, await _others(desk, project, surveys, one)]
    else:
        sides = [one, await _side(desk, project, surveys, wanted)]
    return desk.page(
        request,
        "compared.html",
        section="responses",
        searches=await look_up(list_saved_searches, project.id),
        sides=dict(zip("AB", sides, strict=True)),
        lines=await _lines(desk, project, sides),
        few=FEWEST,
    )


@post("/-/p/{slug:str}/responses/searches", opt={"area": Area.FEEDBACK})
async def save_search(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Keep a search by a name, and go back to it."""
    entry = entry_of(request)
    project, form = entry.membership.project, await request.form()
    query = _look(str(form.get("query", "")), desk).query()
    try:
        command = SaveSearch(read_name(str(form.get("name", ""))), query, entry.user.id)
        await desk.site.database.write_one(save_searches, (project, command))
    except Invalid as error:
        return desk.page(
            request, "search_refused.html", status=400, section="responses", problem=error
        )
    return Redirect(f"/-/p/{project.slug}/responses?{query}", status_code=303)


@post("/-/p/{slug:str}/responses/searches/{id:str}/drop", opt={"area": Area.FEEDBACK})
async def drop_search(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Let go of a search's name."""
    project = entry_of(request).membership.project
    try:
        await desk.site.database.write_one(drop_searches, (project, id_in_path(request)))
    except NotFound:
        raise NotFoundException from None
    return Redirect(f"/-/p/{project.slug}/responses/compare", status_code=303)


def _look(query: str, desk: Desk) -> ResponseLook:
    return read_response_look(dict(parse_qsl(query[:MAX_QUERY])), desk.wires)


async def _side(desk: Desk, project: Project, surveys: Sequence[Survey], query: str) -> Side:
    look, database = _look(query, desk), desk.site.database
    field = read_field(look.where, await database.look(property_types, project.id), {})
    if field.mistake is not None:
        return Side(look, None)
    now, zone = database.clock(), project.settings.zone()
    search = look.search(surveys, field.segment, now, zone)
    return Side(look, await database.look(count_found, project, search, now))


async def _others(desk: Desk, project: Project, surveys: Sequence[Survey], one: Side) -> Side:
    """All that a search has not found in its days, as far back as it has looked."""
    look = ResponseLook(replace(ResponseLook().look, period=one.look.look.period))
    if one.found is None:
        return Side(look, None, True)
    now, zone = desk.site.database.clock(), project.settings.zone()
    search = look.search(surveys, None, now, zone)
    search = replace(search, since=one.found.since or search.since)
    everything = await desk.site.database.look(count_found, project, search, now)
    counts, mine = everything.counts, one.found.counts
    left = Counts(
        counts.ratings - mine.ratings, counts.opens - mine.opens, counts.channels - mine.channels
    )
    return Side(look, Found(left, one.found.since), True)


async def _lines(desk: Desk, project: Project, sides: Sequence[Side]) -> list[Line]:
    counts = [side.found.counts for side in sides if side.found]
    if len(counts) < len(sides):
        return []
    versions = {(r.survey_id, r.survey_version) for one in counts for r in one.ratings}
    known = Surveys(await desk.site.database.look(find_versions, project.id, versions), {})
    one, other = (score_all(each, known) for each in counts)
    measures = [measure for measure in {**one, **other} if measure != NET_POSITIVE]
    none = Score(None, 0, None, None)
    return [line_of(m, one.get(m, none), other.get(m, none)) for m in measures]


def line_of(measure: Measure, one: Score, other: Score) -> Line:
    """A line of the comparison; of few answers no difference is told."""
    enough = min(one.n, other.n) >= FEWEST
    return Line(measure, one, other, compare(one, other) if enough else None)


HANDLERS = [compare_searches, save_search, drop_search]
