"""Scores over our own API: counted, with their uncertainty."""

from typing import Any

import pytest

from tests.web.api.calling import Caller


async def rate(caller: Caller, survey: str, *ratings: int) -> None:
    items = [
        {
            "survey": survey,
            "rating": rating,
            "contact": {"identities": {"external": f"{survey}{n}"}},
        }
        for n, rating in enumerate(ratings)
    ]
    results = await caller.batch("/responses", *items)
    assert {one["status"] for one in results} == {201}


async def test_an_nps_with_its_interval(alice: Caller) -> None:
    await rate(alice, "satismeter", 10, 10, 9, 7, 0)
    report = (await alice.get("/scores", survey="satismeter")).json()
    total = report["total"]
    assert (report["metric"], report["time_zone"]) == ("nps", "UTC")
    assert (total["value"], total["n"]) == (40, 5)
    assert total["ratings"] == {"0": 1, "7": 1, "9": 1, "10": 2}
    assert -100 <= total["low"] < 40 < total["high"] <= 100
    assert report["steps"] == []


async def test_votes_in_steps(alice: Caller) -> None:
    await rate(alice, "boolean", 1, 1, -1)
    report = (await alice.get("/scores", survey="boolean", interval="day")).json()
    assert len(report["steps"]) == 30
    assert [step["score"]["n"] for step in report["steps"]] == [0] * 29 + [3]
    assert report["steps"][0]["score"]["value"] is None
    assert report["total"]["value"] == pytest.approx(200 / 3)
    ends = [step["end"] for step in report["steps"]]
    assert ends[:-1] == [step["start"] for step in report["steps"][1:]]


SCALE = {
    "name": "Scale",
    "questions": [
        {"id": "q", "type": "scale", "text": "How?", "minimum": 1, "maximum": 5},
    ],
}


@pytest.mark.parametrize(("metric", "value"), [("csat", 75.0), ("ces", 3.75)])
async def test_a_scale(alice: Caller, metric: str, value: float) -> None:
    question = {**SCALE["questions"][0], "metric": metric}  # type: ignore[dict-item]
    survey: Any = {**SCALE, "type": metric, "questions": [question]}
    assert (await alice.client.put("/-/api/surveys/scale", json=survey)).status_code == 200
    await rate(alice, "scale", 5, 5, 4, 1)
    total = (await alice.get("/scores", survey="scale")).json()["total"]
    assert (total["value"], total["n"]) == (value, 4)


async def test_a_survey_without_a_score(alice: Caller) -> None:
    survey = {
        "name": "Form",
        "type": "form",
        "questions": [{"id": "q", "type": "long_text", "text": "?"}],
    }
    await alice.client.put("/-/api/surveys/form", json=survey)
    report = (await alice.get("/scores", survey="form")).json()
    assert (report["metric"], report["total"]["value"]) == (None, None)


async def test_what_cannot_be_counted_is_refused(alice: Caller) -> None:
    wrong: list[dict[str, str]] = [
        {},
        {"survey": "boolean", "interval": "year"},
        {"survey": "boolean", "first_day": "2026-02-30"},
        {"survey": "boolean", "first_day": "2026-02-02", "last_day": "2026-02-01"},
        {"survey": "boolean", "first_day": "0001-01-01"},
        {"survey": "boolean", "last_day": "9999-12-31", "interval": "day"},
        {"survey": "boolean", "first_day": "1900-01-01", "interval": "day"},
    ]
    for given in wrong:
        assert (await alice.get("/scores", **given)).status_code == 400, given
    assert (await alice.get("/scores", survey="none")).status_code == 404
