"""A mind that changes: an answer replaced, by whom, for how long, and what is kept of the old."""

import httpx

from tellback.core.settings import ProjectSettings
from tellback.store.database import Database
from tellback.store.tables import response_revisions
from tests.web.respond.asking import DAY, HOUR, Asker, Clock, make_asker
from tests.web.respond.reading import read
from tests.web.respond.visiting import get, post, send, the_response


async def test_a_mind_may_be_changed_and_the_history_is_kept(
    person: httpx.AsyncClient, asker: Asker, clock: Clock
) -> None:
    path = asker.path(await asker.invite())
    await send(person, path, vote="positive")
    await post(person, path, (await get(person, path)).sending(why="Fine"))
    clock.now += HOUR
    page = await get(person, f"{path}?change")
    assert "You have already answered." in page.text
    assert {("q.vote", "positive"), ("q.why", "Fine")} <= set(page.chosen)
    await post(person, path, page.sending(vote="negative", why="On reflection, no"))
    row = await the_response(asker)
    assert row["answers"] == {"vote": "negative", "why": "On reflection, no"}
    assert row["rating"] == -1
    [before] = await asker.rows(response_revisions)
    assert before["answers"] == {"vote": "positive", "why": "Fine"}


async def test_another_answer_clicked_in_the_mail_asks_before_it_replaces(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite())
    await send(person, path, vote="positive")
    assert (await get(person, f"{path}?a=positive")).title == "Thank you! – Shop"
    page = await get(person, f"{path}?a=negative")
    assert "What you send now replaces your answer." in page.text
    assert ("q.vote", "negative") in page.chosen
    assert (await the_response(asker))["answers"] == {"vote": "positive"}


async def test_a_page_made_before_an_answer_came_replaces_it_only_when_sent_again(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite())
    first = await get(person, path)
    await post(person, path, first.sending(vote="positive", why="Fine"))
    overtaken = read(await post(person, path, first.sending(vote="negative", why="")))
    assert overtaken.status == 409
    assert "An answer is already there" in overtaken.text
    assert "Were you happy with us? Yes What could be better? Fine" in overtaken.text
    assert {("q.vote", "negative"), ("q.why", "")} <= set(overtaken.chosen)
    assert (await the_response(asker))["answers"] == {"vote": "positive", "why": "Fine"}
    assert (await post(person, path, overtaken.chosen)).status_code == 303
    row = await the_response(asker)
    assert (row["answers"], row["comment"]) == ({"vote": "negative"}, None)


async def test_a_mistake_does_not_make_an_overtaken_page_current(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite())
    first = await get(person, path)
    await post(person, path, first.sending(vote="positive"))
    assert (await post(person, path, first.sending(vote="maybe"))).status_code == 409


async def test_a_comment_meant_for_another_answer_is_not_put_to_this_one(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite())
    await send(person, path, vote="positive")
    thanks = await get(person, path)
    await send(person, f"{path}?change", vote="negative")
    page = read(await post(person, path, thanks.sending(why="Great!")))
    assert page.status == 409
    assert {("q.vote", "negative"), ("q.why", "Great!")} <= set(page.chosen)
    assert (await the_response(asker))["comment"] is None


async def test_the_first_answer_sent_again_from_its_page_loses_no_comment(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite())
    first = await get(person, path)
    await post(person, path, first.sending(vote="positive"))
    await post(person, path, (await get(person, path)).sending(why="Fine"))
    assert (await post(person, path, first.sending(vote="positive"))).status_code == 303
    assert (await the_response(asker))["answers"] == {"vote": "positive", "why": "Fine"}


async def test_after_a_while_an_answer_stands(
    person: httpx.AsyncClient, asker: Asker, clock: Clock
) -> None:
    path = asker.path(await asker.invite())
    form = (await get(person, path)).sending(vote="positive")
    await post(person, path, form)
    clock.now += DAY
    for query in ("", "?change", "?a=negative"):
        page = await get(person, path + query)
        assert (page.status, page.title) == (200, "You have already answered – Shop")
        assert (page.links, page.actions) == ([], [])
        assert "Were you happy with us? Yes" in page.text
    late = read(await post(person, path, [("q.vote", "negative")]))
    comment = read(await post(person, path, [("step", "comment"), ("q.why", "Late")]))
    assert (late.status, comment.status) == (409, 409)
    assert (await the_response(asker))["answers"] == {"vote": "positive"}


async def test_a_comment_can_be_added_where_nothing_may_be_changed(
    person: httpx.AsyncClient, database: Database
) -> None:
    strict = await make_asker(database, "Strict", ProjectSettings(change_of_mind_hours=0))
    path = strict.path(await strict.invite())
    await send(person, path, vote="positive")
    page = await get(person, path)
    assert (page.title, page.links, page.actions) == ("Thank you! – Strict", [], [path])
    await post(person, path, page.sending(why="Fine"))
    again = read(await post(person, path, page.sending(why="No")))
    assert again.status == 409
    assert (await the_response(strict))["comment"] == "Fine"


# --- too late --------------------------------------------------------------------------------
