"""What pages are made with."""

import gzip
import re

from tellback.web.pages import HOME
from tests.web.dashboard.people import Person
from tests.web.dashboard.seeds import Seeded

STATIC = HOME / "static" / "dashboard"
#: What the first page may weigh with all that it needs, compressed, in bytes.
HEAVIEST = 150 * 1024
_PART = re.compile(r'(?:href|src)="(/-/static/[^"]+)"')


async def test_the_first_page_is_light_and_has_all_its_parts(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/?period=all")).text
    weight = len(gzip.compress(html.encode()))
    parts = set(_PART.findall(html))
    assert len(parts) == 4
    for part in parts:
        reply = await alice.get(part)
        assert reply.status_code == 200
        assert reply.headers["x-content-type-options"] == "nosniff"
        weight += len(gzip.compress(reply.content))
    assert weight < HEAVIEST / 4


async def test_nothing_comes_from_elsewhere(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/")).text
    assert not re.findall(r'(?:href|src|action)="(?!/|\?|#)', html)
    for file in STATIC.iterdir():
        assert not re.search(r"@import|url\(|https?://(?!www\.w3\.org/)", file.read_text()), file


async def test_a_changed_part_is_not_taken_from_a_cache(stranger: Person) -> None:
    html = (await stranger.get("/-/login")).text
    versions = dict(re.findall(r"/-/static/dashboard/([\w.]+)\?v=([0-9a-f]{8})", html))
    assert set(versions) == {"dashboard.css", "copy.js", "mark.svg"}
    assert len(set(versions.values())) == 3
