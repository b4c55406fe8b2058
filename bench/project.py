"""A fresh data directory with a project, and Tellback running on it, all by its command line."""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.place import EMBEDDED, Place
from bench.processes import Running, run, started

TELLBACK = str(Path(sys.executable).with_name("tellback"))
# /tmp may be in memory, where a commit costs nothing; /var/tmp is on a disk.
_ON_DISK = next((d for d in ("/var/tmp", None) if d is None or Path(d).is_dir()), None)


@dataclass(frozen=True, slots=True)
class Project:
    """A project in a data directory of its own."""

    data: Path
    settings: Mapping[str, str]
    id: str
    credentials: Mapping[str, Mapping[str, Any]]

    def serve(self, *options: str, **settings: str) -> AbstractContextManager[Running]:
        """Run `tellback serve`; settings are those of the environment, without their prefix."""
        env = environment({**self.settings, **settings})
        command = [TELLBACK, "serve", "--port", "0", *options, "--data", str(self.data)]
        return started(command, self.data.parent, env)

    def floor(self, module: str) -> AbstractContextManager[Running]:
        """Run a floor's server on the same data directory and database."""
        command = [sys.executable, "-m", f"bench.floors.{module}", "--data", str(self.data)]
        if url := self.settings.get("database_url"):
            command += ["--database", url]
        return started(command, self.data.parent)


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tellback-bench-", dir=_ON_DISK) as folder:
        yield Path(folder)


@contextmanager
def fresh_project(place: Place = EMBEDDED) -> Iterator[Project]:
    """A new project, as it comes."""
    with fresh_folder() as folder, place.fresh() as settings:
        yield new_project(folder / "data", settings)


def new_project(data: Path, settings: Mapping[str, str]) -> Project:
    """A project on a database of its own, which is made."""
    env = environment(settings)
    run([TELLBACK, "migrate", "--data", str(data)], env=env)
    create = [TELLBACK, "project", "create", "Bench", "--json", "--data", str(data)]
    made = json.loads(run(create, env=env))
    return Project(data, settings, made["id"], made["credentials"])


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as the environment holds them."""
    return {f"TELLBACK_{name.upper()}": value for name, value in settings.items()}
