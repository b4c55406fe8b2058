"""The personal link of a survey that was sent into a chat: no mail, no address."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tellback.actions.record_conversations import record_conversations
from tellback.core.conversations import RecordConversation
from tellback.core.links import Purpose
from tellback.core.model import ContactKey, Identity
from tellback.store.database import Database
from tellback.store.tables import invitations, responses
from tests.web.respond.asking import DAY, NPS, Asker, Clock, make_asker
from tests.web.respond.visiting import get, send, the_response

HIDDEN_AFTER = 600  # s


@pytest.fixture
async def asker(database: Database) -> Asker:
    """alice's and bob's project, with a survey that hides soon and one that does not."""
    surveys = {"nps": NPS, "short": replace(NPS, hide_after=HIDDEN_AFTER)}
    return await make_asker(database, surveys=surveys)


async def asked(asker: Asker, survey: str = "nps", **changes: Any) -> dict[str, Any]:
    """A survey that was sent into a chat just now: its invitation."""
    news = RecordConversation(
        survey, f"chat-{survey}", ContactKey(Identity.EXTERNAL, "alice"), is_open=False
    )
    done = await asker.database.write_one(record_conversations, (asker.project, news))
    id_ = await asker.invite(survey, sent_at=asker.database.clock())
    contact = done.conversation.contact_id
    values = {"channel": "chat", "address": None, "conversation_id": done.conversation.id}
    await asker.change(id_, **values, number=1, contact_id=contact, **changes)
    return await asker.invitation(id_)


async def test_it_is_shown_and_answered(asker: Asker, person: httpx.AsyncClient) -> None:
    row = await asked(asker)
    path = asker.path(row["id"])
    page = await get(person, path)
    assert page.status == 200
    assert "unsubscribe" not in page.text.lower()
    await send(person, path, nps="9")
    response = await the_response(asker)
    assert (response["channel"], response["rating"]) == ("chat", 9)
    assert response["conversation_id"] == row["conversation_id"]
    assert response["contact_id"] == row["contact_id"]
    after = await asker.invitation(row["id"])
    assert (after["state"], after["responded_at"]) == ("responded", asker.database.clock())
    assert "Thank you" in (await get(person, path)).text


async def test_a_quick_click_in_a_chat_is_a_persons(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    row = await asked(asker)
    await get(person, asker.path(row["id"]) + "?a=9")
    assert (await asker.invitation(row["id"]))["state"] == "clicked"


async def test_a_mind_may_be_changed_and_later_not(
    asker: Asker, person: httpx.AsyncClient, clock: Clock
) -> None:
    path = asker.path((await asked(asker))["id"])
    await send(person, path, nps="9")
    await send(person, path + "?change", nps="2")
    assert (await the_response(asker))["rating"] == 2
    clock.now += 2 * DAY
    settled = await get(person, path + "?change")
    assert "can no longer be changed" in settled.text


async def test_after_its_time_it_kindly_says_so(
    asker: Asker, person: httpx.AsyncClient, clock: Clock
) -> None:
    path = asker.path((await asked(asker, "short"))["id"])
    clock.now += HIDDEN_AFTER * 1_000 - 1
    form = await get(person, path)
    assert form.status == 200
    clock.now += 1
    late = await get(person, path)
    assert late.status == 410
    assert "Thank you for wanting to give one" in late.text
    sent = await person.post(
        path,
        content=str(httpx.QueryParams(form.sending(nps="9"))),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert sent.status_code == 410
    assert await asker.rows(responses) == []


async def test_what_was_answered_in_time_may_still_be_changed(
    asker: Asker, person: httpx.AsyncClient, clock: Clock
) -> None:
    path = asker.path((await asked(asker, "short"))["id"])
    await send(person, path, nps="9")
    clock.now += HIDDEN_AFTER * 1_000
    await send(person, path + "?change", nps="3")
    assert (await the_response(asker))["rating"] == 3


async def test_there_is_no_address_to_unsubscribe(asker: Asker, person: httpx.AsyncClient) -> None:
    row = await asked(asker)
    path = asker.path(row["id"], Purpose.UNSUBSCRIBE)
    assert (await person.get(path)).status_code == 404
    assert (await person.post(path)).status_code == 404
    assert len(await asker.rows(invitations)) == 1
