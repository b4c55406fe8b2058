"""The pixel and the trap."""

import httpx
import pytest

from tellback.core.links import Purpose
from tellback.store.tables import signals
from tests.web.respond.asking import NOW, Asker
from tests.web.respond.reading import read

OF_A_MAIL = (Purpose.ANSWER, Purpose.UNSUBSCRIBE, Purpose.OPEN, Purpose.TRAP)


async def test_the_pixel_tells_that_the_mail_was_opened(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    id_ = await asker.invite()
    reply = await person.get(asker.path(id_, Purpose.OPEN))
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "image/gif"
    assert "no-store" in reply.headers["cache-control"]
    assert reply.content[:10] == b"GIF89a\x01\x00\x01\x00"
    assert len(reply.content) <= 43
    [signal] = await asker.rows(signals)
    assert (signal["kind"], signal["link"], signal["scanner"]) == ("open", None, None)
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["opened_at"]) == ("opened", NOW)


@pytest.mark.parametrize("path", ["/-/o/unknown.gif", "/-/o/unknown", "/-/o/.gif"])
async def test_an_unknown_pixel_is_a_pixel(
    person: httpx.AsyncClient, asker: Asker, path: str
) -> None:
    reply = await person.get(path)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/gif")
    assert await asker.rows(signals) == []


async def test_a_prefetched_pixel_is_no_opening(person: httpx.AsyncClient, asker: Asker) -> None:
    id_ = await asker.invite()
    await person.get(asker.path(id_, Purpose.OPEN), headers={"User-Agent": "Mozilla/5.0"})
    assert (await asker.rows(signals))[0]["scanner"] == "prefetch"
    assert (await asker.invitation(id_))["opened_at"] is None


async def test_the_trap_is_a_plain_page_that_marks_its_visitor(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    id_ = await asker.invite()
    await person.get(asker.path(id_) + "?a=positive")
    assert (await asker.invitation(id_))["state"] == "clicked"
    page = read(await person.get(asker.path(id_, Purpose.TRAP)))
    assert (page.status, page.title, page.actions) == (200, "Nothing to do here", [])
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["clicked_at"]) == ("sent", None)


async def test_an_unknown_trap_looks_the_same(person: httpx.AsyncClient, asker: Asker) -> None:
    known = await person.get(asker.path(await asker.invite(), Purpose.TRAP))
    unknown = await person.get("/-/t/unknown")
    assert (unknown.status_code, unknown.text) == (known.status_code, known.text)


async def test_a_scanner_that_follows_everything_changes_nothing(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    id_ = await asker.invite()
    answer = asker.path(id_)
    paths = [f"{answer}?a=positive", f"{answer}?a=negative"]
    paths += [asker.path(id_, purpose) for purpose in OF_A_MAIL]
    for method in ("HEAD", "GET"):
        for path in paths:
            assert (await person.request(method, path)).status_code == 200
    assert all(row["scanner"] for row in await asker.rows(signals))
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["opened_at"]) == ("sent", None)
