"""The log of what was refused."""

from typing import Any

import pytest

from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import RecordRejection
from tellback.core.model import Project
from tellback.core.rejections import RejectionFilter, RejectionKind
from tellback.store import rejected_inputs
from tellback.store.rejected_inputs import (
    MAX_BODY,
    MAX_NOBODY_BODY,
    NOBODY,
    claim_rejection,
    forget_older,
    forget_oldest,
    get_rejection,
    list_rejections,
    list_replayable,
    note_replay,
    oldest_rejections,
)
from tests.actions.workroom import NOW, Workroom
from tests.store.plans import planning

ALL, WARNING = RejectionFilter(), RejectionKind.WARNING


def reject(
    room: Workroom,
    project: Project | None,
    reason: str,
    body: bytes = b"{}",
    wire: str = "wire",
) -> None:
    entry = RecordRejection(wire, "ask", "POST", "/ask", 400, reason, body)
    room.run(record_rejections, (project, entry))
    room.now += 1


def listed(room: Workroom, project_id: str) -> list[str]:
    with room.connection.begin():
        return [
            row.reason for row in list_rejections(room.connection, project_id, ALL, None, 50).rows
        ]


def test_newest_first_and_ones_own_only(room: Workroom) -> None:
    for reason in ("first", "second"):
        reject(room, room.shop, reason)
    reject(room, room.other, "theirs")
    reject(room, None, "nobody's")
    assert listed(room, room.shop.id) == ["second", "first"]
    assert listed(room, NOBODY) == ["nobody's"]


def test_the_list_leaves_the_bodies(room: Workroom) -> None:
    reject(room, room.shop, "no")
    with room.connection.begin():
        (row,) = list_rejections(room.connection, room.shop.id, ALL, None, 50).rows
        assert "body" not in row._mapping
        whole = get_rejection(room.connection, room.shop.id, row.id)
        assert whole is not None
        assert whole.body == b"{}"
        assert get_rejection(room.connection, room.other.id, row.id) is None


