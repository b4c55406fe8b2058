"""The script that pages load."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from tellback.web.pages import HOME
from tellback.web.widget.script import PARTS, PREVIEW, load_preview, load_script

#: What pages pay for it, compressed, in bytes.
HEAVIEST = 12_000


def test_it_is_light() -> None:
    script = load_script()
    assert gzip.decompress(script.zipped) == script.plain
    assert 5_000 < len(script.zipped) <= HEAVIEST


def test_nothing_is_left_out() -> None:
    folder = HOME / "static" / "widget"
    assert {file.name for file in folder.iterdir()} == {*PARTS, *PREVIEW, "widget.css"}


def test_no_text_goes_over_lines_since_indents_are_taken_out() -> None:
    for part in {*PARTS, *PREVIEW}:
        text = (HOME / "static" / "widget" / part).read_text()
        assert all(line.count("`") % 2 == 0 for line in text.splitlines()), part


def test_it_makes_no_code_and_no_markup_of_texts() -> None:
    """What a strict policy forbids, and what would let a survey's text become code."""
    script = load_script().plain.decode() + load_preview().plain.decode()
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "new Function",
        ".style.",
    ):
        assert word not in script


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not there to read it")
def test_it_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "widget.js"
    for script in (load_script(), load_preview()):
        file.write_bytes(script.plain)
        subprocess.run(["node", "--check", str(file)], check=True, timeout=60)


def test_a_preview_cannot_call_anybody() -> None:
    script = load_preview().plain.decode()
    for word in ("fetch(", "sendBeacon", "XMLHttpRequest", "Storage"):
        assert word not in script
