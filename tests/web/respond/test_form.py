"""Every kind of question through the form, and what is said of what cannot be taken."""

from typing import Any

import httpx
import pytest

from tellback.core.model import Question, QuestionType, SurveyDefinition, SurveyType
from tellback.store.database import Database
from tellback.store.tables import responses
from tellback.web.respond.form import Mistake, parse_form, read_form
from tests.web.respond.asking import EVERYTHING, Asker, make_asker
from tests.web.respond.reading import Found, read

DOUBLE = '"'
BODY = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT = "Ça va?\n\n\t– “So-so”, \U0001f642 <b>said</b> she & left; 100%"


async def send(person: httpx.AsyncClient, path: str, page: Found, **answers: Any) -> httpx.Response:
    body = str(httpx.QueryParams(page.sending(**answers)))
    return await person.post(path, content=body, headers=BODY)


async def test_every_kind_of_question_can_be_answered(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite("everything"))
    page = read(await person.get(f"{path}?a=6"))
    assert page.offered["q.ease"] == [str(number) for number in range(1, 8)]
    assert page.offered["q.country"] == ["", "fr", "de"]
    assert ("q.ease", "6") in page.chosen
    reply = await send(
        person,
        path,
        page,
        stars="4",
        mood="5",
        reason="speed",
        also=["packing", "website"],
        country="de",
        orders="3,5",
        mail="Ada@example.com",
        day="2026-11-20",
    )
    assert reply.status_code == 303, reply.text
    await send(person, path, read(await person.get(path)), text=TEXT)
    [row] = await asker.rows(responses)
    assert row["answers"] == {
        "ease": 6,
        "stars": 4,
        "mood": 5,
        "reason": "speed",
        "also": ["packing", "website"],
        "country": "de",
        "orders": 3.5,
        "mail": "Ada@example.com",
        "day": "2026-11-20",
        "text": TEXT,
    }
    assert (row["rating"], row["completed"]) == (6, True)


async def test_the_thank_you_tells_answers_in_their_words(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite("everything"))
    page = read(await person.get(path))
    await send(person, path, page, ease="2", also=["packing", "website"], country="fr")
    thanks = read(await person.get(path))
    assert "What else did you like? Packing Website" in thanks.text
    assert "Your country Fr" in thanks.text


async def test_every_mistake_is_said_at_its_field_and_nothing_typed_is_lost(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite("everything"))
    page = read(await person.get(path))
    typed = {
        "stars": "3",
        "also": ["packing"],
        "orders": "many <i>",
        "mail": "ada@",
        "day": "31.12.2026",
        "country": "xx",
    }
    again = read(await send(person, path, page, **typed))
    assert again.status == 422
    assert again.links == ["#q1-1", "#q7", "#q8", "#q9", "#q10"]
    wrong = {id_ for id_, control in again.controls.items() if control.get("aria-invalid")}
    assert wrong == {"q1", "q7", "q8", "q9", "q10"}
    for id_ in wrong:
        assert f"{id_}-wrong" in str(again.controls[id_]["aria-describedby"])
        assert f"{id_}-wrong" in again.controls
    assert "autofocus" in again.controls["q1-1"]
    kept = set(again.chosen)
    assert {("q.stars", "3"), ("q.also", "packing"), ("q.orders", "many <i>")} <= kept
    assert {("q.mail", "ada@"), ("q.day", "31.12.2026")} <= kept
    assert await asker.rows(responses) == []


