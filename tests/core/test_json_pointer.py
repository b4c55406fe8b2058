"""JSON pointers, with the examples of RFC 6901."""

from typing import Any

import pytest

from tellback.core.json_pointer import find, is_pointer

DOCUMENT: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
    "none": None,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_the_examples_of_the_rfc(pointer: str, value: object) -> None:
    assert is_pointer(pointer)
    assert find(DOCUMENT, pointer) == value


@pytest.mark.parametrize(
    "pointer", ["/no", "/foo/2", "/foo/-", "/foo/01", "/foo/0/x", "/none", "/none/x", "/foo/x"]
)
def test_where_nothing_stands_there_is_none(pointer: str) -> None:
    assert find(DOCUMENT, pointer) is None


@pytest.mark.parametrize("text", ["foo", "/~", "/~2", "#/foo", " /foo"])
def test_other_texts_are_no_pointers(text: str) -> None:
    assert not is_pointer(text)
