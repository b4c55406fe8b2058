"""Tellback's own server with the action left out: ingress, authentication, decode, encode.

Nothing is written: what is asked for is answered with an outcome made on the spot.
"""

from collections.abc import Sequence
from typing import Any

from bench.floors.serving import serve
from tellback.app import App, build_app
from tellback.config import Config
from tellback.core.outcomes import ResponseStored
from tellback.store.database import Action, Database

_STORED = ResponseStored("0" * 32, token="0" * 43)


class UnwrittenDatabase(Database):
    """Reads like the real one, and takes every command for done."""

    async def write(self, action: Action, jobs: Sequence[Any]) -> list[Any]:
        """One outcome per job, and nothing on disk."""
        return [_STORED] * len(jobs)


def make_app(url: str) -> App:
    """The application on a database that has a project already."""
    return build_app(Config(), UnwrittenDatabase(url))


if __name__ == "__main__":
    serve(make_app)
