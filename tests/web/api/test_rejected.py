"""What was refused, over our own API."""

from typing import Any

from tests.conftest import HEADERS, Tenant
from tests.web.api.calling import UNKNOWN, Caller


async def test_what_other_wires_refused_is_there(alice: Caller) -> None:
    reply = await alice.client.post("/api/responses", content=b"\xff\x00", headers=HEADERS)
    assert reply.status_code >= 400
    page = (await alice.get("/rejected-inputs")).json()
    assert page["items"] == [], "nobody's, since its project is not known"
    assert (await alice.get(f"/rejected-inputs/{UNKNOWN}")).status_code == 404
    assert (await alice.get("/rejected-inputs/x")).status_code == 404


async def test_what_was_refused_is_searched(alice: Caller) -> None:
    await alice.batch("/contacts", {"identities": {}}, {"identities": {"email": "none"}})
    filters: list[tuple[dict[str, Any], int]] = [
        ({}, 2),
        ({"wire": "api", "operation": "identify_contacts", "kind": "refused"}, 2),
        ({"wire": "boolean"}, 0),
        ({"reason": "E-MAIL"}, 1),
        ({"since": "2026-01-01T00:00:00Z", "settled": False}, 2),
        ({"until": "2026-01-01T00:00:00Z"}, 0),
        ({"settled": True}, 0),
    ]
    for given, count in filters:
        found = (await alice.get("/rejected-inputs", **given)).json()["items"]
        assert len(found) == count, given
    assert (await alice.get("/rejected-inputs", kind="odd")).status_code == 400


async def test_a_refused_input_is_done_again_once_its_cause_is_mended(
    alice: Caller, shop: Tenant
) -> None:
    keys = shop.keys("satismeter")
    body = {"writeKey": keys["write_key"], "campaign": "later", "rating": 9, "userId": "u-1"}
    assert (await alice.client.post("/api/responses", json=body)).status_code == 404
    [kept] = (await alice.get("/rejected-inputs")).json()["items"]
    path = f"/rejected-inputs/{kept['id']}/replay"
    early = (await alice.post(path)).json()
    assert (early["settled"], early["status"]) == (False, 404)
    survey = (await alice.get("/surveys/satismeter")).json()["definition"]
    del survey["key"], survey["number"]
    put = await alice.client.put("/-/api/surveys/later", json=survey)
    assert put.status_code == 200, put.text
    done = await alice.post(path, key="again")
    assert done.json() == {"settled": True, "status": 201, "reason": None}
    assert (await alice.post(path, key="again")).content == done.content
    assert (await alice.post(path)).json()["status"] is None
    assert len((await alice.get("/responses")).json()["items"]) == 1
    assert (await alice.post(f"/rejected-inputs/{UNKNOWN}/replay")).status_code == 404


async def test_a_body_that_is_no_text_is_shown_in_base64(alice: Caller) -> None:
    await alice.send("POST", "/contacts", b"\xff\x00", {"Content-Type": "application/json"})
    [kept] = (await alice.get("/rejected-inputs")).json()["items"]
    whole = (await alice.get(f"/rejected-inputs/{kept['id']}")).json()
    assert (whole["body"], whole["body_base64"], whole["size"]) == (None, "/wA=", 2)
