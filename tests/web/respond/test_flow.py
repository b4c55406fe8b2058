"""A survey page by page: kept on the way, resumed, gone back in, and counted once."""

import httpx
import pytest

from tellback.core.model import Question, QuestionType, ShowIf, SurveyDefinition, SurveyType
from tellback.store.database import Database
from tellback.store.tables import responses
from tests.web.respond.asking import DAY, Asker, Clock, make_asker
from tests.web.respond.reading import read
from tests.web.respond.visiting import get, post, send, the_response

TOUR = SurveyDefinition(
    "Tour",
    SurveyType.NPS,
    (
        Question("who", QuestionType.SHORT_TEXT, {"en": "Who are you?"}),
        Question("nps", QuestionType.NPS, {"en": "Would you recommend us?"}, metric="nps"),
        Question(
            "why",
            QuestionType.SHORT_TEXT,
            {"en": "Why not?"},
            required=True,
            show_if=(ShowIf("nps", at_most=6),),
        ),
        Question("mail", QuestionType.EMAIL, {"en": "Where may we reach you?"}),
    ),
    per_page=1,
)


@pytest.fixture
async def asker(database: Database) -> Asker:
    return await make_asker(database, surveys={"tour": TOUR})


async def walk(person: httpx.AsyncClient, path: str, **answers: str) -> str:
    """Send the page that is there; where it leads to."""
    page = await get(person, path)
    reply = await post(person, page.actions[0], page.sending(**answers))
    return str(reply.headers["location"])


