"""The mails, and how one is shown without being let loose."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from tellback.app import build_app
from tellback.config import Config
from tellback.core.users import Role
from tellback.mail.delivery import Envelope
from tellback.mail.transports.outbox import FileTransport
from tellback.store.database import Database
from tellback.web.dashboard.outbox import with_links_outside, without_watchers
from tests.conftest import Tenant
from tests.web.dashboard.people import Person, add_user, signed_in
from tests.web.dashboard.seeds import Seeded

_ROW = re.compile(
    r'/-/p/shop/outbox/([0-9a-f]{32})" dir="auto">[^<]+</a></th>\s*'
    r'<td class="breaks" dir="auto">([^<]*)<'
)
_HTML = (
    "<html><head><title>x</title></head><body><a href='https://a.example/'>Great</a>"
    "<img src='http://x/-/o/T.gif'></body>"
)


async def write_mail(outbox: Path, id_: str, subject: str = "How was it?") -> None:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"], mail["To"] = "shop@example.com", "somebody@example.com"
    mail["Message-ID"] = f"<{id_}@example.com>"
    mail.set_content("How was it?\n<script>alert(1)</script>\n")
    mail.add_alternative(_HTML, subtype="html")
    envelope = Envelope(
        "shop@example.com", "somebody@example.com", mail.as_bytes(), f"<{id_}@example.com>"
    )
    await FileTransport(outbox).send(envelope)


async def mailed(person: Person) -> list[tuple[str, str]]:
    """The ids and subjects of the newest mails."""
    return _ROW.findall((await person.get("/-/p/shop/outbox")).text)


@pytest.fixture
async def mail_id(alice: Person, sown: Seeded, config: Config) -> str:
    """The invitation whose mail is in the outbox."""
    id_ = (await mailed(alice))[0][0]
    await write_mail(config.outbox, id_)
    return id_


async def test_mails_are_listed_newest_first(alice: Person, sown: Seeded, config: Config) -> None:
    first = await mailed(alice)
    assert len(first) == 25
    await write_mail(config.outbox, first[1][0], "Wie war's? <b>")
    rows = await mailed(alice)
    assert [id_ for id_, _ in rows] == [id_ for id_, _ in first]
    assert rows[1][1] == "Wie war&#39;s? &lt;b&gt;"
    assert rows[0][1] == "After delivery (binary)"


async def test_a_mail_is_shown_in_a_sandbox(alice: Person, mail_id: str) -> None:
    html = (await alice.get(f"/-/p/shop/outbox/{mail_id}")).text
    frame = re.search(r"<iframe[^>]+>", html)
    assert frame
    assert f'src="/-/p/shop/outbox/{mail_id}/html"' in frame[0]
    assert "allow-scripts" not in frame[0]
    assert "allow-same-origin" not in frame[0]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "https://a.example/" not in html
    assert "Message-ID" in html


async def test_the_mail_itself_may_do_nothing_but_be_clicked(alice: Person, mail_id: str) -> None:
    reply = await alice.get(f"/-/p/shop/outbox/{mail_id}/html")
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "form-action 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    sandbox = re.search(r"sandbox ([^;]*)", policy)
    assert sandbox
    assert "allow-scripts" not in sandbox[1]
    assert "allow-same-origin" not in sandbox[1]
    assert reply.headers["x-frame-options"] == "SAMEORIGIN"
    assert '<head><base target="_blank"><title>' in reply.text
    assert "Great" in reply.text
    assert "/-/o/" not in reply.text


def test_links_open_outside_whatever_the_mail_looks_like() -> None:
    base = '<base target="_blank">'
    assert with_links_outside("<p>x</p>") == f"{base}<p>x</p>"
    assert with_links_outside('<HEAD lang="en"><x>') == f'<HEAD lang="en">{base}<x>'
    assert with_links_outside("<header>x</header>") == f"{base}<header>x</header>"


def test_looking_at_a_mail_is_nobodys_visit() -> None:
    mail = (
        '<p><a href="http://x/-/r/T?a=1"><img src="http://x/logo.png"></a></p>'
        '<div><a href="http://x/-/t/T" tabindex="-1"\nrel="nofollow"></a></div>'
        '<img src="http://x/-/o/T.gif" alt="" width="1" />'
    )
    assert without_watchers(mail) == (
        '<p><a href="http://x/-/r/T?a=1"><img src="http://x/logo.png"></a></p><div></div>'
    )


async def test_a_mail_of_another_project_is_not_shown(
    charlie: Person, other: Tenant, sown: Seeded, config: Config
) -> None:
    for id_ in sown.invitations[-20:]:
        await write_mail(config.outbox, id_)
        for page in (f"/-/p/other/outbox/{id_}", f"/-/p/other/outbox/{id_}/html"):
            assert (await charlie.get(page)).status_code == 404
    assert "No mails yet" in (await charlie.get("/-/p/other/outbox")).text


async def test_a_mail_whose_file_is_gone(alice: Person, sown: Seeded) -> None:
    id_ = (await mailed(alice))[0][0]
    reply = await alice.get(f"/-/p/shop/outbox/{id_}")
    assert reply.status_code == 200
    assert "There is no file of it" in reply.text
    assert (await alice.get(f"/-/p/shop/outbox/{id_}/html")).status_code == 404


async def test_an_invitation_without_a_mail_has_none(alice: Person, sown: Seeded) -> None:
    shown = {id_ for id_, _ in await mailed(alice)}
    statuses = set()
    for id_ in sown.invitations:
        if id_ not in shown:
            statuses.add((await alice.get(f"/-/p/shop/outbox/{id_}")).status_code)
    assert statuses == {200, 404}


async def test_with_a_mail_server_mails_are_listed_but_not_kept(
    config: Config, database: Database, shop: Tenant, sown: Seeded
) -> None:
    real = Config(data=config.data, smtp_url="smtp://mail.example.com")
    user = await add_user(database, "dora@example.com", Role.OWNER, shop.slug)
    dora = await signed_in(build_app(real, database), database, user)
    html = (await dora.get("/-/p/shop/outbox")).text
    assert "handed to your mail server" in html
    id_ = _ROW.findall(html)[0][0]
    assert "is not kept here" in (await dora.get(f"/-/p/shop/outbox/{id_}")).text


async def test_an_empty_outbox_says_what_to_do(alice: Person, shop: Tenant) -> None:
    assert "No mails yet" in (await alice.get("/-/p/shop/outbox")).text
