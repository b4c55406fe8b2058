"""How often each rating was given by the responses of a search."""

import pytest

from tellback.core.response_search import Kind, ResponseSearch
from tellback.core.selection import Selection
from tellback.store import feed
from tellback.store.response_counts import Found, count_found
from tests.actions.workroom import Workroom
from tests.store.test_response_search import Desk


@pytest.fixture
def desk(room: Workroom) -> Desk:
    return Desk(room)


def counted(desk: Desk, **wanted: object) -> Found:
    search, room = ResponseSearch(**wanted), desk.room  # type: ignore[arg-type]
    with room.connection.begin():
        return count_found(room.connection, room.shop, search, room.now + 10**9)


def ratings(found: Found) -> dict[float, int]:
    return {rated.rating: times for rated, times in found.counts.ratings.items()}


def test_both_ways_of_counting_agree(desk: Desk) -> None:
    for rating in (9, 9, 3):
        desk.answer(metric="nps", rating=float(rating), comment="x")
    desk.answer(comment="x")
    desk.answer(desk.room.other, metric="nps", rating=1.0)
    rolled, looked_at = counted(desk), counted(desk, has_comment=True)
    assert ratings(rolled) == ratings(looked_at) == {9.0: 2, 3.0: 1}
    assert rolled.counts.channels == looked_at.counts.channels == {"in_app": 4}
    assert rolled.since is looked_at.since is None


def test_only_what_is_searched_for(desk: Desk) -> None:
    desk.answer(metric="nps", rating=9.0, comment="Parcel", channel="email")
    desk.answer(metric="nps", rating=3.0, comment="parcel")
    desk.answer(metric="nps", rating=2.0)
    assert ratings(counted(desk, text="parcel")) == {9.0: 1, 3.0: 1}
    assert ratings(counted(desk, text="parcel", kind=Kind.DETRACTOR)) == {3.0: 1}
    assert ratings(counted(desk, selection=Selection(channel="email"))) == {9.0: 1}
    assert ratings(counted(desk, since=desk.room.now + 3_000)) == {2.0: 1}
    assert ratings(counted(desk, until=desk.room.now + 3_000)) == {9.0: 1, 3.0: 1}


def test_a_long_search_says_from_when_it_counts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "SEARCHED", 2)
    for rating in (1, 2, 3):
        desk.answer(metric="nps", rating=float(rating))
    found = counted(desk, kind=Kind.DETRACTOR)
    assert ratings(found) == {3.0: 1, 2.0: 1}
    assert found.since == desk.room.now + 2_000
    assert ratings(counted(desk)) == {1.0: 1, 2.0: 1, 3.0: 1}
