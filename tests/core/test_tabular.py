"""Tables as people's programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.errors import Invalid
from tellback.core.tabular import decode, records, separator_of

TEXT = "email;name\r\nzoë@example.com;Zoë\r\n"


@pytest.mark.parametrize(
    ("encoding", "name", "guessed"),
    [
        ("utf-8", "UTF-8", False),
        ("utf-8-sig", "UTF-8", False),
        ("utf-16", "UTF-16", False),
        ("utf-16-le", "UTF-16", False),
        ("utf-16-be", "UTF-16", False),
        ("latin-1", "Windows-1252 (Latin-1)", True),
        ("cp1252", "Windows-1252 (Latin-1)", True),
    ],
)
def test_every_common_encoding_is_read(encoding: str, name: str, guessed: bool) -> None:
    found = decode(TEXT.encode(encoding))
    assert (found.text, found.encoding, found.guessed) == (TEXT, name, guessed)


def test_what_breaks_its_own_word_is_refused() -> None:
    with pytest.raises(Invalid, match="says that it is UTF-8"):
        decode(b"\xef\xbb\xbfemail\xff")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        text = decode(content).text
    except Invalid:
        return
    assert list(records(text, separator_of(text))) is not None


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str) -> None:
    assert separator_of(f'email{separator}"a,b;c"{separator}x\n1,2,3,4,5,6') == separator
    assert separator_of(f"sep={separator}\nemail,name,x") == separator


def test_an_announced_separator_is_no_record() -> None:
    assert [one.cells for one in records("sep=;\na;b\n", ";")] == [["a", "b"]]


def test_lines_are_counted_as_an_editor_does() -> None:
    text = 'a,b\r\n\r\n"x\r\ny",1\r\n ,\r\nz,2'
    assert [(one.line, list(one.cells)) for one in records(text, ",")] == [
        (1, ["a", "b"]),
        (3, ["x\r\ny", "1"]),
        (6, ["z", "2"]),
    ]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('a\n"open\nb\n', 2, "never closed"),
        ('a\n"b"c\nd\n', 2, "inside a cell"),
        ("a\n" + "x" * 131_073, 2, "longer than"),
    ],
)
def test_a_broken_record_says_where_it_begins(text: str, line: int, why: str) -> None:
    broken = next(one for one in records(text, ",") if one.problem)
    assert broken.line == line
    assert why in str(broken.problem)


def test_what_follows_a_broken_record_is_read() -> None:
    found = list(records('a\n"b"c\nd\n', ","))
    assert [list(one.cells) for one in found if not one.problem] == [["a"], ["d"]]


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1).map(str.strip)),
        max_size=5,
    )
)
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    text = "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows
    )
    wanted = [row for row in rows if any(row)]
    assert [list(one.cells) for one in records(text, ",")] == wanted
