"""The script that pages load: its readable parts, one after the other."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache

from tellback.web.pages import HOME

_FOLDER = HOME / "static" / "widget"
#: In the order in which they build on each other.
PARTS = ("memory.js", "wire.js", "placing.js", "controls.js", "card.js", "widget.js")
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
    plain = _assemble().encode()
    tag = hashlib.sha256(plain).hexdigest()[:16]
    return Script(plain, gzip.compress(plain, mtime=0), f'"{tag}"')


def _assemble() -> str:
    """The parts in a scope of their own, with the style sheet as a text."""
    style = json.dumps(_squeezed(_STYLE, ""), ensure_ascii=False)
    parts = [_squeezed(name, "\n") for name in PARTS]
    return "\n".join(["(() => {", '"use strict";', f"const STYLE = {style};", *parts, "})();", ""])


def _squeezed(name: str, end: str) -> str:
    """A part without its comments and indents. No text in it may go over more than one line."""
    text = _COMMENT.sub("", (_FOLDER / name).read_text(encoding="utf-8"))
    return _INDENT.sub(end, text).strip()
