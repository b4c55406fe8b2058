"""What was refused, shown whole and harmless."""

import re
import time

import pytest

from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import RecordRejection
from tellback.core.rejections import RejectionKind
from tellback.store.database import Database
from tellback.store.rejected_inputs import MAX_BODY
from tellback.web.dashboard.rejected import readable
from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded

_ROW = re.compile(r'/-/p/shop/rejected/([0-9a-f]{32})"')


async def reject(database: Database, shop: Tenant, body: bytes, **changes: object) -> None:
    entry = {
        "dialect": "boolean",
        "operation": "request_surveys",
        "method": "POST",
        "path": "/v1/surveys",
        "status": 422,
        "reason": "<i>no</i>",
        "body": body,
        "headers": {"content-type": "application/json"},
    }
    rejection = RecordRejection(**{**entry, **changes})  # type: ignore[arg-type]
    await database.write(record_rejections, [(shop.made.project, rejection)])


async def only(person: Person) -> str:
    """The page of the only rejection there is."""
    [id_] = _ROW.findall((await person.get("/-/p/shop/rejected")).text)
    return f"/-/p/shop/rejected/{id_}"


async def test_a_rejection_is_listed_and_shown_whole(
    alice: Person, database: Database, shop: Tenant
) -> None:
    body = b'[{"a":{"b":"<script>alert(1)</script>"}}]'
    await reject(database, shop, body)
    listed = (await alice.get("/-/p/shop/rejected")).text
    assert "&lt;i&gt;no&lt;/i&gt;" in listed
    assert "POST /v1/surveys" in listed
    page = await only(alice)
    html = (await alice.get(page)).text
    assert "Refused with 422" in html
    assert "Boolean" in html
    assert "application/json" in html
    assert "&#34;b&#34;: &#34;&lt;script&gt;" in html
    assert "<script>alert" not in html
    download = await alice.get(page + "/body")
    assert download.content == body
    assert download.headers["content-type"] == "application/octet-stream"
    assert download.headers["content-disposition"].startswith("attachment")
    assert download.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        ({"item": True, "status": 200}, "An item was not taken"),
        ({"kind": RejectionKind.WARNING, "status": 201}, "Taken, but not as asked"),
        ({"status": 400}, "Refused with 400"),
    ],
)
async def test_the_title_says_what_it_is(
    alice: Person, database: Database, shop: Tenant, entry: dict[str, object], title: str
) -> None:
    await reject(database, shop, b"[]", **entry)
    assert f"<h1>{title}</h1>" in (await alice.get(await only(alice))).text


async def test_a_body_that_was_cut_says_so(alice: Person, database: Database, shop: Tenant) -> None:
    await reject(database, shop, b"x" * (MAX_BODY + 1024))
    html = (await alice.get(await only(alice))).text
    assert "1.0 MB, of which the first 1.0 MB were kept" in html


async def test_no_body(alice: Person, database: Database, shop: Tenant) -> None:
    await reject(database, shop, b"", headers={}, reason="")
    html = (await alice.get(await only(alice))).text
    assert "It had none." in html
    assert "none given" in html
    assert "No reason was kept." in html


async def test_pages_of_rejections(alice: Person, sown: Seeded, database: Database) -> None:
    first = (await alice.get("/-/p/shop/rejected")).text
    assert len(_ROW.findall(first)) == 30
    assert 'class="next"' not in first


async def test_an_empty_log_says_what_it_is_for(alice: Person, shop: Tenant) -> None:
    assert "Nothing was refused" in (await alice.get("/-/p/shop/rejected")).text


@pytest.mark.parametrize(
    ("body", "text", "pretty"),
    [
        (b'{"a":[1,2]}', '{\n  "a": [\n    1,\n    2\n  ]\n}', True),
        (b'{"a":"]]]]"}', '{\n  "a": "]]]]"\n}', True),
        (b'{"a":', '{"a":', False),
        (b"rating=11&x=%00", "rating=11&x=%00", False),
        ("Köln".encode(), "Köln", False),
        (b"\xff\x00<", "\\xff␀<", False),
        (b"[" * 41 + b"]" * 41, "[" * 41 + "]" * 41, False),
        (b"", "", False),
    ],
)
def test_readable(body: bytes, text: str, pretty: bool) -> None:
    assert readable(body) == (text, pretty)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000 + b"]" * 500_000,
        b"[" * 39 + b",".join([b"1"] * 500_000) + b"]" * 39,
        b'"' + b"\\" * 1_000_000,
        b'"' * 1_000_000,
    ],
)
def test_no_body_becomes_a_mountain_of_blanks(body: bytes) -> None:
    start = time.perf_counter()
    text, _ = readable(body)
    assert len(text) <= 3 * 1024 * 1024
    assert time.perf_counter() - start < 5
