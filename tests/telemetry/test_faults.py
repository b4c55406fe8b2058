"""A log tells where an error came about, of which kind and code; never its words."""

import errno
import sqlite3

import pytest

from tellback.core.errors import NotFound
from tellback.telemetry.faults import describe_fault

SAID = "alice@example.com"


def raised(error: BaseException) -> BaseException:
    """The error with a traceback."""
    try:
        raise error
    except BaseException as caught:
        return caught


@pytest.mark.parametrize("error", [ValueError(SAID), KeyError(SAID), NotFound(SAID), OSError(SAID)])
def test_an_error_is_told_by_its_place_and_kind(error: Exception) -> None:
    told = describe_fault(raised(error))
    assert SAID not in told
    assert "in raised\n    raise error\n" in told
    assert told.splitlines()[-1].endswith(type(error).__name__)


def test_what_the_system_and_a_database_have_codes_for_is_told() -> None:
    missing = describe_fault(raised(FileNotFoundError(errno.ENOENT, SAID, SAID)))
    assert missing.endswith("\nFileNotFoundError [ENOENT]")
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(":memory:").execute(f"nonsense '{SAID}'")
    assert describe_fault(caught.value).endswith("\nsqlite3.OperationalError [SQLITE_ERROR]")


def test_what_led_to_an_error_comes_before_it() -> None:
    try:
        try:
            raise KeyError(SAID)
        except KeyError as first:
            raise ValueError(SAID) from first
    except ValueError as error:
        error.add_note(SAID)
        told = describe_fault(error)
    assert told.index("\nKeyError\nThe above was the cause of:") < told.index("\nValueError")
    assert SAID not in told


def test_what_went_wrong_meanwhile_is_told_unless_it_is_hidden() -> None:
    error = ValueError(SAID)
    error.__context__ = KeyError(SAID)
    assert "KeyError\nWhile that was dealt with" in describe_fault(error)
    error.__suppress_context__ = True
    assert "KeyError" not in describe_fault(error)


def test_errors_of_a_group_are_all_told() -> None:
    group = ExceptionGroup(SAID, [raised(ValueError(SAID)), raised(TypeError(SAID))])
    told = describe_fault(group)
    assert "  | ValueError" in told
    assert "  | TypeError" in told
    assert SAID not in told


def test_a_long_chain_ends() -> None:
    error: Exception = ValueError(SAID)
    for _ in range(100):
        following = ValueError(SAID)
        following.__cause__, error = error, following
    assert describe_fault(error).count("\nValueError") == 11
