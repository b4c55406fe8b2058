"""What somebody does about a response, by its form."""

import re

from tests.conftest import Tenant
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded


def path_to(sown: Seeded) -> str:
    return f"/-/p/shop/responses/{sown.responses[0]}"


async def owner_id(person: Person, path: str, email: str) -> str:
    found = re.search(rf'value="([0-9a-f]{{32}})"[^>]*>{email}<', (await person.get(path)).text)
    assert found
    return found[1]


async def test_all_that_a_form_says_is_kept_and_shown(
    alice: Person, bob: Person, sown: Seeded
) -> None:
    path = path_to(sown)
    bobs = await owner_id(alice, path, "bob@example.com")
    fields = {"status": "open", "owner": bobs, "tags": "Refund, <b>", "note": "Called <i>her</i>."}
    reply = await alice.send(path, f"{path}/care?q=x&before=1-{'0' * 32}", fields)
    assert reply.status_code == 303
    assert reply.headers["location"] == f"{path}?q=x&before=1-{'0' * 32}"
    page = (await bob.get(path)).text
    assert '<span class="badge open">Open</span>' in page
    assert '<span class="badge tag" dir="auto">&lt;b&gt;</span>' in page
    assert "Called &lt;i&gt;her&lt;/i&gt;." in page
    assert "<span>alice@example.com</span>" in page
    for query in (f"owner={bobs}", "status=open", "tag=refund"):
        listed = (await bob.get(f"/-/p/shop/responses?{query}")).text
        assert sown.responses[0] in listed
        assert listed.count('<article class="reading brief">') == 1


async def test_one_press_marks_it_done_and_touches_nothing_else(
    alice: Person, sown: Seeded
) -> None:
    path = path_to(sown)
    await alice.send(path, f"{path}/care", {"tags": "refund"})
    await alice.send(path, f"{path}/care", {"status": "done"})
    page = (await alice.get(path)).text
    assert '<span class="badge done">Done</span><span class="badge tag"' in page
    assert "Open again" in page


async def test_what_is_too_much_is_refused_in_words(alice: Person, sown: Seeded) -> None:
    path = path_to(sown)
    for fields in ({"tags": "x" * 41}, {"note": "x" * 5_000}, {"owner": "f" * 32}):
        reply = await alice.send(path, f"{path}/care", fields)
        assert reply.status_code == 400
        assert "That was not kept" in reply.text
    assert 'class="badge open"' not in (await alice.get(path)).text


async def test_only_who_sees_it_and_only_what_there_is(
    alice: Person, charlie: Person, other: Tenant, sown: Seeded
) -> None:
    path, fields = path_to(sown), {"status": "done"}
    assert (await charlie.send("/-/account", f"{path}/care", fields)).status_code == 404
    foreign = path.replace("shop", "other")
    assert (await charlie.send("/-/account", f"{foreign}/care", fields)).status_code == 404
    missing = f"/-/p/shop/responses/{'0' * 32}/care"
    assert (await alice.send(path, missing, fields)).status_code == 404
    unsigned = await alice.client.post(f"{path}/care", data=fields)
    assert unsigned.status_code == 403


async def test_closing_the_loop_is_an_analysts_work(bob: Person, sown: Seeded) -> None:
    path = path_to(sown)
    fields = {"status": "done", "note": "Called back."}
    assert (await bob.send(path, f"{path}/care", fields)).status_code == 303
    assert "Called back." in (await bob.get(path)).text
