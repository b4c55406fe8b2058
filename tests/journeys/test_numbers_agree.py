"""Whoever is asked for a figure gives the same one: every surface over a hundred thousand answers.

Ours are the dashboard, the native API and `verify`; the vendors' are the two wires that tell
scores. All are held against a plain count of what was put in, before and after it is rolled up.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
import pytest

from tellback.app import App
from tellback.core.answers import headline
from tellback.core.instants import DAY, HOUR, MINUTE, format_seconds
from tellback.core.model import NEGATIVE, POSITIVE, Project, Question, QuestionType, Survey
from tellback.core.queries import ListSurveys
from tellback.core.users import Role
from tellback.store.database import Database, Transaction
from tellback.store.ids import new_ids
from tellback.store.rows import insert_rows, to_json
from tellback.store.surveys import list_surveys
from tellback.store.tables import invitation_requests, invitations, responses
from tellback.store.verify import verify
from tellback.upkeep.rolling import Rolling
from tests.conftest import Tenant
from tests.web.dashboard.people import Person, add_user, signed_in

EACH, DAYS = 20_000, 45
_ASK = (
    *("project_id", "id", "dialect", "request_id", "survey_id", "channel", "address"),
    *("reference", "transactional", "state", "created_at", "due_at", "attempts", "message_id"),
    *("claimed_at", "sent_at", "opened_at", "clicked_at", "responded_at"),
)
_ANSWER = (
    *("project_id", "id", "dialect", "channel", "survey_id", "survey_version"),
    *("invitation_id", "answers", "metric", "rating", "comment", "completed", "dismissed"),
    *("revision", "created_at", "updated_at"),
)
_CARD = re.compile(
    r'<h3 id="score-([\w-]+)">.*?<p class="value">([+−\d.,]+)<.*?<p class="n">([\d,]+) ', re.DOTALL
)


@dataclass
class Truth:
    """What was put in: ratings by wire, and how many mails were opened."""

    ratings: dict[str, Counter[int]] = field(default_factory=dict)
    opens: int = 0

    def tally(self, *dialects: str) -> Counter[int]:
        """The ratings of some wires together."""
        return sum((self.ratings[name] for name in dialects), Counter[int]())


def sow(tx: Transaction, jobs: Any) -> list[Truth]:
    """Answers of all five wires, and the mails that asked for one of them."""
    return [_sow(tx, project, surveys) for project, surveys in jobs]


def _sow(tx: Transaction, project: Project, surveys: list[Survey]) -> Truth:
    truth, chance = Truth(), Random(11)
    answers: list[tuple[Any, ...]] = []
    asks: list[tuple[Any, ...]] = []
    for survey in surveys:
        question, dialect = survey.definition.rating_question, survey.dialect or ""
        assert question is not None
        given = truth.ratings.setdefault(dialect, Counter())
        mailed = question.type is QuestionType.BINARY
        complete = headline(
            survey.definition, {question.id: _answer(question, chance)[0]}
        ).completed
        for at in (tx.now - chance.randrange(DAYS * DAY) - 6 * HOUR for _ in range(EACH)):
            value, rating = _answer(question, chance)
            given[rating] += 1
            id_, asked = new_ids(2)
            answers.append(
                (
                    *(project.id, id_, dialect, "email" if mailed else "chat", survey.id, 1),
                    *(asked if mailed else None, to_json({question.id: value}), question.metric),
                    *(float(rating), None, complete, False, 1, at, at),
                )
            )
            if mailed:
                asks.append(_ask(project, survey, asked, at, "responded"))
        if mailed:
            others = [("opened", 9_000), ("sent", 4_000)]
            for state, number in others:
                asks += [
                    _ask(project, survey, id_, tx.now - chance.randrange(DAY) - HOUR, state)
                    for id_ in new_ids(number)
                ]
            truth.opens = EACH + 9_000
    request = {
        "project_id": project.id,
        "id": asks[0][3],
        "dialect": asks[0][2],
        "accepted": len(asks),
        "created_at": tx.now,
    }
    insert_rows(tx.connection, invitation_requests, tuple(request), [tuple(request.values())])
    insert_rows(tx.connection, invitations, _ASK, asks)
    insert_rows(tx.connection, responses, _ANSWER, answers)
    return truth


def _answer(question: Question, chance: Random) -> tuple[str | int, int]:
    if question.type is QuestionType.BINARY:
        good = chance.random() < 0.8
        return (POSITIVE, 1) if good else (NEGATIVE, -1)
    if question.choices:
        rating = chance.choice((10, 9, 9, 8, 7, 6, 3, 10, 0))
        return str(rating), rating
    rating = chance.choice(range(question.minimum, question.maximum + 1))
    return rating, rating


def _ask(project: Project, survey: Survey, id_: str, at: int, state: str) -> tuple[Any, ...]:
    reached = ("sent", "opened", "responded").index(state)
    return (
        *(
            project.id,
            id_,
            survey.dialect,
            "0" * 31 + "1",
            survey.id,
            "email",
            f"{id_}@example.com",
        ),
        *(id_, False, state, at - 5 * MINUTE, at - 5 * MINUTE, 1, f"<{id_}@example.com>"),
        *(at - 4 * MINUTE, at - 3 * MINUTE, at - 2 * MINUTE if reached else None),
        *(at - MINUTE if reached > 1 else None, at if reached > 1 else None),
    )


@pytest.fixture
async def alice(app: App, database: Database, shop: Tenant) -> Any:
    user = await add_user(database, "alice@example.com", Role.OWNER, shop.slug)
    person = await signed_in(app, database, user)
    async with person.client:
        yield person


def net(tally: Counter[int]) -> float:
    """The Net Promoter Score, by its definition."""
    plus = sum(n for rating, n in tally.items() if rating >= 9)
    minus = sum(n for rating, n in tally.items() if rating <= 6)
    return 100 * (plus - minus) / tally.total()


def share(tally: Counter[int], least: int) -> float:
    return 100 * sum(n for rating, n in tally.items() if rating >= least) / tally.total()


async def agree(
    client: httpx.AsyncClient, alice: Person, shop: Tenant, truth: Truth, now: int
) -> None:
    """Everybody tells what was put in."""
    days = {"first_day": _day(now - 60 * DAY), "last_day": _day(now)}
    votes, by_wire = truth.ratings["boolean"], truth.ratings
    wanted = {
        "satismeter": net(by_wire["satismeter"]),
        "liveperson": net(by_wire["liveperson"]),
        "rocketchat": share(by_wire["rocketchat"], 4),
        "edna": share(by_wire["edna"], 4),
        "boolean": share(votes, 1),
    }
    key = {"Authorization": f"Bearer {shop.keys('api')['read_key']}"}
    for survey, value in wanted.items():
        reply = await client.get("/-/api/scores", params={"survey": survey, **days}, headers=key)
        total = reply.json()["total"]
        counted = {int(rating): n for rating, n in total["ratings"].items()}
        assert (total["n"], counted) == (EACH, dict(by_wire[survey])), survey
        assert total["value"] == pytest.approx(value), survey

    auth = (shop.keys("boolean")["api_key"], "")
    range_ = {"start_date": _day(now - 60 * DAY), "end_date": _day(now)}
    score = (await client.get("/v1/scores", params=range_, auth=auth)).json()["response"]
    assert (score["positive_responses"], score["negative_responses"]) == (votes[1], votes[-1])
    assert score["positive_score"] == pytest.approx(share(votes, 1))
    assert score["boolean_score"] == pytest.approx(10 * (votes[1] - votes[-1]) / truth.opens)
    stats = (await client.get("/v1/stats", params=range_, auth=auth)).json()["response"]
    assert sum(step["count"] for step in stats["responses"]) == EACH
    assert sum(step["count"] for step in stats["positive_responses"]) == votes[1]
    assert sum(step["count"] for step in stats["surveys_sent"]) == truth.opens + 4_000

    keys = shop.keys("satismeter")
    path = f"/api/v3/projects/{keys['project']}/campaigns/{keys['campaign']}/statistics"
    since = {"startDate": format_seconds(now - 60 * DAY)}
    reply = await client.get(
        path, params=since, headers={"Authorization": f"Bearer {keys['read_key']}"}
    )
    told = reply.json()["data"]["statistics"]
    assert told["responses"] == EACH
    assert told["frequency"] == [by_wire["satismeter"][rating] for rating in range(11)]
    assert told["nps"] == pytest.approx(wanted["satismeter"])

    html = (await alice.get("/-/p/shop/?period=all")).text
    cards = {
        name: (float(value.replace("−", "-").replace(",", "")), int(n.replace(",", "")))
        for name, value, n in _CARD.findall(html)
    }
    asked = truth.tally("satismeter", "liveperson")
    chats = truth.tally("rocketchat", "edna")
    assert cards == {
        "positive": (round(share(votes, 1)), EACH),
        "net": (round(10 * (votes[1] - votes[-1]) / truth.opens, 1), truth.opens),
        "nps": (round(net(asked)), 2 * EACH),
        "csat": (round(share(chats, 4)), 2 * EACH),
    }


def _day(at: int) -> str:
    return format_seconds(at)[:10]


@pytest.mark.timeout(400)
async def test_every_surface_tells_the_same(
    app: App, database: Database, shop: Tenant, alice: Person
) -> None:
    project = shop.made.project
    surveys = [s for s in await database.read(list_surveys, project, ListSurveys()) if s.dialect]
    assert len(surveys) == 5
    (truth,) = await database.write(sow, [(project, surveys)])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        await agree(client, alice, shop, truth, database.clock())
        rolling = Rolling(database, "worker")
        while await rolling.waiting():
            await rolling()
        await agree(client, alice, shop, truth, database.clock())
    assert (await database.read(verify)).findings == []
