"""Which database engine it is, and where that may be asked."""

import ast
from collections.abc import Iterator

from tools.architecture.source import PACKAGE, Finding, Source

_NAMES = frozenset({"sqlite", "postgresql"})
_DRIVERS = ("sqlalchemy.dialects", "psycopg", "sqlite3")
_STORE = PACKAGE / "store"
#: Besides the engines themselves: what their URLs are, the types of columns, and how they came
#: about.
_PLACES = (
    PACKAGE / "config.py",
    _STORE / "engine.py",
    _STORE / "engines",
    _STORE / "migrations",
    _STORE / "places.py",
    _STORE / "schema.py",
)


def engines_are_told_apart_in_one_place(source: Source) -> Iterator[Finding]:
    """What differs between engines is found, and added for another one, in one folder."""
    if not source.is_shipped or source.is_under(*_PLACES):
        return
    imported = [(name, line) for name, line in source.imports if name.startswith(_DRIVERS)]
    for name, line in (*imported, *_named(source)):
        yield source.finding(
            line,
            f"{name}: ask no engine which one it is; let `store.engines.Ways` have a way for it, "
            "which each engine has in its own module.",
        )


def _named(source: Source) -> Iterator[tuple[str, int]]:
    for node in source.nodes:
        if isinstance(node, ast.Constant) and node.value in _NAMES:
            yield repr(node.value), node.lineno
