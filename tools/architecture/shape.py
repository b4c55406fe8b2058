"""Sizes, and what stands inside a function."""

import ast
from collections.abc import Iterator

from tools.architecture.source import PACKAGE, Finding, Source

FILE_LINES = 400
FUNCTION_LINES = 60
# Alembic writes a revision: one function, a plain list of tables that is never changed again.
REVISIONS = PACKAGE / "store/migrations/versions"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def files_are_short(source: Source) -> Iterator[Finding]:
    """One idea a file."""
    lines = len(source.text.splitlines())
    if source.is_python and lines > FILE_LINES and not source.is_under(REVISIONS):
        yield source.finding(
            FILE_LINES,
            f"{lines} lines; at most {FILE_LINES}, and 150 is the aim. Move one idea to a file "
            "of its own, named after it.",
        )


def functions_are_short(source: Source) -> Iterator[Finding]:
    """One step a function."""
    for function in _functions(source):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES and not source.is_under(REVISIONS):
            yield source.finding(
                function.lineno,
                f"{function.name} has {lines} lines; at most {FUNCTION_LINES}, and 12 is the aim. "
                "Give its steps names.",
            )


def imports_stand_at_the_top(source: Source) -> Iterator[Finding]:
    """What a module needs can be read from its head."""
    for function in _functions(source):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield source.finding(
                    node.lineno,
                    f"import inside {function.name}: move it to the top. If that makes a circle, "
                    "the two modules belong together or share a third.",
                )


def _functions(source: Source) -> Iterator[_Function]:
    return (node for node in source.nodes if isinstance(node, _Function))