async def test_each_page_is_kept_and_the_last_sends_it_off(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = asker.path(await asker.invite("tour"))
    first = await get(person, path)
    assert list(first.controls)[-1:] == ["q1"]
    assert "1 / 3" in first.text
    second = await walk(person, path, who="Ada")
    assert second == f"{path}?at=nps"
    row = await the_response(asker)
    assert (row["answers"], row["left_at"], row["completed"]) == ({"who": "Ada"}, "nps", False)
    third = await walk(person, second, nps="3")
    assert third == f"{path}?at=why"
    assert "3 / 4" in (await get(person, third)).text
    row = await the_response(asker)
    assert (row["rating"], row["left_at"]) == (3, "why")
    fourth = await walk(person, third, why="Cold")
    assert await walk(person, fourth, mail="ada@example.org") == path
    row = await the_response(asker)
    assert row["answers"] == {"who": "Ada", "nps": 3, "why": "Cold", "mail": "ada@example.org"}
    assert (row["left_at"], row["completed"], row["revision"]) == (None, True, 1)
    assert "Thank you!" in (await get(person, path)).text


async def test_a_survey_goes_on_where_it_was_left(
    asker: Asker, person: httpx.AsyncClient, clock: Clock
) -> None:
    path = asker.path(await asker.invite("tour"))
    await walk(person, await walk(person, path, who="Ada"), nps="9")
    clock.now += 9 * DAY
    page = await get(person, path)
    assert "Where may we reach you?" in page.text
    assert "where you left off" in page.text
    assert await walk(person, path) == path
    row = await the_response(asker)
    assert (row["answers"], row["left_at"]) == ({"who": "Ada", "nps": 9}, None)
    # Sent off: from here on it may no longer be changed.
    assert "no longer be changed" in (await get(person, f"{path}?at=who")).text


async def test_what_was_begun_may_not_be_finished_for_ever(
    asker: Asker, person: httpx.AsyncClient, clock: Clock
) -> None:
    path = asker.path(await asker.invite("tour"))
    form = (await get(person, path)).sending(who="Ada")
    await post(person, path, form)
    clock.now += 30 * DAY
    assert "no longer be changed" in (await get(person, path)).text
    assert (await post(person, path, form)).status_code == 409


async def test_going_back_keeps_what_is_typed_and_hides_what_it_hides(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = asker.path(await asker.invite("tour"))
    third = await walk(person, await walk(person, path, who="Ada"), nps="3")
    form = [*(await get(person, third)).sending(why="Co"), ("go", "back")]
    back = await post(person, path, form)
    assert back.headers["location"] == f"{path}?at=nps"
    assert (await the_response(asker))["answers"] == {"who": "Ada", "nps": 3, "why": "Co"}
    page = await get(person, f"{path}?at=nps")
    assert ("q.nps", "3") in page.chosen
    assert await walk(person, f"{path}?at=nps", nps="10") == f"{path}?at=mail"
    assert (await the_response(asker))["answers"] == {"who": "Ada", "nps": 10}


async def test_back_does_not_judge(asker: Asker, person: httpx.AsyncClient) -> None:
    path = asker.path(await asker.invite("tour"))
    await walk(person, path, who="Ada")
    form = [*(await get(person, f"{path}?at=mail")).sending(mail="nowhere"), ("go", "back")]
    assert (await post(person, path, form)).headers["location"] == f"{path}?at=nps"


async def test_a_mistake_stays_on_its_page(asker: Asker, person: httpx.AsyncClient) -> None:
    path = asker.path(await asker.invite("tour"))
    await walk(person, await walk(person, path, who="Ada"), nps="0")
    page = read(await send(person, path, why=" "))
    assert page.status == 422
    assert "Please answer this question." in page.text
    assert (await the_response(asker))["left_at"] == "why"


async def test_who_jumps_over_a_required_page_is_taken_back_to_it(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = asker.path(await asker.invite("tour"))
    await walk(person, f"{path}?at=nps", nps="0")
    there = await walk(person, f"{path}?at=mail", mail="ada@example.org")
    assert there == f"{path}?at=why&check=1"
    assert (await the_response(asker))["left_at"] == "why"
    page = await get(person, there)
    assert "Please answer this question." in page.text
    await walk(person, there, why="Cold")
    row = await the_response(asker)
    assert row["answers"] == {"nps": 0, "why": "Cold", "mail": "ada@example.org"}


async def test_nothing_at_all_is_nothing(asker: Asker, person: httpx.AsyncClient) -> None:
    path = asker.path(await asker.invite("tour"))
    second = await walk(person, path)
    third = await walk(person, second)
    assert third == f"{path}?at=mail"
    last = await send(person, third)
    assert last.headers["location"] == f"{path}?at=who&check=1"
    assert await asker.rows(responses) == []


async def test_a_page_sent_twice_is_kept_once(asker: Asker, person: httpx.AsyncClient) -> None:
    path = asker.path(await asker.invite("tour"))
    form = (await get(person, path)).sending(who="Ada")
    for _ in range(2):
        assert (await post(person, path, form)).headers["location"] == f"{path}?at=nps"
    row = await the_response(asker)
    assert (row["answers"], row["revision"]) == ({"who": "Ada"}, 1)


async def test_the_answer_of_a_mail_waits_for_its_page(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = asker.path(await asker.invite("tour"))
    second = await walk(person, f"{path}?a=2", who="Ada")
    assert second == f"{path}?a=2&at=nps"
    assert (await the_response(asker))["answers"] == {"who": "Ada"}
    assert ("q.nps", "2") in (await get(person, second)).chosen
    # Another answer of the mail, clicked in the midst of it, is not forgotten either.
    assert ("q.nps", "8") in (await get(person, f"{path}?a=8")).chosen
    form = (await get(person, second)).sending(nps="7")
    there = await post(person, second, form)
    assert there.headers["location"] == f"{path}?at=mail"
    assert ("q.nps", "7") in (await get(person, f"{path}?a=2&at=nps")).chosen


async def test_a_change_of_mind_goes_through_the_pages_again(
    asker: Asker, person: httpx.AsyncClient
) -> None:
    path = asker.path(await asker.invite("tour"))
    second = await walk(person, path, who="Ada")
    await walk(person, await walk(person, second, nps="9"))
    page = await get(person, f"{path}?change=1")
    assert ("q.who", "Ada") in page.chosen
    assert "You have already answered." in page.text
    there = await walk(person, f"{path}?change=1", who="Grace")
    assert there == f"{path}?at=nps"
    await walk(person, await walk(person, there))
    row = await the_response(asker)
    assert (row["answers"], row["left_at"]) == ({"who": "Grace", "nps": 9}, None)
    assert row["revision"] == 2
