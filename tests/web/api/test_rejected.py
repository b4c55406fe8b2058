"""What was refused, over our own API."""

from tests.conftest import HEADERS
from tests.web.api.calling import UNKNOWN, Caller


async def test_what_other_wires_refused_is_there(alice: Caller) -> None:
    reply = await alice.client.post("/api/responses", content=b"\xff\x00", headers=HEADERS)
    assert reply.status_code >= 400
    page = (await alice.get("/rejected-inputs")).json()
    assert page["items"] == [], "nobody's, since its project is not known"
    assert (await alice.get(f"/rejected-inputs/{UNKNOWN}")).status_code == 404
    assert (await alice.get("/rejected-inputs/x")).status_code == 404


async def test_a_body_that_is_no_text_is_shown_in_base64(alice: Caller) -> None:
    await alice.send("POST", "/contacts", b"\xff\x00", {"Content-Type": "application/json"})
    [kept] = (await alice.get("/rejected-inputs")).json()["items"]
    whole = (await alice.get(f"/rejected-inputs/{kept['id']}")).json()
    assert (whole["body"], whole["body_base64"], whole["size"]) == (None, "/wA=", 2)
