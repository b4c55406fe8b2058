"""Finding dialects: what is broken stops the start."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tellback.dialects.registry import BrokenDialect, load_dialects


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    package = tmp_path / "wires_under_test"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    module = __import__("wires_under_test")
    yield module
    for name in [n for n in sys.modules if n.startswith("wires_under_test")]:
        del sys.modules[name]


def _folder(home: ModuleType, name: str, source: str) -> None:
    folder = Path(home.__path__[0]) / name
    folder.mkdir()
    (folder / "__init__.py").write_text(source)


def test_no_folder_is_no_dialect(home: ModuleType) -> None:
    assert load_dialects(home) == {}


@pytest.mark.parametrize("source", ["", "DIALECT = 1", "1/0", "import nothing_of_that_name"])
def test_a_broken_folder_stops_the_start(home: ModuleType, source: str) -> None:
    _folder(home, "broken", source)
    with pytest.raises(BrokenDialect, match="broken"):
        load_dialects(home)


def test_ours_load() -> None:
    assert all(name == dialect.name for name, dialect in load_dialects().items())
