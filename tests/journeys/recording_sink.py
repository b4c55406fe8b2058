"""An SMTP server of its own process that writes down each Message-ID before it takes the mail.

Use: python recording_sink.py FILE. Prints its port.
"""

import asyncio
import os
import sys
from typing import Any

from aiosmtpd.smtp import SMTP


class Recorder:
    """Takes every mail, one line a mail."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Write first, reply then: what the sender knows to be taken is written down."""
        head = envelope.content.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
        (line,) = (each for each in head if each.lower().startswith(b"message-id:"))
        os.write(self._file, line.partition(b":")[2].strip() + b"\n")
        return "250 OK"


async def main(path: str) -> None:
    """Listen until killed."""
    loop = asyncio.get_running_loop()
    recorder = Recorder(path)
    server = await loop.create_server(lambda: SMTP(recorder, loop=loop), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
