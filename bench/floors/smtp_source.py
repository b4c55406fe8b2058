"""Debian's `smtp-source`: a test client in C, from postfix, that sends one ready-made mail over and
over. It keeps no state, makes no mail, and sends no command before the last one's reply."""

import shutil
import subprocess
import time

from bench.processes import Broken

_PROGRAM = shutil.which("smtp-source", path="/usr/sbin:/usr/bin:/sbin:/usr/local/sbin")
#: Its own headers, which its option for the length does not count.
_HEADERS = 126


def why_not() -> str | None:
    """Why it cannot be measured here, and how it could be."""
    if _PROGRAM:
        return None
    return "smtp-source is not installed (it comes with Debian's postfix: apt install postfix)"


def mails_per_second(port: int, mails: int, octets: int, connections: int) -> float:
    """How fast it sends mails of that size to a server, over connections that are kept open."""
    if _PROGRAM is None:
        raise Broken(why_not())
    command = [
        *(_PROGRAM, "-d", "-s", str(connections), "-m", str(mails), "-l", str(octets - _HEADERS)),
        *("-f", "feedback@localhost", "-t", "bo@example.com", f"127.0.0.1:{port}"),
    ]
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise Broken(f"smtp-source: {done.stderr[-2000:]}")
    return mails / seconds
