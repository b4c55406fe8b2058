"""Which operations are at a path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from tellback.web.api.operations import PREFIX, Operation


@dataclass(frozen=True, slots=True)
class Match:
    """The operations at a path by method, and the path's parameters."""

    operations: Mapping[str, Operation]
    params: Mapping[str, str]


class Router:
    """Finds operations segment by segment; a literal segment goes before a parameter.

    Segments are told apart before they are unquoted, so that a parameter may hold a slash.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_length: dict[int, list[tuple[tuple[str, ...], dict[str, Operation]]]] = {}
        paths: dict[tuple[str, ...], dict[str, Operation]] = {}
        for operation in operations:
            segments = tuple(operation.path.split("/")[1:])
            paths.setdefault(segments, {})[operation.method] = operation
        for segments in sorted(paths, key=lambda path: [part.startswith("{") for part in path]):
            alike = self._by_length.setdefault(len(segments), [])
            alike.append((segments, paths[segments]))

    def match(self, raw_path: bytes) -> Match | None:
        """What is at a path as it came over the wire; None where nothing is."""
        given = raw_path.removeprefix(PREFIX.encode()).split(b"/")[1:]
        try:
            segments = [unquote_to_bytes(part).decode() for part in given]
        except UnicodeDecodeError:
            return None
        if any("\0" in segment for segment in segments):
            return None
        for pattern, operations in self._by_length.get(len(segments), ()):
            params = _fit(pattern, segments)
            if params is not None:
                return Match(operations, params)
        return None


def _fit(pattern: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    params = {}
    for wanted, given in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            if not given:
                return None
            params[wanted[1:-1]] = given
        elif wanted != given:
            return None
    return params
