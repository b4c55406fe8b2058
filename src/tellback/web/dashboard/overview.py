"""A project at a glance: scores, what became of the invitations, what people wrote last."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get

from tellback.core.invitation import State
from tellback.core.users import Area
from tellback.store.overview import Funnel, Overview, is_empty
from tellback.store.response_feed import list_newest_responses
from tellback.web.dashboard.answers import reader_for
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.examples import first_steps
from tellback.web.dashboard.periods import PERIODS, read_period
from tellback.web.dashboard.readings import readings
from tellback.web.dashboard.scores import score_cards
from tellback.web.dashboard.wording import MAIN_STATES, STATES, StateWords

_LATEST = 10


@dataclass(frozen=True, slots=True)
class StateLine:
    """How many invitations are in a state; ``at`` is where its part of the bar begins (0 to 1)."""

    state: State
    words: StateWords
    count: int
    at: float
    part: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from ask to answer, as a part of the first and of the one before."""

    name: str
    count: int
    of_first: float
    before: int | None


@get("/-/p/{slug:str}/", opt={"area": Area.FEEDBACK})
async def show_overview(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The first page of a project."""
    project = entry_of(request).membership.project
    look = desk.site.database.look
    if await look(is_empty, project.id):
        steps = await first_steps(desk, request, project)
        return desk.page(request, "first_steps.html", section="overview", steps=steps)
    period = read_period(request.query_params.get("period"))
    start = period.start(desk.site.database.clock(), project.settings.zone())
    figures = await desk.counter.overview(project, start)
    latest = await look(list_newest_responses, project.id, True, None, _LATEST)
    overview = figures.overview
    return desk.page(
        request,
        "overview.html",
        section="overview",
        period=period,
        periods=PERIODS.values(),
        cards=score_cards(overview),
        states=state_lines(overview),
        accepted=overview.accepted,
        requested=overview.funnel.requested,
        steps=funnel_steps(overview.funnel),
        machine_visits=overview.machine_visits,
        counted_at=figures.at,
        latest=readings(latest, reader_for(project)),
    )


def state_lines(overview: Overview) -> list[StateLine]:
    """The states that anything is in, and the main ones, in the order of an invitation's life."""
    total = sum(overview.states.values())
    lines, done = [], 0
    for state, words in STATES.items():
        count = overview.states.get(state, 0)
        if count or state in MAIN_STATES:
            lines.append(
                StateLine(state, words, count, done / total if total else 0, count / (total or 1))
            )
            done += count
    return lines


def funnel_steps(funnel: Funnel) -> list[Step]:
    """The steps that an invitation takes, each with how many came so far."""
    counts = (
        ("Requested", funnel.requested),
        ("Sent", funnel.sent),
        ("Opened", funnel.opened),
        ("Clicked", funnel.clicked),
        ("Answered", funnel.answered),
    )
    before = [None, *(count for _, count in counts)]
    return [
        Step(name, count, count / (funnel.requested or 1), earlier)
        for (name, count), earlier in zip(counts, before, strict=False)
    ]


HANDLERS = [show_overview]
