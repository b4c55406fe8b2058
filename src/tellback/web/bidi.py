"""What other people wrote must not turn around the line that it stands in (UAX 9)."""

import re
from typing import Any

from markupsafe import Markup

_FIRST_STRONG, _POP = "\u2068", "\u2069"
_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")


def without_bidi_controls(text: str) -> str:
    """A text without the characters that give directions."""
    return _CONTROL.sub("", text)


def neutral(value: Any) -> Any:
    """What a template puts out, so that no direction reaches beyond it: Jinja's ``finalize``.

    Pairs that isolate by the first strong character stay: our own sentences need them around
    names, and they turn nothing around. What is markup has been through here before.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or not _CONTROL.search(value):
        return value
    kept: list[str] = []
    opened: list[int] = []
    for character in value:
        if character == _POP and opened:
            opened.pop()
        elif character == _FIRST_STRONG:
            opened.append(len(kept))
        elif _CONTROL.match(character):
            continue
        kept.append(character)
    return "".join(c for place, c in enumerate(kept) if place not in set(opened))
