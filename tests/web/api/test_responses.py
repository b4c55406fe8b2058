"""Answers over our own API: in, in bulk; out, filtered and streamed."""

import json
from typing import Any

import pytest

from tellback.web.api import responses
from tellback.web.api.operations import NDJSON, PREFIX
from tests.web.api.calling import UNKNOWN, Caller


def answer(number: int, **more: Any) -> dict[str, Any]:
    person = {"identities": {"external": f"u-{number}"}}
    return {"survey": "satismeter", "rating": number, "contact": person, **more}


async def test_answers_go_in_and_come_out(alice: Caller) -> None:
    id_ = await alice.id_of("/responses", answer(9, comment="Fine", channel="chat", language="de"))
    seen = (await alice.get(f"/responses/{id_}")).json()
    assert (seen["rating"], seen["comment"], seen["metric"]) == (9, "Fine", "nps")
    assert (seen["wire"], seen["channel"], seen["language"]) == ("api", "chat", "de")
    assert (seen["survey"], seen["survey_version"]) == ("satismeter", 1)
    person = (await alice.get(f"/contacts/{seen['contact_id']}")).json()
    assert [one["id"] for one in person["responses"]] == [id_]


async def test_a_bad_item_never_stops_its_neighbours(alice: Caller) -> None:
    bad: list[Any] = [
        answer(11),
        answer(1, answers={"nothing": "x"}),
        answer(1, survey="none"),
        answer(1, survey=None),
        answer(1, colour="red"),
        answer(1, contact={"identities": {"external": "a", "email": "a@example.com"}}),
        answer(1, conversation="reference:none"),
        {"invitation": UNKNOWN, "rating": 1},
    ]
    results = await alice.batch("/responses", *bad, answer(1), answer(1))
    assert [one["status"] for one in results] == [422, 422, 404, 422, 422, 422, 404, 404, 201, 409]


_VISIT: dict[str, Any] = {
    "name": "Visit",
    "type": "csat",
    "questions": [
        {"id": "stars", "type": "stars", "text": "?", "metric": "csat", "minimum": 1, "maximum": 5},
        {"id": "why", "type": "long_text", "text": "?", "number": 7, "required": True},
        {"id": "a/b", "type": "short_text", "text": "?"},
        {
            "id": "more",
            "type": "short_text",
            "text": "?",
            "name": "more_words",
            "show_if": [{"question": "stars", "at_most": 2}],
        },
    ],
}


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({"rating": 5}, ["#/answers/why"]),
        ({"rating": 6, "comment": "x"}, ["#/rating"]),
        ({"rating": 5, "comment": "a\0b"}, ["#/comment"]),
        ({"rating": 5, "answers": {"why": "a\0b"}}, ["#/answers/why"]),
        ({"rating": 5, "answers": {"why": ["a"]}}, ["#/answers/why"]),
        ({"rating": 5, "answers": {"7": ["a"]}}, ["#/answers/7"]),
        ({"rating": 5, "answers": {"7": " "}}, ["#/answers/7"]),
        ({"rating": 5, "comment": "x", "answers": {"a/b": 1}}, ["#/answers/a~1b"]),
        ({"rating": 5, "comment": "x", "answers": {"stars": 4}}, ["#/rating"]),
        ({"rating": 5, "comment": "x", "answers": {"more_words": "x"}}, ["#/answers/more_words"]),
        ({"answers": {"rating": 5, "why": "x"}}, ["#/answers/rating"]),
        ({"rating": 6, "answers": {"none": "x"}}, ["#/answers/none", "#/rating", "#/answers/why"]),
        ({}, ["#/answers", "#/answers/why"]),
    ],
)
async def test_a_problem_points_into_its_item(
    alice: Caller, given: dict[str, Any], pointers: list[str]
) -> None:
    await alice.client.put(f"{PREFIX}/surveys/visit", json=_VISIT)
    taken, refused = await alice.batch(
        "/responses",
        {"survey": "visit", "rating": 5, "comment": "Fine"},
        {"survey": "visit", **given},
    )
    assert (taken["status"], refused["status"]) == (201, 422)
    assert [one["pointer"] for one in refused["problem"]["errors"]] == pointers


