"""Lists as files: all of what a page is a part of, for who may see the page."""

import csv
import io
import json
from typing import Any

import pytest

from tellback.store.database import Database
from tellback.web.dashboard import invitation_export, people_export, rejected_export
from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded
from tests.web.dashboard.test_people import known

FOR_ALL = ("invitations", "conversations", "comments")
FOR_OWNERS = ("people", "rejected")


async def table(person: Person, path: str) -> list[dict[str, str]]:
    """The rows of a file of comma-separated values."""
    reply = await person.get(f"/-/p/shop/{path}")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(reply.text, newline="")))


async def lines(person: Person, path: str) -> list[dict[str, Any]]:
    """The objects of a file of lines of JSON."""
    return [json.loads(line) for line in (await person.get(f"/-/p/shop/{path}")).text.splitlines()]


async def test_all_invitations_and_those_that_are_looked_at(
    alice: Person, bob: Person, sown: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitation_export, "PAGE", 90)
    rows = await table(alice, "invitations/export")
    assert sorted(row["id"] for row in rows) == sorted(sown.invitations)
    moments = [row["created_at"] for row in rows]
    assert moments == sorted(moments, reverse=True)
    assert all(row["responded_at"] for row in rows if row["state"] == "responded")
    bounced = await table(bob, "invitations/export?state=bounced")
    assert [row for row in rows if row["state"] == "bounced"] == bounced != []
    address = rows[0]["address"]
    found = await table(bob, f"invitations/export?address={address.upper()}")
    assert [row for row in rows if row["address"] == address] == found


async def test_everybody_and_those_of_a_name(
    alice: Person, sown: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_export, "PAGE", 4)
    people = await lines(alice, "people/export?format=ndjson")
    assert sorted(one["id"] for one in people) == sorted(sown.contacts)
    found = await lines(alice, "people/export?format=ndjson&who=lovelace")
    assert [one for one in people if one["name"] == "Ada Lovelace"] == found != []


async def test_a_person_with_all_that_is_shown(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await known(database, shop)
    (one,) = await lines(alice, "people/export?format=ndjson")
    assert (one["name"], one["email"], one["answers"]) == ("Dana & Co", "dana@example.com", 1)
    assert one["properties"]["plan"] == "pro"
    assert (one["suppressed"], one["external_ids"]) == (None, [])


async def test_refused_input_with_its_bodies_as_lines_of_json(
    alice: Person, sown: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejected_export, "PAGE", 7)
    rows = await table(alice, "rejected/export")
    told = await lines(alice, "rejected/export?format=ndjson")
    assert [row["id"] for row in rows] == [one["id"] for one in told]
    assert len({row["id"] for row in rows}) == 30
    assert "body" not in rows[0]
    texts = {one["body"] for one in told if one["body_base64"] is None}
    assert '{"rating": 11, "comment": "<b>bold</b>"}' in texts
    others = {one["body_base64"] for one in told if one["body"] is None}
    assert others == {"//4gbm90IGV2ZW4gdGV4dA=="}
    assert len(await table(alice, "rejected/export?reason=e-mail")) == 30
    assert await table(alice, "rejected/export?reason=nothing+like+this") == []


async def test_topics_as_their_page_counts_them(alice: Person, sown: Seeded) -> None:
    topics = await table(alice, "comments/export?period=all")
    counts = [int(row["comments"]) for row in topics]
    assert counts == sorted(counts, reverse=True) != []
    html = (await alice.get("/-/p/shop/comments?period=all")).text
    assert topics[0]["topic"] in html


@pytest.mark.parametrize("name", [*FOR_ALL, *FOR_OWNERS])
async def test_a_file_is_for_who_sees_the_page(
    alice: Person, bob: Person, charlie: Person, sown: Seeded, name: str
) -> None:
    path = f"/-/p/shop/{name}/export"
    for kind in ("csv", "xlsx", "ndjson", "parquet"):
        reply = await alice.get(f"{path}?format={kind}")
        assert reply.status_code == 200
        assert f'filename="shop-{name}.{kind}"' in reply.headers["content-disposition"]
    assert (await alice.get(f"{path}?format=pdf")).status_code == 404
    assert (await charlie.get(path)).status_code == 404
    assert (await bob.get(path)).status_code == (403 if name in FOR_OWNERS else 200)


@pytest.mark.parametrize("name", ["invitations", "people", "rejected", "comments?period=all"])
async def test_its_page_leads_to_it(alice: Person, sown: Seeded, name: str) -> None:
    page = name.partition("?")[0]
    assert f"/-/p/shop/{page}/export?format=xlsx" in (await alice.get(f"/-/p/shop/{name}")).text