def test_bodies_are_kept_up_to_a_size(room: Workroom) -> None:
    huge = b"x" * (MAX_BODY + 1)
    for project, kept in ((room.shop, MAX_BODY), (None, MAX_NOBODY_BODY)):
        reject(room, project, "huge", huge)
        id_ = project.id if project else NOBODY
        (row,) = room.rows(rejected_inputs.rejected_inputs, project_id=id_)
        assert (len(row.body), row.body_size) == (kept, len(huge))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Old entries are looked for at each new one."""
    monkeypatch.setattr("tellback.actions.record_rejections._ONE_IN", 1)
    return monkeypatch


def test_what_belongs_to_nobody_is_bounded(room: Workroom, at_once: pytest.MonkeyPatch) -> None:
    at_once.setattr(rejected_inputs, "MOST_OF_NOBODY", 3)
    reject(room, room.shop, "ours")
    for number in range(6):
        reject(room, None, f"{number}")
    assert listed(room, NOBODY) == ["5", "4", "3"]
    assert listed(room, room.shop.id) == ["ours"]


def test_what_belongs_to_a_project_is_bounded(room: Workroom, at_once: pytest.MonkeyPatch) -> None:
    at_once.setattr(rejected_inputs, "MOST", 3)
    reject(room, room.other, "theirs")
    for number in range(6):
        reject(room, room.shop, f"{number}")
    assert listed(room, room.shop.id) == ["5", "4", "3"]
    assert listed(room, room.other.id) == ["theirs"]


def test_a_wire_that_fills_the_room_loses_its_own_first(
    room: Workroom, at_once: pytest.MonkeyPatch
) -> None:
    at_once.setattr(rejected_inputs, "MOST", 4)
    for number in range(3):
        reject(room, room.shop, f"quiet {number}", wire="quiet")
    for number in range(6):
        reject(room, room.shop, f"loud {number}", wire="loud")
    assert listed(room, room.shop.id) == ["loud 5", "loud 4", "quiet 2", "quiet 1"]


def test_a_wire_with_large_bodies_loses_its_own_first(
    room: Workroom, at_once: pytest.MonkeyPatch
) -> None:
    at_once.setattr(rejected_inputs, "MOST_BYTES", 100)
    reject(room, room.shop, "quiet", wire="quiet")
    for number in range(4):
        reject(room, room.shop, f"loud {number}", b"x" * 40, wire="loud")
    assert listed(room, room.shop.id) == ["loud 3", "loud 2", "quiet"]


def test_the_bytes_that_are_kept_are_bounded(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejected_inputs, "MOST_BYTES", 3 * MAX_BODY + 10)
    reject(room, room.shop, "small")
    for number in range(5):
        # Only what is kept of a body counts, and large ones are never waited for.
        reject(room, room.shop, f"{number}", b"x" * (2 * MAX_BODY))
    assert listed(room, room.shop.id) == ["4", "3", "2"]


# What a server may leave unread depends on when it last tidied up.
@pytest.mark.engine("sqlite")
def test_adding_up_sizes_reads_no_body(room: Workroom) -> None:
    with room.connection.begin(), planning(room.connection) as plans:
        forget_oldest(room.connection, room.shop.id)
    assert [
        step for step in plans[-1].steps if step.index == "ix_rejected_inputs_created" and step.only
    ]


def found(room: Workroom, **wanted: Any) -> list[str]:
    with room.connection.begin():
        feed = list_rejections(room.connection, room.shop.id, RejectionFilter(**wanted), None, 50)
    return [row.reason for row in feed.rows]


@pytest.fixture
def log(room: Workroom) -> Workroom:
    """Three entries, a second apart."""
    entries = [
        RecordRejection("wire", "ask", "POST", "/ask", 400, "Unknown survey 7%", b"1"),
        RecordRejection("wire", "tell", "PUT", "/tell", 422, "Überlang", b"2"),
        RecordRejection("post", "ask", "POST", "/x", 201, "a warning", b"3", kind=WARNING),
    ]
    for entry in entries:
        room.run(record_rejections, (room.shop, entry))
        room.now += 1_000
    return room


@pytest.mark.parametrize(
    ("wanted", "reasons"),
    [
        ({}, ["a warning", "Überlang", "Unknown survey 7%"]),
        ({"dialect": "wire"}, ["Überlang", "Unknown survey 7%"]),
        ({"operation": "ask"}, ["a warning", "Unknown survey 7%"]),
        ({"dialect": "wire", "operation": "ask"}, ["Unknown survey 7%"]),
        ({"text": "SURVEY"}, ["Unknown survey 7%"]),
        ({"text": "über"}, ["Überlang"]),
        ({"text": "7%"}, ["Unknown survey 7%"]),
        ({"text": "_"}, []),
        ({"since": NOW + 1_000}, ["a warning", "Überlang"]),
        ({"until": NOW + 1_000}, ["Unknown survey 7%"]),
        ({"since": NOW + 1_000, "until": NOW + 2_000}, ["Überlang"]),
        ({"kind": RejectionKind.REFUSED}, ["Überlang", "Unknown survey 7%"]),
        ({"kind": RejectionKind.WARNING}, ["a warning"]),
        ({"settled": True}, []),
        ({"settled": False}, ["a warning", "Überlang", "Unknown survey 7%"]),
    ],
)
def test_the_log_is_searched(log: Workroom, wanted: dict[str, Any], reasons: list[str]) -> None:
    assert found(log, **wanted) == reasons


def test_a_search_goes_on_where_its_page_ended(log: Workroom) -> None:
    wanted = RejectionFilter(dialect="wire")
    with log.connection.begin():
        first = list_rejections(log.connection, log.shop.id, wanted, None, 1)
        second = list_rejections(log.connection, log.shop.id, wanted, first.older, 1)
    assert [row.reason for row in (*first.rows, *second.rows)] == ["Überlang", "Unknown survey 7%"]
    assert second.older is None


def replayable(room: Workroom, most: int = 50, **wanted: Any) -> list[str]:
    """The bodies of what can be done again."""
    with room.connection.begin():
        asked = (RejectionFilter(**wanted), ("wire", "post"), most)
        ids = list_replayable(room.connection, room.shop.id, *asked)
        rows = [get_rejection(room.connection, room.shop.id, id_) for id_ in ids]
    return [row.body.decode() for row in rows if row]


def settle(room: Workroom, body: bytes, settled_at: int | None) -> None:
    row = room.row(rejected_inputs.rejected_inputs, body=body)
    with room.connection.begin():
        assert claim_rejection(room.connection, room.shop.id, row.id, room.now, force=False)
        note_replay(room.connection, room.shop.id, row.id, 200, None, settled_at)


def test_what_can_be_done_again_comes_in_its_order(log: Workroom) -> None:
    reject(log, log.shop, "too long", b"x" * (MAX_BODY + 1))
    entry = RecordRejection("our own", "ask", "POST", "/ask", 400, "no", b"4")
    log.run(record_rejections, (log.shop, entry))
    assert replayable(log) == ["1", "2"]
    assert replayable(log, text="über") == ["2"]
    assert replayable(log, most=1) == ["1"]
    settle(log, b"1", None)
    # Of many those come first that were not tried yet, or nobody would ever reach the last.
    assert replayable(log, most=1) == ["2"]
    assert replayable(log) == ["1", "2"]
    settle(log, b"1", log.now)
    assert replayable(log) == ["2"]
    assert found(log, settled=True) == ["Unknown survey 7%"]


def test_what_is_settled_is_claimed_only_by_force(log: Workroom) -> None:
    settle(log, b"1", log.now)
    row = log.row(rejected_inputs.rejected_inputs, body=b"1")
    with log.connection.begin():
        claim = (log.connection, log.shop.id, row.id, log.now)
        assert not claim_rejection(*claim, force=False)
        assert claim_rejection(*claim, force=True)
        note_replay(log.connection, log.shop.id, row.id, 422, "again", None)
        assert not claim_rejection(log.connection, log.other.id, row.id, log.now, force=True)
    after = log.row(rejected_inputs.rejected_inputs, body=b"1")
    assert (after.settled_at, after.replay_status) == (row.settled_at, 422)


@pytest.mark.parametrize(
    ("entry", "whole"),
    [
        ({}, True),
        ({"path": "/" + "x" * 1_000}, False),
        ({"query": "x" * 4_001}, False),
        ({"headers": {"accept": "x" * 501}}, False),
        ({"body": b"x" * (MAX_BODY + 1)}, False),
        ({"body": b"x" * MAX_BODY}, True),
        ({"reason": "x" * 5_000}, True),
        ({"unread": True}, False),
    ],
)
def test_what_was_cut_is_not_whole(room: Workroom, entry: dict[str, Any], whole: bool) -> None:
    given = {"path": "/ask", "reason": "", "body": b"", **entry}
    room.run(record_rejections, (room.shop, RecordRejection("w", "o", "PUT", status=400, **given)))
    assert room.row(rejected_inputs.rejected_inputs).whole is whole


def test_headers_and_query_are_kept(room: Workroom) -> None:
    headers = {"content-type": "text/xml"}
    entry = RecordRejection(
        "w", "o", "PUT", "/x", 400, "", b"", query="a=b", headers=headers, item=True
    )
    room.run(record_rejections, (room.shop, entry))
    row = room.row(rejected_inputs.rejected_inputs)
    assert (row.query, row.headers, row.item, row.kind) == ("a=b", headers, True, "refused")


def test_the_old_are_forgotten_some_at_a_time(log: Workroom) -> None:
    with log.connection.begin():
        connection, shop = log.connection, log.shop.id
        assert oldest_rejections(connection) == {shop: NOW}
        assert forget_older(connection, log.other.id, NOW + 9_000, 9) == 0
        assert forget_older(connection, shop, NOW, 9) == 0
        assert forget_older(connection, shop, NOW + 2_000, 1) == 1
        assert oldest_rejections(connection) == {shop: NOW + 1_000}
        assert forget_older(connection, shop, NOW + 2_000, 9) == 1
    assert found(log) == ["a warning"]
