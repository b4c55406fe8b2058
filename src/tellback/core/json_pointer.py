"""JSON pointers (RFC 6901): where in a document something stands."""

import re
from typing import Any

_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*\Z", re.DOTALL)
_INDEX = re.compile(r"(?:0|[1-9]\d{0,8})\Z", re.ASCII)


def is_pointer(text: str) -> bool:
    """Whether a text is a JSON pointer."""
    return _POINTER.match(text) is not None


def find(document: Any, pointer: str) -> Any:
    """What stands at a pointer; None where nothing does, or null."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(name)
        elif isinstance(document, list) and _INDEX.match(name) and int(name) < len(document):
            document = document[int(name)]
        else:
            return None
    return document
