"""Finding what was written, whatever of it is rolled up."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tellback.actions.roll_up import RestartRollUp, restart_roll_ups
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.rollup import MANY, Source
from tellback.store import comment_search, rollup_counts
from tellback.store.comment_search import contains, find_containing, find_steps
from tellback.store.response_pages import ResponseFilter, list_response_rows
from tellback.store.tables import responses, rollup_cells, rollup_marks, rollup_words
from tests.actions.workroom import NOW, Workroom
from tests.store.invited import invited
from tests.store.plans import planning
from tests.store.rolled import complaints, finish_all, lost, marked, roll_up, take

WORDS = ("late", "plate", "Later", "ärger", "50%", "off_line", "too", "zwieback", "x" * 120)
NEEDLES = (*WORDS, "late", "too late", "e t", "0", "er lat", "_", "%", "xx", "LATE", "back zw", "q")


def written(room: Workroom, comment: str, at: int) -> str:
    """An answered invitation; marked as new."""
    id_ = invited(room, comment=comment, created_at=at, responded_at=at)
    marked(room, id_)
    return id_


def rewritten(room: Workroom, id_: str, comment: str) -> None:
    with room.connection.begin():
        change = update(responses).where(responses.c.project_id == room.shop.id)
        room.connection.execute(change.where(responses.c.id == id_).values(comment=comment))
    marked(room, id_)


def found(room: Workroom, text: str) -> set[str] | None:
    with room.connection.begin():
        column = responses.c.invitation_id
        ids = find_containing(room.connection, room.shop, text, column)
    return None if ids is None else set(ids)


def stepped(room: Workroom, text: str) -> list[tuple[int, str]]:
    """When each came, and what it answers, as the steps lead to it."""
    mine = (responses.c.project_id == room.shop.id, contains(text))
    statement = select(responses.c.created_at, responses.c.invitation_id).where(*mine)
    newest = statement.order_by(responses.c.created_at.desc())
    with room.connection.begin():
        steps = find_steps(room.connection, room.shop, text)
        assert steps is not None
        rows = [room.connection.execute(newest.where(step)).all() for step in steps]
    return [(at, id_) for some in rows for at, id_ in some]


def read(room: Workroom, text: str) -> set[str]:
    """The same from all rows."""
    mine = (responses.c.project_id == room.shop.id, contains(text))
    with room.connection.begin():
        statement = select(responses.c.invitation_id).where(*mine)
        return set(room.connection.execute(statement).scalars())


def some_comment(dice: Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(0, 4)))


def roll_up_some(room: Workroom, dice: Random) -> None:
    """Take what there is to do, and store only some of it in the end."""
    tasks = take(room, room.shop, dice.randint(1, 6))
    assert finish_all(room, tasks)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_it_finds_what_reading_finds_while_rows_change(
    room: Workroom, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setattr(rollup_counts, "MOST_MOMENTS", 3)
    monkeypatch.setattr(comment_search, "_FIRST_STEP", 2)
    room.shop = room.project("Zoned", time_zone=zone)
    dice = Random(3)
    ids = [written(room, some_comment(dice), NOW - dice.randrange(5 * DAY)) for _ in range(25)]
    roll_up(room)
    answered = 0
    for _ in range(6):
        written(room, some_comment(dice), NOW - dice.randrange(5 * DAY))
        ids.append(written(room, some_comment(dice), room.now))
        rewritten(room, dice.choice(ids), some_comment(dice))
        lost(room, ids.pop(dice.randrange(len(ids))))
        room.now += dice.choice((MINUTE, HOUR))
        for needle in dice.sample(NEEDLES, 8):
            here = found(room, needle)
            answered += here is not None
            assert here is None or here == read(room, needle), needle
            if here is not None:
                taken = stepped(room, needle)
                assert len(taken) == len(here), "nothing twice"
                assert [at for at, _ in taken] == sorted((at for at, _ in taken), reverse=True)
        assert complaints(room) == []
        roll_up_some(room, dice)
    assert answered > 20


def test_nothing_of_others_is_found(room: Workroom) -> None:
    mine = written(room, "late", NOW)
    invited(room, room.other, comment="late")
    room.now += HOUR
    roll_up(room)
    assert found(room, "late") == {mine}


def test_words_are_looked_for_when_their_quarter_of_an_hour_is_over(room: Workroom) -> None:
    roll_up(room)
    id_ = written(room, "late", room.now)
    roll_up(room)
    assert cells(room) == []
    assert found(room, "late") == {id_}, "it is read"
    room.now += HOUR
    roll_up(room)
    assert [cell.value for cell in cells(room)] == ["late"]
    assert room.rows(rollup_marks) == []
    assert found(room, "late") == {id_}


def test_words_that_nobody_wrote_any_more_are_forgotten(room: Workroom) -> None:
    id_ = written(room, "Ann Miller was late", NOW - DAY)
    roll_up(room)
    rewritten(room, id_, "was late")
    roll_up(room)
    assert [cell.value for cell in cells(room)] == ["late", "was"]
    assert vocabulary(room) == ["late", "was"]


def test_a_word_is_known_as_long_as_any_day_has_it(room: Workroom) -> None:
    first, second = (written(room, "late", NOW - days * DAY) for days in (1, 3))
    invited(room, room.other, comment="too")
    roll_up(room)
    lost(room, first)
    roll_up(room)
    assert vocabulary(room) == ["late"]
    lost(room, second)
    roll_up(room)
    assert vocabulary(room) == []


@pytest.mark.parametrize("word", ["late", "never"])
def test_a_vocabulary_that_differs_is_told_and_made_anew(room: Workroom, word: str) -> None:
    id_ = written(room, "late", NOW - DAY)
    roll_up(room)
    with room.connection.begin():
        mine = rollup_words.c.project_id == room.shop.id
        room.connection.execute(update(rollup_words).where(mine).values(word="never"))
        if word == "late":
            room.connection.execute(delete(rollup_words).where(mine))
    assert [message for _, message in complaints(room)] == [
        f"the vocabulary differs from the cells by {1 if word == 'late' else 2} words"
    ]
    room.run(restart_roll_ups, RestartRollUp(room.shop.id))
    roll_up(room)
    assert complaints(room) == []
    assert found(room, "at") == {id_}


def test_of_common_words_only_the_number_is_kept(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup_counts, "MOST_MOMENTS", 2)
    ids = {written(room, "late", NOW - DAY + n) for n in range(3)}
    roll_up(room)
    assert [cell.content for cell in cells(room)] == [{MANY: 3}]
    assert found(room, "late") == ids


def test_what_may_be_in_many_is_not_looked_for(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        written(room, f"late {n}", NOW - DAY + n)
    roll_up(room)
    monkeypatch.setattr(comment_search, "MOST", 2)
    assert found(room, "late") is None
    assert found(room, "late 1") is not None
    for _ in range(3):
        written(room, "late 4", NOW)
    assert found(room, "late 4") is None, "too many are not rolled up"


def test_without_a_roll_up_nothing_is_known(room: Workroom) -> None:
    written(room, "late", NOW)
    assert found(room, "late") is None


def test_no_table_is_read_whole(room: Workroom) -> None:
    for n in range(20):
        written(room, f"late {n}", NOW - n * HOUR)
    roll_up(room)
    with planning(room.connection) as plans:
        assert found(room, "te 7") is not None
        with room.connection.begin():
            wanted = ResponseFilter(contains="te 7")
            page = list_response_rows(room.connection, room.shop, wanted, None, 2)
    assert len(page.rows) == 1
    for plan in plans:
        assert not plan.reads_whole("responses")
        assert not plan.reads_whole("rollup_cells")
        assert not plan.reads_whole("rollup_words")
        assert not plan.reads_whole("rollup_marks")


def test_the_newest_come_in_the_first_step(room: Workroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment_search, "_FIRST_STEP", 2)
    ids = [written(room, "late", NOW - n * HOUR) for n in range(5)]
    roll_up(room)
    statement = select(responses.c.invitation_id).where(responses.c.project_id == room.shop.id)
    with room.connection.begin():
        steps = find_steps(room.connection, room.shop, "late")
        first = room.connection.execute(statement.where(steps[0])).scalars().all()
    assert (set(first), len(steps)) == (set(ids[:2]), 2)


def test_pages_of_what_was_found_follow_each_other(room: Workroom) -> None:
    ids = [written(room, f"late {n % 2}", NOW - DAY + n) for n in range(7)]

    def pages() -> list[str]:
        seen: list[str] = []
        before = None
        for _ in range(9):
            with room.connection.begin():
                found = list_response_rows(
                    room.connection, room.shop, ResponseFilter(contains="E 1"), before, 2
                )
            seen += [row.invitation_id for row in found.rows]
            before = found.older
            if before is None:
                break
        return seen

    assert pages() == ids[1::2][::-1]
    roll_up(room)
    assert pages() == ids[1::2][::-1]


def vocabulary(room: Workroom) -> list[str]:
    return sorted(row.word for row in room.rows(rollup_words, project_id=room.shop.id))


def cells(room: Workroom) -> list[Any]:
    rows = room.rows(rollup_cells, source=Source.WORDS.value)
    return sorted(rows, key=lambda row: str(row.value))
