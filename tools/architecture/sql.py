"""SQL that is written out as text. What imports a database library is import-linter's to find."""

import ast
import re
from collections.abc import Iterator

from tools.architecture.source import PACKAGE, Finding, Source

_STATEMENT = re.compile(
    r"""\s*(
    select\s.+\sfrom\b | insert\s+(or\s+\w+\s+)?into\b | update\s+\S+\s+set\b | delete\s+from\b
    | (create|alter|drop)\s+(unique\s+|temp\w*\s+|virtual\s+)?(table|index|view|trigger)\b
    | with\s+\w+\s+as\s*\( | pragma\s+\w+ | begin\s+(immediate|exclusive)\b | savepoint\s+\w+
    )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def statements_stand_under_store(source: Source) -> Iterator[Finding]:
    """One place knows the tables, so that one place changes when they do."""
    if not source.is_shipped or source.is_under(PACKAGE / "store"):
        return
    docstrings = _docstrings(source)
    for node in source.nodes:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) not in docstrings and _is_statement(node.value):
            yield source.finding(
                node.lineno,
                f"SQL ({' '.join(node.value.split())[:40]}…): move it into tellback.store, in the "
                "module of its noun. If it is prose, begin it with one capital letter.",
            )


def _is_statement(text: str) -> bool:
    """Keywords are all capitals or all small: «Select a date from the list» is a sentence."""
    return bool(_STATEMENT.match(text)) and not text.split()[0].istitle()


def _docstrings(source: Source) -> set[int]:
    """The nodes that are docstrings, by identity."""
    return {
        id(node.value)
        for node in source.nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
