"""Nobody sees what is not theirs, and nothing is changed by a form that is not ours."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tellback.actions.sign_in import LIFETIME
from tellback.app import App, build_app
from tellback.config import Config
from tellback.core.instants import DAY, HOUR
from tellback.core.users import Role
from tellback.store.database import Database
from tellback.web.dashboard.door import safe_target
from tellback.web.dashboard.router import HANDLERS
from tests.conftest import Tenant
from tests.web.dashboard.people import Clock, Person, add_user, browser, signed_in, token_of
from tests.web.dashboard.seeds import Seeded

PUBLIC = {"/", "/-/login", "/-/password/{token:str}"}


def routes(method: str) -> list[tuple[str, Any]]:
    """Every path of the dashboard for a method, with its handler."""
    return [(path, h) for h in HANDLERS for path in h.paths if method in h.http_methods]


def project_pages(slug: str, seeded: Seeded) -> Iterator[str]:
    """Every page of a project, with ids of what exists there."""
    for path, _ in routes("GET"):
        if "{slug" in path:
            filled = path.replace("{slug:str}", slug)
            yield re.sub(r"\{\w+:str\}", seeded.invitations[0], filled)


def test_every_page_of_a_project_says_what_it_shows() -> None:
    for path, handler in [*routes("GET"), *routes("POST")]:
        assert ("{slug" in path) == ("area" in handler.opt), path
        assert handler.opt.get("public", False) == (path in PUBLIC), path


async def test_nobody_gets_in_without_signing_in(stranger: Person, sown: Seeded) -> None:
    pages = [path for path, _ in routes("GET") if "{" not in path and path not in PUBLIC]
    assert pages
    for page in [*pages, *project_pages("shop", sown)]:
        reply = await stranger.get(page)
        assert reply.status_code == 303, page
        assert reply.headers["location"].startswith("/-/login"), page
        assert reply.text == ""


async def test_another_project_looks_like_none(charlie: Person, shop: Tenant, sown: Seeded) -> None:
    theirs, nobodys = project_pages(shop.slug, sown), project_pages("none", sown)
    for mine, unknown in zip(theirs, nobodys, strict=True):
        refused, missing = await charlie.get(mine), await charlie.get(unknown)
        assert refused.status_code == missing.status_code == 404, mine
        assert refused.text.replace(mine, unknown) == missing.text
        assert "Shop" not in refused.text


async def test_what_is_in_another_project_is_not_in_ones_own(
    app: App, charlie: Person, other: Tenant, sown: Seeded
) -> None:
    # A stream would not end.
    app.news.close()
    for page in project_pages(other.slug, sown):
        reply = await charlie.get(page)
        found = 204 if page.endswith("/live") else 200
        assert reply.status_code == (404 if sown.invitations[0] in page else found), page
        assert "somebody." not in reply.text, page
        assert "Lovelace" not in reply.text, page


async def test_members_see_their_project(alice: Person, bob: Person, sown: Seeded) -> None:
    for page in ("", "responses", "invitations", f"invitations/{sown.invitations[0]}"):
        for person in (alice, bob):
            reply = await person.get(f"/-/p/shop/{page}")
            assert reply.status_code == 200, page


async def test_a_role_sees_what_it_may(
    app: App, database: Database, bob: Person, sown: Seeded
) -> None:
    for page in ("outbox", "connect", "rejected", f"outbox/{sown.invitations[0]}"):
        reply = await bob.get(f"/-/p/shop/{page}")
        assert reply.status_code == 403, page
        assert "You are analyst" in reply.text
    agent = await signed_in(
        app, database, await add_user(database, "zoe@example.com", Role.AGENT, "shop")
    )
    # What they are shown of those is in test_door_agents.
    own = re.compile(r"/-/p/shop/(conversations(/export)?|responses(?!/compare|/live).*)$")
    async with agent.client:
        for page in project_pages("shop", sown):
            reply = await agent.get(page)
            assert (reply.status_code == 403) != bool(own.match(page)), page


async def test_the_navigation_shows_no_dead_ends(bob: Person, sown: Seeded) -> None:
    html = (await bob.get("/-/p/shop/")).text
    assert 'href="/-/p/shop/responses"' in html
    assert 'href="/-/p/shop/outbox"' not in html
    assert 'href="/-/p/shop/rejected"' not in html


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/-/\\evil.example",
        "/-/p/\x00",
        "/-/p/\n//evil.example",
        "javascript:alert(1)",
        "/p/shop/v1/surveys",
        "",
        None,
        7,
    ],
)
def test_no_link_leads_elsewhere_after_signing_in(target: object) -> None:
    assert safe_target(target) == "/-/"


def test_a_page_of_ours_is_gone_to_after_signing_in() -> None:
    assert safe_target("/-/p/shop/responses?comments=1") == "/-/p/shop/responses?comments=1"


async def test_the_way_back_is_kept(stranger: Person, alice: Person) -> None:
    reply = await stranger.get("/-/p/shop/invitations?state=sent")
    assert reply.headers["location"] == "/-/login?next=%2F-%2Fp%2Fshop%2Finvitations%3Fstate%3Dsent"
    form = await stranger.get(reply.headers["location"])
    assert 'value="/-/p/shop/invitations?state=sent"' in form.text


async def test_a_session_ends_after_two_weeks_unused(clock: Clock, alice: Person) -> None:
    clock.now += LIFETIME - 1
    assert (await alice.get("/-/account")).status_code == 200
    clock.now += LIFETIME
    assert (await alice.get("/-/account")).status_code == 303


async def test_a_session_that_is_used_goes_on(clock: Clock, alice: Person) -> None:
    at_once = await alice.get("/-/account")
    assert "set-cookie" not in at_once.headers
    for _ in range(4):
        clock.now += 10 * DAY
        reply = await alice.get("/-/account")
        assert reply.status_code == 200
        assert "Max-Age=1209600" in reply.headers["set-cookie"]
    clock.now += HOUR // 2
    assert "set-cookie" not in (await alice.get("/-/account")).headers


async def test_a_made_up_session_is_nobody(stranger: Person) -> None:
    stranger.client.cookies.set("tellback-session", "made-up", domain="testserver.local")
    assert (await stranger.get("/-/account")).status_code == 303


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://[testserver"}, False),
        ({}, True),
    ],
)
async def test_a_form_must_come_from_our_own_page(
    alice: Person, headers: dict[str, str], taken: bool
) -> None:
    token = token_of((await alice.get("/-/account")).text)
    del alice.client.headers["Sec-Fetch-Site"]
    reply = await alice.client.post("/-/logout", data={"form_token": token}, headers=headers)
    assert reply.status_code == (303 if taken else 403)
    assert ((await alice.get("/-/account")).status_code == 303) == taken


async def test_every_form_needs_its_token(alice: Person, bob: Person, stranger: Person) -> None:
    posts = routes("POST")
    assert len(posts) >= 3
    theirs = token_of((await bob.get("/-/account")).text)
    for path, _ in posts:
        for person in (alice, stranger):
            for data in ({}, {"form_token": ""}, {"form_token": theirs}, {"form_token": "ä"}):
                reply = await person.client.post(path, data=data)
                assert reply.status_code == 403, (path, data)
                assert "out of date" in reply.text
            reply = await person.client.post(path, json={"form_token": theirs})
            assert reply.status_code == 403
    assert (await alice.get("/-/account")).status_code == 200


async def test_a_huge_form_is_not_read(alice: Person) -> None:
    reply = await alice.client.post("/-/logout", data={"form_token": "x" * 100_000})
    assert reply.status_code == 413


async def test_pages_are_kept_by_no_cache_and_bound_by_a_policy(
    alice: Person, stranger: Person, sown: Seeded
) -> None:
    for reply in (await alice.get("/-/p/shop/"), await stranger.get("/-/login")):
        assert reply.headers["cache-control"] == "no-store"
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", reply.text)


async def test_over_https_cookies_are_bound_to_it(config: Config, database: Database) -> None:
    secure = Config(data=config.data, public_url="https://feedback.example.com")
    async with browser(build_app(secure, database)) as client:
        cookie = (await client.get("/-/login")).headers["set-cookie"]
    assert cookie.startswith("__Host-tellback-form=")
    for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


async def test_over_http_they_are_not(stranger: Person) -> None:
    cookie = (await stranger.get("/-/login")).headers["set-cookie"]
    assert cookie.startswith("tellback-form=")
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie
