"""Responses as their project may see them."""

from typing import Any

import pytest
from sqlalchemy import update

from tellback.actions.check_asks import check_asks
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import CheckAsk, SubmitResponse
from tellback.core.errors import NotFound
from tellback.core.model import Channel, ContactKey, Identity, Project
from tellback.core.queries import GetResponse, ListResponses, SummariseResponses
from tellback.core.records import ResponsePage, ResponseRecord, ResponseSummary
from tellback.store.response_records import get_response, list_responses, summarise_responses
from tellback.store.tables import responses
from tests.actions.workroom import WIRE, Workroom
from tests.store.plans import fill, planning


def answer(room: Workroom, user: str, project: Project | None = None, **what: Any) -> str:
    contact = ContactKey(Identity.EXTERNAL, user)
    command = SubmitResponse(WIRE, Channel.IN_APP, contact=contact, **what)
    return str(room.run(submit_responses, (project or room.shop, command)).id)


def page(room: Workroom, project: Project | None = None, **what: Any) -> ResponsePage:
    with room.connection.begin():
        return list_responses(room.connection, project or room.shop, ListResponses(**what))


def one(room: Workroom, id_: str, project: Project | None = None) -> ResponseRecord:
    with room.connection.begin():
        return get_response(room.connection, project or room.shop, GetResponse(id_))


def summary(room: Workroom, **what: Any) -> ResponseSummary:
    with room.connection.begin():
        return summarise_responses(room.connection, room.shop, SummariseResponses(**what))


def test_a_response_with_its_author_and_its_survey(room: Workroom) -> None:
    id_ = answer(room, "alice", rating=9, traits={"name": "Alice"}, ip="203.0.113.9")
    room.now += 5
    room.run(
        check_asks,
        (
            room.shop,
            CheckAsk(WIRE, ContactKey(Identity.EXTERNAL, "alice"), None, {"a": 1}),
        ),
    )
    record = one(room, id_)
    assert (record.id, record.project_id, record.survey_id) == (id_, room.shop.id, room.nps.id)
    assert record.definition == room.nps.definition
    assert (record.answers, record.rating, record.ip) == ({"q-rating": 9}, 9.0, "203.0.113.0")
    assert record.traits == {"name": "Alice"}
    assert record.contact is not None
    assert (record.contact.external, record.contact.name) == ("alice", "Alice")
    assert record.contact.traits == {"name": "Alice", "a": 1}
    assert page(room).items == [record]


@pytest.mark.parametrize("id_", ["0" * 32, "", "x", "%"])
def test_an_unknown_response(room: Workroom, id_: str) -> None:
    with pytest.raises(NotFound):
        one(room, id_)


def test_another_project_s_response_is_unknown(room: Workroom) -> None:
    id_ = answer(room, "charlie", room.other, rating=1)
    with pytest.raises(NotFound):
        one(room, id_)
    assert page(room).items == []


def test_pages_are_newest_first_and_never_overlap(room: Workroom) -> None:
    # Two at the same moment, so that their order hangs on the ids.
    ids = [answer(room, f"{n}", rating=n) for n in (0, 1)]
    room.now += 1
    ids += [answer(room, f"{n}", rating=n) for n in (2, 3, 4)]
    newest_first = ids[::-1]
    by_page = [page(room, size=2, page=number) for number in (1, 2, 3, 4)]
    assert [r.id for each in by_page for r in each.items] == newest_first
    assert [each.more for each in by_page] == [True, True, False, False]
    found, after = [], None
    while True:
        each = page(room, size=2, after=after)
        found += each.items
        if not each.more:
            break
        after = (found[-1].created_at, found[-1].id)
    assert [record.id for record in found] == newest_first


def test_the_start_is_included_and_the_end_is_not(room: Workroom) -> None:
    start = room.now
    ids = []
    for n in range(3):
        ids.append(answer(room, str(n), rating=n))
        room.now += 1
    found = page(room, start=start + 1, end=start + 2).items
    assert [record.id for record in found] == [ids[1]]


def test_of_one_survey(room: Workroom) -> None:
    answer(room, "alice", rating=1)
    id_ = answer(room, "alice", survey="form", answers=[("q-area", "idea")])
    for name in (room.form.id, "form", str(room.form.number)):
        assert [record.id for record in page(room, survey=name).items] == [id_]
    for name in ("nothing", room.foreign.id):
        with pytest.raises(NotFound):
            page(room, survey=name)


def test_everything_is_counted(room: Workroom) -> None:
    answer(room, "a", rating=10, comment="x")
    answer(room, "b", rating=10)
    answer(room, "c", rating=0, dismissed=True)
    answer(room, "d", dismissed=True)
    answer(room, "e", comment="y")
    answer(room, "f", survey="form", answers=[("q-area", "idea")])
    shown = CheckAsk(WIRE, ContactKey(Identity.EXTERNAL, "g"))
    room.run(check_asks, (room.shop, shown))
    nps = summary(room, survey="nps")
    assert (nps.responses, nps.pending, nps.dismissed, nps.commented) == (4, 1, 2, 2)
    assert dict(nps.tally.counts) == {0: 1, 10: 2}
    assert (nps.shown, nps.definition) == (1, room.nps.definition)
    everything = summary(room)
    assert (everything.responses, everything.shown, everything.definition) == (5, 1, None)
    assert summary(room, metric="nps").responses == 4
    assert summary(room, survey="form").shown == 0
    assert summary(room, end=room.now) == ResponseSummary()
    with pytest.raises(NotFound):
        summary(room, survey=room.foreign.id)


def test_a_deep_page_reads_keys_and_then_only_its_own_rows(room: Workroom) -> None:
    with room.connection.begin():
        fill(room.connection, room.shop.id, responses)
        of_survey = {"survey_id": room.nps.id, "survey_version": room.nps.version}
        mine = update(responses).where(responses.c.project_id == room.shop.id)
        room.connection.execute(mine.values(of_survey))
        wanted = [ListResponses(page=9, size=10), ListResponses(after=(1_000, "f" * 32), size=10)]
        for query in wanted:
            with planning(room.connection) as plans:
                list_responses(room.connection, room.shop, query)
            first = plans[0]
            assert first.indexes == ["ix_responses_created"]
            assert not first.sorts
            assert first.steps[0].only == (query.page > 1), "the index has all that is read"
            assert not any(plan.reads_whole("responses") for plan in plans)
