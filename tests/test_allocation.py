"""What the C library is told about memory."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tellback.allocation import share_memory

#: Threads that take memory at once, each of which would have a place of its own.
PROGRAM = """
import ctypes, sys, threading
from tellback.allocation import share_memory
if sys.argv[1] == "shared":
    share_memory()
meeting = threading.Barrier(3)
def take():
    meeting.wait()
    bytearray(10_000)
    meeting.wait()
threads = [threading.Thread(target=take) for _ in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sys.stdout.flush()
library = ctypes.CDLL(None)
library.malloc_info(0, ctypes.c_void_p.in_dll(library, "stdout"))
library.fflush(None)
"""


def places(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True
    )
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc only")
def test_threads_share_one_place() -> None:
    assert (places("shared"), places("apart") > 1) == (1, True)


def test_another_library_is_left_alone() -> None:
    share_memory(SimpleNamespace())


def test_a_library_that_knows_of_places_is_told_of_one() -> None:
    told: list[tuple[int, int]] = []
    share_memory(SimpleNamespace(mallopt=lambda *values: told.append(values)))
    assert told == [(-8, 1)]
