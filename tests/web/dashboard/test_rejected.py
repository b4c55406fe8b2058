"""What was refused, shown whole and harmless."""

import re
import time

import pytest
from sqlalchemy import Connection, select

from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import RecordRejection
from tellback.core.rejections import RejectionKind
from tellback.store.database import Database
from tellback.store.rejected_inputs import MAX_BODY
from tellback.store.tables import invitations
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


async def test_the_log_is_searched(alice: Person, database: Database, shop: Tenant) -> None:
    await reject(database, shop, b"1", reason="no such survey")
    await reject(database, shop, b"2", reason="wrong city", dialect="satismeter", operation="x")

    async def shown(query: str) -> set[str]:
        html = (await alice.get(f"/-/p/shop/rejected?{query}")).text
        return {reason for reason in ("no such survey", "wrong city") if f">{reason}</a>" in html}

    assert await shown("") == {"no such survey", "wrong city"}
    assert await shown("reason=SURVEY") == {"no such survey"}
    assert await shown("wire=satismeter") == {"wrong city"}
    assert await shown("operation=request_surveys") == {"no such survey"}
    assert await shown("state=settled") == set()
    assert await shown("state=open&reason=city") == {"wrong city"}
    assert await shown("to=2020-01-01") == set()
    assert await shown("from=2020-01-01") == {"no such survey", "wrong city"}
    html = (await alice.get("/-/p/shop/rejected?reason=%3Ci%3E%22&wire=boolean&from=x")).text
    assert 'value="&lt;i&gt;&#34;"' in html
    assert '<option value="boolean" selected>' in html
    assert "Days are written like" in html


async def test_what_our_own_api_refused_is_found_by_its_name(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await reject(database, shop, b"1", reason="by a wire")
    await reject(database, shop, b"2", reason="by our own", dialect="api", operation="x")
    html = (await alice.get("/-/p/shop/rejected?wire=api")).text
    assert '<option value="api" selected>Tellback&#39;s own API</option>' in html
    assert ">by our own</a>" in html
    assert ">by a wire</a>" not in html


async def test_pages_go_on_with_the_search(alice: Person, database: Database, shop: Tenant) -> None:
    for number in range(51):
        await reject(database, shop, b"", reason=f"wanted {number}")
    await reject(database, shop, b"", reason="other")
    html = (await alice.get("/-/p/shop/rejected?reason=wanted&state=open")).text
    assert len(_ROW.findall(html)) == 50
    link = re.search(r'class="next" href="(\?[^"]+)"', html)
    assert link
    older = (await alice.get("/-/p/shop/rejected" + link[1].replace("&amp;", "&"))).text
    assert len(_ROW.findall(older)) == 1
    assert "wanted 0<" in older


#: An item that is sound, as if the cause of its refusal were mended already.
SOUND = b'{"$email": "ada@example.com", "$transaction_id": "1", "$transaction_amount": 1, \
"$transaction_date": "2026-11-20T10:00:00Z", "$transaction_currency": "EUR"}'
HEADERS = {"content-type": "application/json", "user-agent": "curl"}
MENDED = {"body": SOUND, "item": True, "headers": HEADERS}


def _asked(connection: Connection) -> list[str]:
    return [row.reference for row in connection.execute(select(invitations))]


async def test_a_replay_says_what_came_of_it(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await reject(database, shop, **MENDED)
    page = await only(alice)
    assert "Refused again" not in (await alice.get(page)).text
    reply = await alice.send(page, page + "/replay", {})
    assert (reply.status_code, reply.headers["location"]) == (303, page)
    html = (await alice.get(page)).text
    assert "It was replayed and taken" in html
    assert ">Replay</button>" not in html
    assert await database.read(_asked) == ["1"]
    # Whoever presses a second time, in another tab, does not do it twice.
    await alice.send("/-/account", page + "/replay", {})
    assert await database.read(_asked) == ["1"]
    assert "Settled" in (await alice.get("/-/p/shop/rejected")).text


async def test_a_replay_that_fails_says_why_and_may_be_tried_again(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await reject(database, shop, b'{"$email": "<b>"}', item=True, headers=HEADERS)
    page = await only(alice)
    await alice.send(page, page + "/replay", {})
    html = (await alice.get(page)).text
    assert "Refused again" in html
    assert "must be a valid e-mail address" in html
    assert ">Replay</button>" in html
    assert len(_ROW.findall((await alice.get("/-/p/shop/rejected")).text)) == 1


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"body": b"x" * (MAX_BODY + 1)}, "too long to be kept whole"),
        ({"body": b"", "unread": True}, "before its body was read"),
        ({"kind": RejectionKind.WARNING}, "would store it twice"),
        ({"dialect": "gone"}, "No wire of this server takes it"),
    ],
)
async def test_what_cannot_be_replayed_has_no_button(
    alice: Person, database: Database, shop: Tenant, entry: dict[str, object], why: str
) -> None:
    await reject(database, shop, **{"body": b"1", **entry})  # type: ignore[arg-type]
    html = (await alice.get(await only(alice))).text
    assert why in html
    assert ">Replay</button>" not in html
    assert "Replay all" not in (await alice.get("/-/p/shop/rejected")).text


async def test_all_that_was_found_is_replayed(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await reject(database, shop, **MENDED, reason="mended")
    await reject(
        database, shop, b'{"$email": "x"}', item=True, headers=HEADERS, reason="mended, no"
    )
    await reject(database, shop, **{**MENDED, "body": SOUND.replace(b'"1"', b'"2"')}, reason="else")
    found = "/-/p/shop/rejected?reason=mended"
    reply = await alice.send(found, "/-/p/shop/rejected/replay", {"reason": "mended"})
    assert (reply.status_code, reply.headers["location"]) == (303, f"{found}&replayed=1-1")
    assert await database.read(_asked) == ["1"]
    html = (await alice.get(reply.headers["location"])).text
    assert "1 entry was taken, 1 entry was refused again." in html
    reply = await alice.send(found, "/-/p/shop/rejected/replay", {})
    assert reply.headers["location"] == "/-/p/shop/rejected?replayed=1-1"
    assert sorted(await database.read(_asked)) == ["1", "2"]


@pytest.mark.parametrize("path", ["replay", "{id}/replay"])
async def test_only_who_may_manage_replays(
    alice: Person,
    bob: Person,
    charlie: Person,
    stranger: Person,
    database: Database,
    shop: Tenant,
    path: str,
) -> None:
    await reject(database, shop, **MENDED)
    id_ = (await only(alice)).rpartition("/")[2]
    path = f"/-/p/shop/rejected/{path.format(id=id_)}"
    assert (await bob.send("/-/account", path, {})).status_code == 403
    assert (await charlie.send("/-/account", path, {})).status_code == 404
    forged = {"form_token": "x"}
    assert (await stranger.client.post(path, data=forged)).status_code == 403
    assert (await alice.client.post(path, data=forged)).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert (await alice.send("/-/account", path, {}, **elsewhere)).status_code == 403
    assert await database.read(_asked) == []
    assert (await alice.send("/-/account", path, {})).status_code == 303
    assert await database.read(_asked) == ["1"]


async def test_looking_replays_nothing(alice: Person, database: Database, shop: Tenant) -> None:
    await reject(database, shop, **MENDED)
    page = await only(alice)
    for path in (page + "/replay", "/-/p/shop/rejected/replay"):
        assert (await alice.get(path)).status_code == 405
    assert await database.read(_asked) == []
