"""Starts the server again and again without importing it again: a fork for each line of input.

Each is a process of its own, doing what `tellback serve` does, and may be killed. Use: settings in
the environment. Prints ``PID URL`` when one listens, and an empty line when it has ended.
"""

import os
import sys

import litestar.plugins.pydantic  # noqa: F401 - Litestar would import it in every fork

from tellback.cli.serve import start
from tellback.config import load_config
from tellback.logs import configure_logs
from tellback.server import Role


def say(line: str) -> None:
    """Tell the test, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Start one for each line."""
    config = load_config(os.environ)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            configure_logs(config.log_level)
            start(config, Role.ALL, lambda url: say(f"{os.getpid()} {url}"))
            os._exit(0)
        os.waitpid(child, 0)
        say("")


if __name__ == "__main__":
    main()