async def test_a_question_says_which_answer_it_is_about(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    reply = await person.get(asker.path(await asker.invite("everything")))
    page = read(reply)
    hint = "Which other thing? Only if you answered: What mattered most? Other What else"
    assert hint in page.text
    assert ("q.which", "") in page.chosen
    assert page.controls["q4-1"]["name"] == "q.reason"
    assert '<script src="/-/static/respond/respond.js"></script>' in reply.text
    rule = '[{"on":"q.reason","any":["other"]}]'
    assert f'data-if="{rule.replace(DOUBLE, "&#34;")}"' in reply.text


async def test_what_no_answer_hides_needs_no_script(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    reply = await person.get(asker.path(await asker.invite("nps")))
    assert "script" not in reply.text


async def test_a_question_that_is_shown_may_be_required(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite("everything"))
    page = read(await person.get(path))
    missing = read(await send(person, path, page, ease="5", reason="other"))
    assert (missing.status, missing.links) == (422, ["#q5"])
    assert "Please answer this question." in missing.text
    assert (await send(person, path, missing, which="The colours")).status_code == 303
    [row] = await asker.rows(responses)
    assert row["answers"] == {"ease": 5, "reason": "other", "which": "The colours"}


async def test_the_answer_to_a_hidden_question_is_dropped(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = asker.path(await asker.invite("everything"))
    page = read(await person.get(path))
    typed = {"ease": "5", "reason": "price", "which": "The colours"}
    assert (await send(person, path, page, **typed)).status_code == 303
    [row] = await asker.rows(responses)
    assert row["answers"] == {"ease": 5, "reason": "price"}


async def test_a_wrong_answer_shows_nothing(person: httpx.AsyncClient, asker: Asker) -> None:
    path = asker.path(await asker.invite("everything"))
    page = read(await person.get(path))
    again = read(await send(person, path, page, ease="5", reason="none", which="x" * 2_000))
    assert (again.status, again.links) == (422, ["#q4-1"])
    assert str(again.controls["q5"]["maxlength"]) == "1000"


def one(kind: QuestionType, **more: Any) -> SurveyDefinition:
    question = Question("q", kind, {"en": "Question"}, **more)
    return SurveyDefinition("One", SurveyType.FORM, (question,))


def sent(definition: SurveyDefinition, *typed: str) -> Any:
    body = str(httpx.QueryParams([("q.q", text) for text in typed]))
    result = read_form(definition, parse_form(body.encode()), definition.questions)
    return result.mistakes.get("q") or result.answers.get("q")


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (QuestionType.NUMBER, " 42 ", 42),
        (QuestionType.NUMBER, "-1.5", -1.5),
        (QuestionType.NUMBER, "1,5", 1.5),
        (QuestionType.NUMBER, "1,5,0", Mistake.NUMBER),
        (QuestionType.NUMBER, "٤٢", Mistake.NUMBER),
        (QuestionType.NUMBER, "nan", Mistake.NUMBER),
        (QuestionType.NPS, "10", 10),
        (QuestionType.NPS, "11", Mistake.CHOICE),
        (QuestionType.NPS, "ten", Mistake.CHOICE),
        (QuestionType.NPS, "9" * 5_000, Mistake.CHOICE),
        (QuestionType.EMAIL, "ada@example.com", "ada@example.com"),
        (QuestionType.EMAIL, "ada", Mistake.EMAIL),
        (QuestionType.DATE, "2026-02-29", Mistake.DATE),
        (QuestionType.BINARY, "positive", "positive"),
        (QuestionType.BINARY, "yes", Mistake.CHOICE),
        (QuestionType.SHORT_TEXT, "a\x00b\x07c\r\nd", "abc\nd"),
        (QuestionType.SHORT_TEXT, "x" * 1_000, "x" * 1_000),
        (QuestionType.SHORT_TEXT, "x" * 1_001, Mistake.LONG),
        (QuestionType.SHORT_TEXT, " \n", Mistake.MISSING),
        (QuestionType.LONG_TEXT, "x" * 10_001, Mistake.LONG),
    ],
)
def test_what_is_typed_is_read_as_a_person_means_it(
    kind: QuestionType, typed: str, expected: Any
) -> None:
    assert sent(one(kind), typed) == expected


def test_the_same_box_twice_is_ticked_once() -> None:
    survey = next(q for q in EVERYTHING.questions if q.id == "also")
    definition = SurveyDefinition("One", SurveyType.FORM, (survey,))
    form = parse_form(b"q.also=packing&q.also=packing&q.also=")
    assert read_form(definition, form, [survey]).answers == {"also": ["packing"]}


async def test_a_form_with_a_comment_that_must_be_given_asks_for_it_at_once(
    person: httpx.AsyncClient, database: Database
) -> None:
    rating = Question("stars", QuestionType.STARS, {"en": "Stars"}, maximum=5, metric="csat")
    why = Question("why", QuestionType.LONG_TEXT, {"en": "Why?"}, required=True)
    survey = SurveyDefinition("Both", SurveyType.CSAT, (rating, why))
    asker = await make_asker(database, "Both", surveys={"both": survey})
    path = asker.path(await asker.invite("both"))
    page = read(await person.get(path))
    assert ("q.why", "") in page.chosen
    again = read(await send(person, path, page, stars="4"))
    assert (again.status, again.links) == (422, ["#q2"])
    assert (await send(person, path, again, why="Good")).status_code == 303
    assert read(await person.get(path)).actions == []
