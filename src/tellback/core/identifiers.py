"""The form of our own ids: 32 hex digits in lower case."""

import re

#: As part of a larger pattern.
ID_PATTERN = "[0-9a-f]{32}"
_ID = re.compile(ID_PATTERN)


def is_id(text: str) -> bool:
    """Whether a text can be an id at all; an engine that knows UUIDs takes nothing else as one."""
    return _ID.fullmatch(text) is not None
