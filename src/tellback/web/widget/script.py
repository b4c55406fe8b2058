"""The script that pages load: its readable parts, one after the other."""

import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tellback.web.pages import HOME

_FOLDER = HOME / "static" / "widget"
#: In the order in which they build on each other.
PARTS = ("memory.js", "wire.js", "placing.js", "controls.js", "card.js", "widget.js")
#: What shows a survey that nobody is asked: the card, without what calls the server.
PREVIEW = ("controls.js", "card.js", "preview.js")
_STYLE = "widget.css"
#: A comment that has lines of its own.
_COMMENT = re.compile(r"^\s*(?://[^\n]*|/\*.*?\*/)[ \t]*$", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"\n\s*")


@dataclass(frozen=True, slots=True)
class Script:
    """The script, plain and compressed, and the tag that changes with it."""

    plain: bytes
    zipped: bytes
    tag: str


@cache
def load_script() -> Script:
    """The script as it is served."""
    return _script(PARTS)


@cache
def load_preview() -> Script:
    """The script that shows a survey to its owner."""
    return _script(PREVIEW)


def _script(names: Sequence[str]) -> Script:
    plain = _assemble(names).encode()
    tag = hashlib.sha256(plain).hexdigest()[:16]
    return Script(plain, gzip.compress(plain, mtime=0), f'"{tag}"')


def _assemble(names: Sequence[str]) -> str:
    """The parts in a scope of their own, with the style sheet as a text."""
    style = json.dumps(_squeezed(_STYLE, ""), ensure_ascii=False)
    parts = [_squeezed(name, "\n") for name in names]
    return "\n".join(["(() => {", '"use strict";', f"const STYLE = {style};", *parts, "})();", ""])


def _squeezed(name: str, end: str) -> str:
    """A part without its comments and indents. No text in it may go over more than one line."""
    text = _COMMENT.sub("", (_FOLDER / name).read_text(encoding="utf-8"))
    return _INDENT.sub(end, text).strip()
