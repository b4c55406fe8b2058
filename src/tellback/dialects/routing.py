"""Which route of which dialect a path belongs to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tellback.dialects.contract import Dialect, Route

_PREFIX = re.compile(r"/p/([a-z0-9][a-z0-9-]{0,62})(?=/)")


@dataclass(frozen=True, slots=True)
class Match:
    """A path that belongs to a dialect: its routes by method, and the path's parameters.

    Without routes nothing is there, but the dialect's own way to say so is known.
    """

    dialect: Dialect
    routes: Mapping[str, Route]
    params: Mapping[str, str]


class Router:
    """Finds a path's routes: literal paths by a dictionary, others by one pattern each.

    A parameter has no slash, so that only patterns of as many slashes come into question.
    """

    def __init__(self, dialects: Iterable[Dialect]) -> None:
        self._literal: dict[str, Match] = {}
        self._patterns: dict[int, list[tuple[re.Pattern[str], Dialect, dict[str, Route]]]] = {}
        self._owners: dict[str, dict[str, Dialect]] = {}
        for dialect in dialects:
            for path, routes in _by_path(dialect).items():
                if "{" in path:
                    alike = self._patterns.setdefault(path.count("/"), [])
                    alike.append((_compile(path), dialect, routes))
                else:
                    self._literal[path] = Match(dialect, routes, {})
                for start in _starts(path):
                    self._owners.setdefault(start, {})[dialect.name] = dialect

    def match(self, path: str) -> Match | None:
        """The routes at a path, literal ones first."""
        literal = self._literal.get(path)
        if literal:
            return literal
        for pattern, dialect, routes in self._patterns.get(path.count("/"), ()):
            found = pattern.match(path)
            if found:
                return Match(dialect, routes, found.groupdict())
        return self._nothing(path)

    def _nothing(self, path: str) -> Match | None:
        """The only dialect with paths that begin alike, if there is one."""
        for start in _starts(path):
            owners = list(self._owners.get(start, {}).values())
            if len(owners) == 1:
                return Match(owners[0], {}, {})
        return None


def split_slug(path: str) -> tuple[str | None, str]:
    """Take ``/p/<slug>`` off the front of a path: the slug or None, and the rest."""
    found = _PREFIX.match(path)
    return (found.group(1), path[found.end() :]) if found else (None, path)


def _starts(path: str) -> tuple[str, ...]:
    """The first three segments of a path, the first two, and the first alone."""
    segments = path.split("/")
    return tuple("/".join(segments[:end]) for end in (4, 3, 2))


def _by_path(dialect: Dialect) -> dict[str, dict[str, Route]]:
    paths: dict[str, dict[str, Route]] = {}
    for route in dialect.routes:
        paths.setdefault(route.path, {})[route.method] = route
    return paths


def _compile(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    pattern = "".join(
        f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )
    return re.compile(pattern + r"\Z")
