"""What was searched for, as a file."""

import csv
import io
import json

import pytest

from tellback.web.dashboard import response_export
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded

EXPORT = "/-/p/shop/responses/export"


async def test_all_of_a_search_is_in_the_file(
    alice: Person, sown: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_export, "_PAGE", 10)
    reply = await alice.get(f"{EXPORT}?format=csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(reply.text, newline="")))
    assert sorted(row["id"] for row in rows) == sorted(sown.responses)
    moments = [row["created_at"] for row in rows]
    assert moments == sorted(moments, reverse=True)
    found = await alice.get(f"{EXPORT}?format=ndjson&rating=promoter&comments=1")
    lines = [json.loads(line) for line in found.text.splitlines()]
    assert lines
    assert {line["rating"] for line in lines} <= {9.0, 10.0}
    assert all(line["comment"] == line["answers"]["comment"] for line in lines)


async def test_what_is_done_about_it_is_told(alice: Person, sown: Seeded) -> None:
    id_ = sown.responses[0]
    path = f"/-/p/shop/responses/{id_}"
    await alice.send(path, f"{path}/care", {"status": "done", "tags": "refund, vip"})
    reply = await alice.get(f"{EXPORT}?format=ndjson&tag=vip")
    (line,) = [json.loads(one) for one in reply.text.splitlines()]
    assert (line["id"], line["status"], line["tags"]) == (id_, "done", ["refund", "vip"])


async def test_a_workbook_is_a_zip(alice: Person, sown: Seeded) -> None:
    reply = await alice.get(f"{EXPORT}?format=xlsx")
    assert reply.content.startswith(b"PK")
    assert 'filename="shop-responses.xlsx"' in reply.headers["content-disposition"]


async def test_nothing_else(alice: Person, charlie: Person, sown: Seeded) -> None:
    for query in ("?format=pdf", "?format=csv&where=x"):
        assert (await alice.get(EXPORT + query)).status_code == 404
    assert (await charlie.get(f"{EXPORT}?format=csv")).status_code == 404
