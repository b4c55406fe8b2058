"""Contacts over our own API."""

from tests.web.api.calling import UNKNOWN, Caller


async def test_a_contact_shows_everything_of_all_wires(alice: Caller) -> None:
    person = {"identities": {"external": "u-1", "email": "ann@example.com"}}
    id_ = await alice.id_of("/contacts", {**person, "traits": {"name": "Ann", "plan": "pro"}})
    await alice.batch("/conversations", {"reference": "chat-1", "contact": person})
    found = (await alice.get(f"/contacts/{id_}")).json()
    assert found["name"] == "Ann"
    assert found["traits"] == {"name": "Ann", "plan": "pro"}
    assert {"kind": "external", "value": "u-1"} in found["all_identities"]
    assert [one["reference"] for one in found["conversations"]] == ["chat-1"]
    assert found["invitations"] == found["responses"] == []


async def test_contacts_are_listed_page_by_page(alice: Caller) -> None:
    people = [{"identities": {"external": f"u-{number}"}} for number in range(5)]
    ids = [result["id"] for result in await alice.batch("/contacts", *people)]
    seen, after = [], {}
    while True:
        page = (await alice.get("/contacts", size=2, **after)).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == sorted(ids, reverse=True)


async def test_two_keys_of_one_person_make_them_one(alice: Caller) -> None:
    first = await alice.id_of("/contacts", {"identities": {"external": "u-1"}})
    second = await alice.id_of("/contacts", {"identities": {"email": "ann@example.com"}})
    both = {"identities": {"external": "u-1", "email": "ann@example.com"}}
    assert await alice.id_of("/contacts", both) == first
    assert (await alice.get(f"/contacts/{second}")).json()["id"] == second, "never by guess"
    assert await alice.id_of("/contacts", {**both, "merge": True}) == first
    assert (await alice.get(f"/contacts/{second}")).json()["id"] == first


async def test_only_strong_keys_make_people_one(alice: Caller) -> None:
    weak = {"identities": {"external": "u-1", "phone": "+49 1"}, "merge": True}
    [result] = await alice.batch("/contacts", weak)
    assert result["problem"]["errors"][0]["pointer"] == "#/identities/phone"


async def test_two_contacts_are_merged_by_their_ids(alice: Caller) -> None:
    first = await alice.id_of("/contacts", {"identities": {"external": "u-1"}})
    second = await alice.id_of("/contacts", {"identities": {"email": "ann@example.com"}})
    merged = await alice.post(f"/contacts/{second}/merge", {"other": first})
    assert merged.json() == {"id": first}
    assert (await alice.post(f"/contacts/{second}/merge", {"other": first})).json() == {"id": first}
    unknown = await alice.post(f"/contacts/{first}/merge", {"other": UNKNOWN})
    assert unknown.status_code == 404


async def test_people_with_an_id_each_stay_two(alice: Caller) -> None:
    first = await alice.id_of("/contacts", {"identities": {"external": "u-1"}})
    second = await alice.id_of("/contacts", {"identities": {"external": "u-2"}})
    refused = await alice.post(f"/contacts/{first}/merge", {"other": second})
    assert refused.status_code == 409
    assert (await alice.get(f"/contacts/{second}")).json()["id"] == second


async def test_joining_people_with_an_id_each_is_refused_item_by_item(alice: Caller) -> None:
    mine = {"external": "u-1", "email": "ann@example.com"}
    first = await alice.id_of("/contacts", {"identities": mine})
    second = await alice.id_of("/contacts", {"identities": {"external": "u-2"}})
    by_id = await alice.post(f"/contacts/{first}/merge", {"other": second})
    both = {"identities": {**mine, "external": "u-2"}, "merge": True, "traits": {"name": "Bob"}}
    refused, taken = await alice.batch("/contacts", both, {"identities": {"external": "u-3"}})
    assert (refused["status"], taken["status"]) == (409, 201)
    assert refused["problem"] == by_id.json()
    assert (await alice.get(f"/contacts/{second}")).json()["name"] is None


async def test_a_contact_is_changed_by_id(alice: Caller) -> None:
    id_ = await alice.id_of("/contacts", {"identities": {"external": "u-1"}})
    change = b'{"traits": {"name": "Ann"}, "identities": {"email": "ann@example.com"}}'
    json = {"Content-Type": "application/json"}
    changed = await alice.send("PATCH", f"/contacts/{id_}", change, json)
    assert changed.json() == {"id": id_}
    found = (await alice.get(f"/contacts/{id_}")).json()
    assert (found["name"], found["identities"]["email"]) == ("Ann", "ann@example.com")
    assert (await alice.send("PATCH", f"/contacts/{UNKNOWN}", change, json)).status_code == 404


async def test_a_forgotten_contact_is_gone(alice: Caller) -> None:
    id_ = await alice.id_of("/contacts", {"identities": {"external": "u-1"}})
    assert (await alice.send("DELETE", f"/contacts/{id_}")).status_code == 204
    assert (await alice.get(f"/contacts/{id_}")).status_code == 404
    assert (await alice.send("DELETE", f"/contacts/{id_}")).status_code == 404
