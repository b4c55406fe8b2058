"""A maildir that bounces arrive in."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tellback.mail.bounces import Bounce, ReportUnreadable, parse_bounces

_READ_AT_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Report:
    """One arrived mail. ``error`` says why it could not be read; then there are no bounces."""

    name: str
    bounces: tuple[Bounce, ...]
    error: str | None = None


def scan_maildir(maildir: Path, batch: int = 100) -> Iterator[list[Report]]:
    """The mails in ``new``, oldest first, in batches.

    A batch moves to ``cur`` when the next one is asked for, so commit what you made of it inside
    the loop: leave the loop by an exception or a break, and the batch is found again next time.
    Raises OSError if there is no such maildir.
    """
    arrived = iter(sorted(path for path in (maildir / "new").iterdir() if path.is_file()))
    while paths := list(islice(arrived, batch)):
        yield [_read(path) for path in paths]
        for path in paths:
            with suppress(FileNotFoundError):  # another program tidies up, too
                path.rename(maildir / "cur" / f"{path.name.partition(':')[0]}:2,S")


def _read(path: Path) -> Report:
    try:
        with path.open("rb") as file:
            return Report(path.name, tuple(parse_bounces(file.read(_READ_AT_MOST))))
    except (OSError, ReportUnreadable) as error:
        return Report(path.name, (), str(error))
