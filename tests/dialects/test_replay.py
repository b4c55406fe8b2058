"""What was refused is done again: once, by its owner, and with what came of it on record."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.actions.catalog import WRITES
from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import RecordRejection, SubmitResponse
from tellback.core.conversations import RecordConversation
from tellback.core.instants import DAY
from tellback.core.model import (
    ContactKey,
    Identity,
    Question,
    QuestionType,
    SurveyDefinition,
    SurveyType,
)
from tellback.core.rejections import RejectionFilter, RejectionKind
from tellback.dialects.registry import load_dialects
from tellback.dialects.replay import Replayed, replay
from tellback.store.database import Database
from tellback.store.feed import AnyRow
from tellback.store.rejected_inputs import MAX_BODY, NOBODY, get_rejection, list_rejections
from tellback.store.tables import invitations, responses
from tests.conftest import Tenant

WIRE = "satismeter"
DIALECTS = load_dialects()
LAUNCH = SurveyDefinition(
    name="Launch",
    type=SurveyType.NPS,
    questions=(Question("q", QuestionType.NPS, {"en": "How likely?"}, "rating", metric="nps"),),
    # Anybody may answer again and again, so that only the claim keeps a replay from doing it twice.
    repeat_after_days=0,
)


async def answer(client: httpx.AsyncClient, shop: Tenant, **changes: Any) -> httpx.Response:
    """An answer to a survey that the project does not have yet."""
    body = {
        "writeKey": shop.keys(WIRE)["write_key"],
        "campaign": "launch",
        "rating": 9,
        "userId": "007",
        **changes,
    }
    return await client.post("/api/responses", json=body)


async def mend(database: Database, shop: Tenant, survey: SurveyDefinition = LAUNCH) -> None:
    """Apply the survey that was missing."""
    await database.write_one(apply_surveys, ApplySurvey(shop.made.project, "launch", True, survey))


async def entries(database: Database, owner: str) -> list[AnyRow]:
    """The log, newest first."""
    return list((await database.read(list_rejections, owner, RejectionFilter(), None, 100)).rows)


async def only(database: Database, owner: str) -> AnyRow:
    (row,) = await entries(database, owner)
    return row


async def again(database: Database, shop: Tenant, *ids: str, force: bool = False) -> list[Replayed]:
    return await replay(database, DIALECTS, shop.made.project, ids, force=force)


def _ratings(connection: Connection) -> list[float | None]:
    return [row.rating for row in connection.execute(select(responses))]


async def test_a_refused_answer_is_stored_once_its_survey_is_there(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    refused = await answer(client, shop)
    assert refused.status_code >= 400
    entry = await only(database, shop.id)
    assert (entry.kind, entry.item, entry.whole, entry.settled_at) == ("refused", False, True, None)

    (failed,) = await again(database, shop, entry.id)
    assert (failed.settled, failed.status) == (False, refused.status_code)
    noted = await only(database, shop.id)
    assert (noted.replay_status, noted.replay_reason) == (failed.status, failed.reason)
    assert noted.replayed_at is not None
    assert await database.read(_ratings) == []

    await mend(database, shop)
    (taken,) = await again(database, shop, entry.id)
    assert taken == Replayed(entry.id, True, 201)
    assert taken.taken
    assert await database.read(_ratings) == [9.0]
    settled = await only(database, shop.id)
    assert settled.settled_at is not None
    assert (settled.replay_status, settled.replay_reason) == (201, None)

    (second,) = await again(database, shop, entry.id)
    assert (second.settled, second.status, second.taken) == (True, None, False)
    assert await database.read(_ratings) == [9.0]


def _moments(connection: Connection) -> list[tuple[int, int]]:
    return [(row.created_at, row.updated_at) for row in connection.execute(select(responses))]


async def test_an_answer_is_dated_by_when_it_came(
    client: httpx.AsyncClient, database: Database, shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answer(client, shop)
    entry = await only(database, shop.id)
    await mend(database, shop)
    clock = database.clock
    monkeypatch.setattr(database, "clock", lambda: clock() + 3 * DAY)
    (taken,) = await again(database, shop, entry.id)
    assert taken.taken
    assert await database.read(_moments) == [(entry.created_at, entry.created_at)]


async def test_a_newer_answer_about_a_conversation_stays(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    """A room that comes late, after its first rating was refused and before the second."""
    chat = RecordConversation("rocketchat", "room-1", channel="chat")
    url = f"/p/{shop.slug}/api/v1/livechat"
    visitor = {"visitor": {"token": "tok-1", "name": "Vera"}}
    assert (await client.post(f"{url}/visitor", json=visitor)).status_code == 200

    async def rate(value: str) -> int:
        data = [{"name": "satisfaction", "value": value}]
        body = {"rid": "room-1", "token": "tok-1", "data": data}
        return (await client.post(f"{url}/room.survey", json=body)).status_code

    assert await rate("1") == 400
    entry = await only(database, shop.id)
    chat.contact = ContactKey(Identity.VISITOR, "tok-1")
    await database.write(WRITES[RecordConversation], [(shop.made.project, chat)])
    await asyncio.sleep(0.005)
    assert await rate("5") == 200
    (result,) = await again(database, shop, entry.id)
    assert (result.settled, result.status) == (False, 400)
    assert result.reason == "a newer answer is there, which stays"
    assert await database.read(_ratings) == [5.0]


async def test_two_at_once_store_it_once(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    await answer(client, shop)
    await mend(database, shop)
    entry = await only(database, shop.id)
    results = await asyncio.gather(*(again(database, shop, entry.id) for _ in range(8)))
    assert sum(result.taken for (result,) in results) == 1
    assert all(result.settled for (result,) in results)
    assert await database.read(_ratings) == [9.0]


async def test_what_is_settled_is_done_again_only_if_forced(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    await answer(client, shop)
    await mend(database, shop)
    entry = await only(database, shop.id)
    for force, stored in ((False, 1), (False, 1), (True, 2)):
        await again(database, shop, entry.id, force=force)
        assert len(await database.read(_ratings)) == stored


async def test_a_forced_replay_that_fails_leaves_it_settled(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    await answer(client, shop)
    await mend(database, shop, replace(LAUNCH, repeat_after_days=90))
    entry = await only(database, shop.id)
    await again(database, shop, entry.id)
    (result,) = await again(database, shop, entry.id, force=True)
    assert not result.settled
    assert result.status is not None
    assert (await only(database, shop.id)).settled_at is not None


async def test_each_is_done_in_its_turn_and_once(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    for rating in (1, 2, 3):
        await answer(client, shop, rating=rating)
    await mend(database, shop)
    ids = [row.id for row in await entries(database, shop.id)]
    results = await again(database, shop, *ids, *ids)
    assert [result.id for result in results] == ids
    assert sorted(await database.read(_ratings)) == [1.0, 2.0, 3.0], results


async def test_it_is_nobody_elses_to_do_again(
    client: httpx.AsyncClient, database: Database, shop: Tenant, other: Tenant
) -> None:
    await answer(client, shop)
    await mend(database, shop)
    await mend(database, other)
    entry = await only(database, shop.id)
    for force in (False, True):
        (result,) = await again(database, other, entry.id, force=force)
        assert result == Replayed(entry.id, False, None, "There is no such entry.")
    assert await database.read(_ratings) == []
    assert (await only(database, shop.id)).replayed_at is None


async def test_what_came_without_a_key_belongs_to_no_project(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    await answer(client, shop, writeKey="wrong")
    assert await entries(database, shop.id) == []
    entry = await only(database, NOBODY)
    (result,) = await again(database, shop, entry.id)
    assert result.reason == "There is no such entry."


async def put(database: Database, shop: Tenant, **changes: Any) -> str:
    """Put an entry into the log; its id."""
    entry = RecordRejection(
        **{
            "dialect": WIRE,
            "operation": "submit_response",
            "method": "POST",
            "path": "/api/responses",
            "status": 400,
            "reason": "no",
            "body": b'{"rating": 1}',
            "headers": {"content-type": "application/json"},
            **changes,
        }
    )
    await database.write(record_rejections, [(shop.made.project, entry)])
    return str((await entries(database, shop.id))[0].id)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"body": b"x" * (MAX_BODY + 1)}, "too long"),
        ({"query": "a=" + "b" * 5_000}, "too long"),
        ({"body": b"", "query": "a=" + "b" * 5_000}, "too long"),
        ({"body": b"", "unread": True}, "before its body was read"),
        ({"dialect": "gone"}, "no such operation"),
        ({"path": "/gone"}, "no such operation"),
        ({"method": "PUT"}, "no such operation"),
        ({"kind": RejectionKind.WARNING}, "store it twice"),
    ],
)
async def test_what_cannot_be_done_again_says_so_and_is_left_as_it_is(
    database: Database, shop: Tenant, entry: dict[str, Any], reason: str
) -> None:
    id_ = await put(database, shop, **entry)
    before = await database.read(get_rejection, shop.id, id_)
    (result,) = await again(database, shop, id_)
    assert (result.settled, result.status) == (False, None)
    assert reason in (result.reason or "")
    assert await database.read(get_rejection, shop.id, id_) == before


async def test_being_forced_makes_nothing_whole(database: Database, shop: Tenant) -> None:
    id_ = await put(database, shop, body=b"x" * (MAX_BODY + 1))
    (result,) = await again(database, shop, id_, force=True)
    assert "too long" in (result.reason or "")


async def test_what_needs_a_secret_that_is_not_kept_says_so(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    body = {"writeKey": shop.keys(WIRE)["write_key"], "rating": 11}
    headers = {"auth-token": "x" * 43}
    reply = await client.put(f"/api/responses/{'0' * 32}", json=body, headers=headers)
    assert reply.status_code >= 400
    entry = await only(database, shop.id)
    row = await database.read(get_rejection, shop.id, entry.id)
    assert row is not None
    assert "auth-token" not in row.headers
    (result,) = await again(database, shop, entry.id)
    assert not result.settled
    assert "not kept" in (result.reason or "")


async def test_what_breaks_is_noted_and_stores_nothing(
    client: httpx.AsyncClient,
    database: Database,
    shop: Tenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await answer(client, shop)
    await mend(database, shop)
    entry = await only(database, shop.id)

    def break_down(*_: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setitem(WRITES, SubmitResponse, break_down)  # type: ignore[arg-type]
    (result,) = await again(database, shop, entry.id)
    assert (result.settled, result.status) == (False, 500)
    assert (await only(database, shop.id)).replay_status == 500
    monkeypatch.undo()
    (result,) = await again(database, shop, entry.id)
    assert result.taken


async def test_a_body_that_cannot_be_read_is_refused_again(
    database: Database, shop: Tenant
) -> None:
    id_ = await put(database, shop, body=b"{")
    (result,) = await again(database, shop, id_)
    assert (result.settled, result.status) == (False, 400)
    assert len(await entries(database, shop.id)) == 1


def _references(connection: Connection) -> set[str]:
    return {row.reference for row in connection.execute(select(invitations))}


def _item(number: int, address: str) -> dict[str, Any]:
    return {
        "$email": address,
        "$transaction_id": f"order-{number}",
        "$transaction_date": "2026-11-20T10:00:00Z",
        "$transaction_amount": 1,
        "$transaction_currency": "EUR",
    }


async def test_an_item_of_a_batch_comes_alone(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    key = shop.keys("boolean")["api_key"]
    items = [_item(1, "ada@example.com"), _item(2, "no address"), _item(3, "bo@example.com")]
    await client.post("/v1/surveys?pretty", json=items, auth=(key, ""))
    entry = await only(database, shop.id)
    assert (entry.item, entry.query) == (True, "pretty=")
    (result,) = await again(database, shop, entry.id)
    assert (result.settled, result.status) == (False, 200)
    assert "$email" in (result.reason or "")
    assert await database.read(_references) == {"order-1", "order-3"}
    assert len(await entries(database, shop.id)) == 1


async def test_of_a_whole_batch_the_good_items_are_taken(database: Database, shop: Tenant) -> None:
    body = json.dumps([_item(1, "ada@example.com"), _item(2, "no address")]).encode()
    headers = {"content-type": "application/json", "user-agent": "curl"}
    whole = {"dialect": "boolean", "path": "/v1/surveys", "headers": headers, "body": body}
    id_ = await put(database, shop, **whole)
    (result,) = await again(database, shop, id_)
    assert (result.settled, result.status) == (True, 200)
    assert "1 of 2 items" in (result.reason or "")
    assert await database.read(_references) == {"order-1"}
    newest, first = await entries(database, shop.id)
    assert (newest.item, newest.settled_at, first.id) == (True, None, id_)
