"""What the C library is told about memory."""

import ctypes
import sys
from typing import Any

#: M_ARENA_MAX of glibc's malloc.h.
_ARENA_MAX = -8


def share_memory(library: Any = None) -> None:
    """Have all threads take memory from one place. Call it before there are any.

    Each would have a place of its own and keep what it needed once: some 5 MB of an idle server.
    They hardly ever get in each other's way, since Python's lock goes round. Only glibc knows of
    such places; elsewhere nothing is done. Source: mallopt(3).
    """
    if library is None and sys.platform == "linux":
        library = ctypes.CDLL(None)
    if tell := getattr(library, "mallopt", None):
        tell(_ARENA_MAX, 1)