async def test_a_question_that_another_answer_hides_is_pointed_at_as_it_was_answered(
    alice: Caller,
) -> None:
    stars, why = _VISIT["questions"][:2]
    hidden = {**why, "show_if": [{"question": "stars", "at_most": 2}]}
    survey = {**_VISIT, "questions": [stars, hidden]}
    await alice.client.put(f"{PREFIX}/surveys/visit", json=survey)
    given = {"survey": "visit", "rating": 5}
    by_id = {**given, "answers": {"why": "x"}}
    results = await alice.batch("/responses", {**given, "comment": "x"}, by_id)
    errors = [one["problem"]["errors"][0]["pointer"] for one in results]
    assert errors == ["#/comment", "#/answers/why"]


async def test_an_invitation_is_answered(alice: Caller) -> None:
    await alice.batch("/conversations", {"reference": "c", "contact": answer(1)["contact"]})
    await alice.post("/conversations/reference:c/close")
    ask = {"survey": "satismeter", "conversation": "reference:c"}
    [asked] = await alice.batch("/invitations", ask)
    given = {"invitation": asked["id"], "rating": 10}
    assert (await alice.batch("/responses", given))[0]["status"] == 201
    again = {**given, "rating": 9}
    assert (await alice.batch("/responses", again))[0]["status"] == 200, "a change of mind"
    found = (await alice.get("/responses", conversation=(await _id(alice, "c")))).json()["items"]
    assert [(one["rating"], one["invitation_id"]) for one in found] == [(9, asked["id"])]


async def _id(caller: Caller, reference: str) -> str:
    found = await caller.get(f"/conversations/reference:{reference}")
    return str(found.json()["id"])


async def test_responses_are_filtered(alice: Caller) -> None:
    await alice.batch("/responses", *(answer(n) for n in range(10)), answer(10, comment="Good"))
    contact = (await alice.get("/responses", has_comment=True)).json()["items"][0]["contact_id"]
    filters: list[tuple[dict[str, Any], int]] = [
        ({}, 11),
        ({"rating_from": 9}, 2),
        ({"rating_from": 2, "rating_to": 4}, 3),
        ({"has_comment": True}, 1),
        ({"has_comment": False}, 10),
        ({"contains": "OO"}, 1),
        ({"contains": "slow"}, 0),
        ({"survey": "satismeter"}, 11),
        ({"survey": "boolean"}, 0),
        ({"wire": "api", "channel": "link"}, 11),
        ({"channel": "chat"}, 0),
        ({"contact": contact}, 1),
        ({"contact": UNKNOWN}, 0),
        ({"conversation": UNKNOWN}, 0),
        ({"since": "2026-01-01T00:00:00Z"}, 11),
        ({"until": "2026-01-01T00:00:00Z"}, 0),
    ]
    for given, count in filters:
        found = (await alice.get("/responses", **given)).json()["items"]
        assert len(found) == count, given
    assert (await alice.get("/responses", survey="none")).status_code == 404


async def test_pages_follow_each_other(alice: Caller) -> None:
    ids = [one["id"] for one in await alice.batch("/responses", *(answer(n) for n in range(7)))]
    seen, after = [], {}
    for _ in range(10):
        page = (await alice.get("/responses", size=3, **after)).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == sorted(ids, reverse=True)


async def test_all_come_as_one_stream(alice: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "_STRIDE", 3)
    ids = [one["id"] for one in await alice.batch("/responses", *(answer(n) for n in range(10)))]
    stream = await alice.send("GET", "/responses", headers={"Accept": NDJSON})
    assert stream.headers["content-type"] == NDJSON
    lines = [json.loads(line) for line in stream.text.splitlines()]
    assert [line["id"] for line in lines] == sorted(ids, reverse=True)
    assert lines[0] == (await alice.get(f"/responses/{lines[0]['id']}")).json()


async def test_a_stream_of_nothing_is_empty(alice: Caller) -> None:
    stream = await alice.send("GET", "/responses", headers={"Accept": NDJSON})
    assert (stream.status_code, stream.content) == (200, b"")
