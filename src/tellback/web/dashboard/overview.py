"""A project at a glance: scores, what became of the invitations, what people wrote last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get

from tellback.core.invitation import State
from tellback.core.queries import ListSurveys
from tellback.core.users import Area
from tellback.store.overview import Funnel, find_beginning
from tellback.store.response_feed import list_newest_responses
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.answers import reader_for
from tellback.web.dashboard.charts import draw
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.examples import first_steps
from tellback.web.dashboard.looks import choices, read_look
from tellback.web.dashboard.measures import Surveys
from tellback.web.dashboard.periods import between, name_days
from tellback.web.dashboard.readings import readings
from tellback.web.dashboard.scores import Card, score_cards
from tellback.web.dashboard.trend import trend_of
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
    look_up, zone = desk.site.database.look, project.settings.zone()
    beginning = await look_up(find_beginning, project.id)
    if beginning is None:
        guide = await first_steps(desk, request, project)
        return desk.page(request, "first_steps.html", section="overview", steps=guide)
    look = read_look(request.query_params, desk.wires)
    surveys = await look_up(list_surveys, project, ListSurveys())
    selection = look.selection(surveys)
    now, before = look.period.steps(desk.site.database.clock(), zone, beginning)
    figures = await desk.counter.overview(project, [*before, *now], now[0].start_ms, selection)
    latest = await look_up(list_newest_responses, project.id, True, None, _LATEST, selection)
    overview = figures.overview
    known, counts = Surveys.of(overview), overview.steps[len(before) :]
    cards = score_cards(counts, overview.steps[: len(before)], known)
    shown = shown_card(cards, look.measure)
    trend = trend_of(now, counts, known, shown.measure, zone, look.interval)
    return desk.page(
        request,
        "overview.html",
        section="overview",
        **choices(look, surveys, desk.wires),
        cards=cards,
        shown=shown,
        compared=name_days(before, zone),
        days=between(now, zone),
        trend=trend,
        chart=draw(trend),
        states=state_lines(overview.states),
        accepted=overview.accepted,
        requested=overview.funnel.requested,
        steps=funnel_steps(overview.funnel),
        machine_visits=overview.machine_visits,
        counted_at=figures.at,
        latest=readings(latest, reader_for(project)),
    )


def shown_card(cards: Sequence[Card], wanted: str | None) -> Card:
    """The score whose trend is shown: the one that is wanted, else that of most answers."""
    chosen = [card for card in cards if card.measure.key == wanted]
    scored = [card for card in cards if card.score.value is not None]
    most = max(scored or cards[:1], key=lambda card: (card.measure.noun == "answer", card.score.n))
    return chosen[0] if chosen else most


def state_lines(states: Mapping[State, int]) -> list[StateLine]:
    """The states that anything is in, and the main ones, in the order of an invitation's life."""
    total = sum(states.values())
    lines, done = [], 0
    for state, words in STATES.items():
        count = states.get(state, 0)
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
