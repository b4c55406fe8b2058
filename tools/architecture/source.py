"""The files that the checks read, and what a check says about them."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOTS = ("src", "tests", "tools", "bench")
TEXTS = {".css", ".html", ".ini", ".js", ".mako", ".mjml", ".toml", ".txt", ".xml", ".yaml", ".yml"}
PACKAGE = PurePosixPath("src/tellback")
DIALECTS = PACKAGE / "dialects"


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule."""

    path: PurePosixPath
    line: int
    advice: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.advice}"


@dataclass(frozen=True)
class Source:
    """One file, by its path from the project's root.

    ``places`` are all paths of the project, files and folders, for rules about where things stand.
    """

    path: PurePosixPath
    text: str = field(repr=False)
    places: frozenset[PurePosixPath] = field(default=frozenset(), repr=False)

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module; empty for a file that is not Python."""
        return ast.parse(self.text if self.is_python else "")

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree, walked once for all checks."""
        return tuple(ast.walk(self.tree))

    @property
    def is_python(self) -> bool:
        """Whether it is a Python module, and not a template or another text."""
        return self.path.suffix == ".py"

    @property
    def is_test(self) -> bool:
        """Whether it belongs to a test suite, the project's or a vendor folder's."""
        return "tests" in self.path.parts

    def is_under(self, *folders: PurePosixPath) -> bool:
        """Whether it stands in one of the folders, at any depth."""
        return any(self.path.is_relative_to(folder) for folder in folders)

    @property
    def is_shipped(self) -> bool:
        """Whether it is part of the installed package."""
        return self.is_under(PACKAGE) and not self.is_test

    @cached_property
    def vendors(self) -> frozenset[str]:
        """The names of all vendor folders, found and not listed: the next one counts as well."""
        folders = (place.parent for place in self.places if place.name == "__init__.py")
        return frozenset(folder.name for folder in folders if folder.parent == DIALECTS)

    @property
    def vendor(self) -> str | None:
        """The vendor whose folder it stands in, if any."""
        return next((v for v in self.vendors if self.is_under(DIALECTS / v)), None)

    @cached_property
    def imports(self) -> tuple[tuple[str, int], ...]:
        """Every imported name in full (``tellback.core.model.Survey``), with its line."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[tuple[str, int]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        home = self.path.relative_to("src") if self.is_under(PACKAGE) else self.path
        above = ".".join(home.parts[: -node.level])
        return f"{above}.{node.module}" if node.module else above

    def finding(self, line: int, advice: str) -> Finding:
        """A finding in this file."""
        return Finding(self.path, line, advice)


Check = Callable[[Source], Iterable[Finding]]


def read_sources(root: Path) -> list[Source]:
    """Read the project's Python files, and the templates and other texts of the package."""
    paths = [p for name in ROOTS for p in sorted((root / name).rglob("*")) if _is_ours(p)]
    places = frozenset(PurePosixPath(p.relative_to(root)) for p in paths)
    places |= {folder for place in places for folder in place.parents}
    return [
        Source(PurePosixPath(path.relative_to(root)), path.read_text("utf-8"), places)
        for path in paths
        if path.suffix == ".py" or (path.suffix in TEXTS and "fixtures" not in path.parts)
    ]


def _is_ours(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and ".min." not in path.name
