"""What a log may tell of an error: where it came about, its kind and its code; never its words.

An error's words may quote what a person wrote: a database names the value that was there twice, a
parser the text that it could not read.
"""

import errno
from collections.abc import Iterator
from traceback import StackSummary, walk_tb

#: Where drivers and the operating system keep what went wrong in a form without anybody's data.
_CODES = ("sqlstate", "sqlite_errorname", "smtp_code")
_CAUSED = "The above was the cause of:"
_MEANWHILE = "While that was dealt with, there was:"
#: An error that leads to another one leads to a third, but hardly to a tenth.
_DEEPEST = 10


def describe_fault(error: BaseException) -> str:
    """A traceback as Python writes it, with codes in the place of messages."""
    return "\n".join(_lines(error, _DEEPEST))


def _lines(error: BaseException, depth: int) -> Iterator[str]:
    before, joint = error.__cause__, _CAUSED
    if before is None and not error.__suppress_context__:
        before, joint = error.__context__, _MEANWHILE
    if before is not None and depth:
        yield from _lines(before, depth - 1)
        yield joint
    yield "Traceback (most recent call last):"
    for frame in StackSummary.extract(walk_tb(error.__traceback__)).format():
        yield frame.rstrip()
    yield _kind(error)
    if isinstance(error, BaseExceptionGroup) and depth:
        for each in error.exceptions:
            yield from (f"  | {line}" for line in _lines(each, depth - 1))


def _kind(error: BaseException) -> str:
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    codes = [str(code) for attribute in _CODES if (code := getattr(error, attribute, None))]
    if isinstance(error, OSError) and error.errno:
        codes.append(errno.errorcode.get(error.errno, str(error.errno)))
    return f"{name} [{', '.join(codes)}]" if codes else name
