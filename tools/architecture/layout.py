"""Where things stand and what they are called."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tools.architecture.source import PACKAGE, Finding, Source

_DRAWERS = re.compile(r"(^|_)(utils?|helpers?|managers?|services?|commons?|misc)(_|$)")
_TESTS = PurePosixPath("tests")
# Suites that look at the whole, not at one source: see the layout in CONTRIBUTING.md.
_WHOLE = (_TESTS / "contract", _TESTS / "deploy", _TESTS / "journeys")
_WHOLE_FILES = frozenset({"architecture", "bench", "docs", "tooling"})


def modules_have_telling_names(source: Source) -> Iterator[Finding]:
    """A drawer that may hold anything ends up holding everything."""
    if not source.is_python:
        return
    for part in (*source.path.parent.parts, source.path.stem):
        if _DRAWERS.search(part):
            yield source.finding(1, f"«{part}» says nothing: name it after what it does.")


def tests_mirror_a_source(source: Source) -> Iterator[Finding]:
    """Who reads a source file finds its tests by their name, and the other way round."""
    if not source.is_test or not source.path.name.startswith("test_"):
        return
    subject = source.path.stem.removeprefix("test_")
    home = _mirrored(source.path.parent)
    if home is None or (source.path.parent == _TESTS and subject in _WHOLE_FILES):
        return
    names = {place.stem for place in source.places if place.parent in (home, source.path.parent)}
    if not any(subject == name or subject.startswith(f"{name}_") for name in names):
        yield source.finding(
            1,
            f"tests {subject}, and there is no {home}/{subject}.py. Call it test_<source>.py or "
            "test_<source>_<aspect>.py; a test of the whole product belongs in tests/journeys.",
        )


def _mirrored(folder: PurePosixPath) -> PurePosixPath | None:
    """The source folder that a folder of tests is about; none for suites over everything."""
    if any(folder.is_relative_to(whole) for whole in _WHOLE):
        return None
    if folder.is_relative_to(_TESTS):
        return PACKAGE / folder.relative_to(_TESTS)
    return PurePosixPath(*folder.parts[: folder.parts.index("tests")])
