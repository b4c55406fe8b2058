"""What is kept of a refused request: all that it takes to do it again, and no secret."""

import httpx

from tellback.core.rejections import RejectionFilter
from tellback.dialects.registry import load_dialects
from tellback.dialects.replay import replay
from tellback.store.database import Database
from tellback.store.rejected_inputs import get_rejection, list_rejections
from tests.conftest import Tenant


async def test_a_refused_item_is_kept_with_its_call_and_without_the_key(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    key = shop.keys("boolean")["api_key"]
    headers = {
        "Accept": "text/html",
        "Cookie": "session=secret",
        "X-Auth-Token": "secret",
        "Content-Type": "application/json; charset=utf-8",
    }
    body = b'[ {"$email":  "no address"} ]'
    path = f"/p/{shop.slug}/v1/surveys?transactional=false&a=1&a=%C3%BC"
    reply = await client.post(path, content=body, auth=(key, ""), headers=headers)
    assert reply.status_code == 200

    feed = await database.read(list_rejections, shop.id, RejectionFilter(), None, 10)
    (listed,) = feed.rows
    row = await database.read(get_rejection, shop.id, listed.id)
    assert row is not None
    assert (row.path, row.query) == ("/v1/surveys", "transactional=false&a=1&a=%C3%BC")
    assert (row.item, row.body, row.whole) == (True, b'{"$email":  "no address"}', True)
    assert row.headers == {
        "content-type": "application/json; charset=utf-8",
        "accept": "text/html",
        "user-agent": "tests",
    }
    assert key.encode() not in repr(tuple(row)).encode()


async def test_a_body_that_was_not_read_is_not_kept_whole(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    """Some calls are refused by their heads: what they said is lost, and the log says so."""
    keys = shop.keys("boolean")
    headers = {"Content-Type": "text/plain"}
    url = f"/p/{shop.slug}/v1/surveys"
    reply = await client.post(url, content=b"[{}]", auth=(keys["api_key"], ""), headers=headers)
    assert reply.status_code == 415
    feed = await database.read(list_rejections, shop.id, RejectionFilter(), None, 10)
    (row,) = feed.rows
    assert (row.body_size, row.whole) == (0, False)
    (result,) = await replay(database, load_dialects(), shop.made.project, [row.id])
    assert (result.settled, result.status) == (False, None)
    assert result.reason == "It was refused before its body was read, so it cannot be done again."
