"""The survey's page: what a link shows, what the form records, and what happens afterwards."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tellback.core.invitation import State
from tellback.core.model import Transaction
from tellback.store.database import Database
from tellback.store.tables import contacts, responses, signals
from tests.web.respond.asking import ALICE, BINARY, DAY, NOW, PERSON, Asker, make_asker
from tests.web.respond.reading import read
from tests.web.respond.visiting import get, post, send, the_response


async def test_the_link_chooses_and_records_nothing(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    id_ = await asker.invite()
    page = await get(person, asker.path(id_) + "?a=negative")
    assert page.status == 200
    assert page.title == "Were you happy with us? – Shop"
    assert page.offered == {"q.vote": ["positive", "negative"]}
    assert ("q.vote", "negative") in page.chosen
    assert page.actions == [asker.path(id_)]
    assert await asker.rows(responses) == []
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["clicked_at"]) == ("clicked", NOW)
    [signal] = await asker.rows(signals)
    assert (signal["kind"], signal["link"]) == ("click", "answer negative")


@pytest.mark.parametrize("query", ["", "?a=", "?a=maybe", "?a=<script>", "?a=positive&a=negative"])
async def test_what_is_no_answer_chooses_none(
    person: httpx.AsyncClient, asker: Asker, query: str
) -> None:
    page = await get(person, asker.path(await asker.invite()) + query)
    chosen = [value for name, value in page.chosen if name == "q.vote"]
    assert page.status == 200
    assert chosen in ([], ["positive"], ["negative"])
    assert "<script>" not in page.text


async def test_head_says_that_the_page_is_there_and_counts_nothing(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    id_ = await asker.invite()
    assert (await person.head(asker.path(id_) + "?a=positive")).status_code == 200
    assert (await asker.rows(signals))[0]["scanner"] == "head"
    assert (await asker.invitation(id_))["state"] == "sent"


@pytest.mark.parametrize("damage", [lambda t: t[:-1], lambda t: t + "A", lambda t: "x", str.upper])
async def test_a_damaged_link_says_so_kindly_and_nothing_else(
    person: httpx.AsyncClient, asker: Asker, damage: Any
) -> None:
    path = asker.path(await asker.invite())
    head, _, token = path.rpartition("/")
    for method in ("GET", "POST"):
        page = read(await person.request(method, f"{head}/{damage(token)}"))
        assert (page.status, page.title) == (404, "This link does not work")
        assert "Shop" not in page.text
    assert await asker.rows(signals) == []


async def test_a_link_of_another_purpose_is_no_answers_link(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    from_pixel = asker.path(await asker.invite()).replace("/-/r/", "/-/u/")
    assert (await get(person, from_pixel)).status == 404


async def test_nobody_keeps_the_page_or_hears_where_it_was(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    reply = await person.get(asker.path(await asker.invite()))
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in reply.headers["x-robots-tag"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "set-cookie" not in reply.headers


async def test_the_transaction_is_shown(person: httpx.AsyncClient, asker: Asker) -> None:
    bought = Transaction("order-20931", NOW - DAY, 99.5, "EUR")
    page = await get(person, asker.path(await asker.invite(transaction=bought)))
    assert "Transaction order-20931 Date 2026-09-20 Amount 99.50 EUR" in page.text


# --- the answer ------------------------------------------------------------------------------


async def test_sending_the_form_records_the_answer(person: httpx.AsyncClient, asker: Asker) -> None:
    id_ = await asker.invite()
    reply = await send(person, asker.path(id_) + "?a=positive")
    assert (reply.status_code, reply.headers["location"]) == (303, asker.path(id_))
    row = await the_response(asker)
    assert (row["answers"], row["rating"], row["metric"]) == ({"vote": "positive"}, 1.0, "binary")
    assert (row["dialect"], row["channel"], row["language"]) == ("binary", "email", "en")
    assert row["user_agent"] == PERSON
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["responded_at"]) == ("responded", NOW)
    assert (invitation["opened_at"], invitation["clicked_at"]) == (NOW, NOW)


async def test_a_long_user_agent_is_cut(person: httpx.AsyncClient, asker: Asker) -> None:
    person.headers["User-Agent"] = "Mozilla/5.0 " + "x" * 5_000
    await send(person, asker.path(await asker.invite()) + "?a=positive")
    assert len((await the_response(asker))["user_agent"]) == 500


async def test_the_landing_page_takes_a_comment_with_the_answer(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite())
    page = await get(person, path + "?a=positive")
    assert "What could be better? (optional) Send my answer" in page.text
    await post(person, path, page.sending(why="Came early."))
    row = await the_response(asker)
    assert row["answers"] == {"vote": "positive", "why": "Came early."}
    assert (row["rating"], row["comment"], row["revision"]) == (1.0, "Came early.", 1)
    after = await get(person, path)
    assert "What could be better? Came early." in after.text
    assert after.actions == []


async def test_a_survey_that_says_thank_you_itself_says_it_once(
    person: httpx.AsyncClient, database: Database
) -> None:
    said = {"en": "Thank you for your feedback.", "de": "Bis bald."}
    surveys = {"binary": replace(BINARY, thanks=said)}
    grateful = await make_asker(database, "Grateful", surveys=surveys)
    pages = []
    for language in ("en", "de"):
        path = grateful.path(await grateful.invite(language=language))
        await send(person, path, vote="positive")
        pages.append((await get(person, path)).text)
    assert "Thank you for your feedback. Your answer has been saved." in pages[0]
    assert pages[0].count("Thank you") == 1
    assert "Vielen Dank! Bis bald." in pages[1]


async def test_the_thank_you_shows_the_answer_and_takes_a_comment(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite())
    await send(person, path, vote="positive")
    page = await get(person, path)
    assert page.title == "Thank you! – Shop"
    assert "Were you happy with us? Yes" in page.text
    assert page.links == [f"{path}?change=1"]
    reply = await post(person, path, page.sending(why="Came early.\r\nThanks!"))
    assert reply.status_code == 303
    row = await the_response(asker)
    assert row["answers"] == {"vote": "positive", "why": "Came early.\nThanks!"}
    assert row["comment"] == "Came early.\nThanks!"
    assert (row["completed"], row["revision"]) == (True, 1)
    after = await get(person, path)
    assert "What could be better? Came early. Thanks!" in after.text
    assert after.actions == []


async def test_an_empty_comment_changes_nothing(person: httpx.AsyncClient, asker: Asker) -> None:
    path = asker.path(await asker.invite())
    await send(person, path, vote="positive")
    reply = await post(person, path, (await get(person, path)).sending(why="  \n "))
    assert (reply.status_code, reply.headers["location"]) == (303, path)
    assert (await the_response(asker))["comment"] is None


async def test_a_comment_sent_again_replaces_the_first(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite())
    await send(person, path, vote="positive")
    page = await get(person, path)
    await post(person, path, page.sending(why="Good"))
    await post(person, path, page.sending(why="Very good"))
    row = await the_response(asker)
    assert (row["comment"], row["revision"]) == ("Very good", 2)


async def test_the_same_form_twice_is_one_answer(person: httpx.AsyncClient, asker: Asker) -> None:
    path = asker.path(await asker.invite())
    form = (await get(person, path)).sending(vote="positive")
    assert [(await post(person, path, form)).status_code for _ in range(2)] == [303, 303]
    assert (await the_response(asker))["revision"] == 1


async def test_nothing_chosen_is_said_at_the_question(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite())
    page = read(await send(person, path))
    assert (page.status, page.title) == (422, "Error: Were you happy with us? – Shop")
    assert page.links == ["#q1-1"]
    group = page.controls["q1"]
    assert (group["aria-invalid"], group["aria-describedby"]) == ("true", "q1-wrong")
    assert "autofocus" in page.controls["q1-1"]
    assert page.text.count("Please choose one of the answers.") == 2
    assert await asker.rows(responses) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe%ff", b"q.vote=maybe", b"q.vote=", b"&" * 5_000, b"a=1&" * 5_000, b'{"q":1}'],
)
async def test_no_body_makes_a_fault_of_ours(
    person: httpx.AsyncClient, asker: Asker, body: bytes
) -> None:
    reply = await person.post(asker.path(await asker.invite()), content=body)
    assert reply.status_code == 422
    assert await asker.rows(responses) == []


async def test_a_huge_form_is_refused(person: httpx.AsyncClient, asker: Asker) -> None:
    path = asker.path(await asker.invite())
    page = read(await person.post(path, content=b"q.vote=" + b"x" * 300_000))
    assert page.status == 413


# --- the change of mind ----------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.EXPIRED, State.CANCELLED])
async def test_what_was_called_off_is_closed(
    person: httpx.AsyncClient, asker: Asker, state: State
) -> None:
    path = asker.path(await asker.invite(state=state))
    for reply in (await person.get(path), await post(person, path, [("q.vote", "positive")])):
        page = read(reply)
        assert (page.status, page.title) == (410, "This survey is closed – Shop")
    assert await asker.rows(responses) == []


async def test_after_a_month_a_survey_is_closed(person: httpx.AsyncClient, asker: Asker) -> None:
    path = asker.path(await asker.invite(sent_at=NOW - 30 * DAY))
    assert (await get(person, path)).status == 410
    assert (await post(person, path, [("q.vote", "positive")])).status_code == 410


async def test_what_never_went_takes_no_answer(person: httpx.AsyncClient, asker: Asker) -> None:
    id_ = await asker.invite(state=State.QUEUED)
    await asker.change(id_, sent_at=None, attempts=0)
    page = read(await post(person, asker.path(id_), [("q.vote", "positive")]))
    assert (page.status, page.title) == (410, "This survey is closed – Shop")
    assert await asker.rows(responses) == []


async def test_who_was_forgotten_is_not_known_any_more(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    id_ = await asker.invite()
    await asker.change(id_, contact_id="c" * 32)
    times = dict.fromkeys(("created_at", "updated_at", "last_seen_at", "erased_at"), NOW)
    await asker.add(contacts, id="c" * 32, properties={}, **times)
    for reply in (
        await person.get(asker.path(id_)),
        await post(person, asker.path(id_), [("q.vote", "positive")]),
    ):
        page = read(reply)
        assert (page.status, page.title) == (410, "This link is no longer in use")
        assert ALICE not in reply.text
    assert await asker.rows(responses) == []
    assert await asker.rows(signals) == []


# --- other people's projects -----------------------------------------------------------------


async def test_a_token_signed_by_another_project_is_worth_nothing(
    person: httpx.AsyncClient, asker: Asker, database: Database
) -> None:
    other = await make_asker(database, "Other")
    forged = other.path(await asker.invite())
    assert (await get(person, forged)).status == 404


# --- when we cannot --------------------------------------------------------------------------


async def test_what_cannot_be_stored_now_is_kept_on_the_page(
    person: httpx.AsyncClient, asker: Asker, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asker.path(await asker.invite())
    form = (await get(person, path)).sending(vote="negative")
    monkeypatch.setattr(database, "_max_queued", -1)
    monkeypatch.setattr(database, "_queued", 1)
    page = read(await post(person, path, form))
    assert page.status == 503
    assert "could not be saved just now" in page.text
    assert ("q.vote", "negative") in page.chosen
    assert await asker.rows(responses) == []


async def test_a_page_is_shown_even_where_its_visit_cannot_be_kept(
    person: httpx.AsyncClient, asker: Asker, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asker.path(await asker.invite())
    monkeypatch.setattr(database, "_max_queued", -1)
    monkeypatch.setattr(database, "_queued", 1)
    assert (await get(person, path)).status == 200
    assert await asker.rows(signals) == []
