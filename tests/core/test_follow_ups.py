"""Tags and notes as people write them."""

import pytest

from tellback.core.errors import Invalid
from tellback.core.follow_ups import MAX_NOTE, read_note, read_tags


def test_tags_are_in_lower_case_and_each_once() -> None:
    assert read_tags(" Refund,  call \n back,refund,, \0") == ("refund", "call back")
    assert read_tags("") == ()


def test_tags_are_bounded() -> None:
    assert len(read_tags(",".join(map(str, range(20))))) == 20
    with pytest.raises(Invalid, match="20 tags"):
        read_tags(",".join(map(str, range(21))))
    with pytest.raises(Invalid, match="40 characters"):
        read_tags("x" * 41)


def test_a_note_is_what_was_written() -> None:
    assert read_note(" one\r\ntwo\0 ") == "one\ntwo"
    assert read_note(" \n") is None
    assert len(read_note("x" * MAX_NOTE) or "") == MAX_NOTE
    with pytest.raises(Invalid, match="4,000 characters"):
        read_note("x" * (MAX_NOTE + 1))
