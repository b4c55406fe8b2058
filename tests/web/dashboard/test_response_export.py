"""What was searched for, as a file."""

import csv
import io
import json
import re
from datetime import datetime
from zipfile import ZipFile

import pytest
from pyarrow.parquet import ParquetFile

from tellback.store.database import Database
from tellback.web.dashboard import response_export, responses
from tellback.web.exports import Format
from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded
from tests.web.dashboard.test_people import known

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


async def test_properties_have_columns_in_a_table(
    alice: Person, sown: Seeded, database: Database, shop: Tenant
) -> None:
    await known(database, shop)
    reply = await alice.get(f"{EXPORT}?format=ndjson&q=weeks&rating=detractor")
    told = {line["email"]: line["properties"] for line in map(json.loads, reply.text.splitlines())}
    assert told["dana@example.com"]["plan"] == "pro"
    reply = await alice.get(f"{EXPORT}?format=csv")
    rows = list(csv.DictReader(io.StringIO(reply.text, newline="")))
    plans = {row["email"]: row["property: plan"] for row in rows}
    assert plans.pop("dana@example.com") == "pro"
    assert set(plans.values()) == {""}
    assert not [name for name in rows[0] if name.startswith("answer: ")]


async def test_questions_have_columns_where_one_survey_is_searched(
    alice: Person, sown: Seeded
) -> None:
    for survey, said in ("nps", None), ("binary", {"positive": "Great", "negative": "Not great"}):
        reply = await alice.get(f"{EXPORT}?format=csv&survey=seeded-{survey}")
        rows = list(csv.DictReader(io.StringIO(reply.text, newline="")))
        assert rows
        for row in rows:
            given = str(json.loads(row["answers"])["rating"])
            assert row["answer: How was it?"] == (said[given] if said else given)
            assert row["answer: Why?"] == row["comment"]


async def test_a_workbook_knows_moments(alice: Person, sown: Seeded) -> None:
    reply = await alice.get(f"{EXPORT}?format=xlsx")
    with ZipFile(io.BytesIO(reply.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "yyyy-mm-dd hh:mm:ss" in styles
    # 46,000 days after 1900 is December 2025.
    assert re.search(r'<c r="B2" s="\d"><v>4[67]\d{3}\.', sheet)
    assert 'filename="shop-responses.xlsx"' in reply.headers["content-disposition"]


async def test_parquet_where_its_library_is(
    alice: Person, sown: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = await alice.get(f"{EXPORT}?format=parquet")
    rows = ParquetFile(io.BytesIO(reply.content)).read().to_pylist()
    assert sorted(row["id"] for row in rows) == sorted(sown.responses)
    assert {type(row["created_at"]) for row in rows} == {datetime}
    assert "format=parquet" in (await alice.get("/-/p/shop/responses")).text
    offered = tuple(kind for kind in Format if kind is not Format.PARQUET)
    for module in (response_export, responses):
        monkeypatch.setattr(module, "OFFERED", offered)
    assert (await alice.get(f"{EXPORT}?format=parquet")).status_code == 404
    page = (await alice.get("/-/p/shop/responses")).text
    assert "format=csv" in page
    assert "format=parquet" not in page


async def test_nothing_else(alice: Person, charlie: Person, sown: Seeded) -> None:
    for query in ("?format=pdf", "?format=csv&where=x"):
        assert (await alice.get(EXPORT + query)).status_code == 404
    assert (await charlie.get(f"{EXPORT}?format=csv")).status_code == 404
