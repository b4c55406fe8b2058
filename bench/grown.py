"""A project with a year of invitations and answers, put into its tables directly."""

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from bench.processes import run
from bench.project import TELLBACK, Project, fresh_project, new_project
from bench.visitor import add_owner
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.store.tables import invitations, responses

#: Words are drawn by Zipf's law. In a comment of ten words these two come with about one comment of
#: fifteen and one of thirty thousand.
_WORDS = 30_000
COMMON_RANK, RARE_RANK = 12, 25_000
#: The value of the property `city` that is asked for; a tenth of the invitations have it.
CITY, OTHER_CITY = "Bonn", "Town 1"
_CITIES = (CITY, *(f"Town {n}" for n in range(1, 10)))
_PLANS = ("free", "small", "large")
#: How many of the invitations are answered.
ANSWERED = 0.4
_COMMENTED, _NEGATIVE, _OPENED = 0.6, 0.2, 0.6
_AT_A_TIME = 50_000
_SYLLABLES = [f"{a}{b}" for a in "bdfgklmnprstvz" for b in "aeiou"]
_INVITATION = (
    "project_id, id, dialect, request_id, survey_id, channel, address, reference, transactional, "
    "properties, state, created_at, due_at, attempts, message_id, claimed_at, sent_at, opened_at, "
    "responded_at"
)
_RESPONSE = (
    "project_id, id, dialect, channel, survey_id, survey_version, invitation_id, answers, metric, "
    "rating, comment, completed, dismissed, user_agent, revision, created_at, updated_at"
)
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def word(rank: int) -> str:
    """The word that comes so many places after the commonest."""
    made, left = "", rank + len(_SYLLABLES)
    while left:
        left, place = divmod(left, len(_SYLLABLES))
        made += _SYLLABLES[place]
    return made


@contextmanager
def grown_project(rows: int, kept: Path | None = None) -> Iterator[Project]:
    """A project with so many invitations of the last year, rolled up; gone afterwards.

    With a folder where it is ``kept`` it is filled there once a day.
    """
    if kept is None:
        with fresh_project() as project:
            _grow(project, rows)
            yield project
        return
    folder = kept / f"{rows}-{datetime.now(UTC):%Y-%m-%d}"
    made = folder / "project.json"
    if not made.exists():
        # What is left of a run that did not come to its end is of no use.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        project = new_project(folder / "data", {})
        _grow(project, rows)
        made.write_text(json.dumps({"id": project.id, "credentials": project.credentials}))
    yield Project(folder / "data", {}, **json.loads(made.read_text()))


def _grow(project: Project, rows: int) -> None:
    add_owner(project)
    data = ["--data", str(project.data)]
    run([TELLBACK, "project", "set", "rolled_properties", "city", *data])
    with closing(sqlite3.connect(project.data / "tellback.db", isolation_level=None)) as base:
        _fill(base, project.id, rows)
    run([TELLBACK, "rollup", "rebuild", "--all", *data])


def _fill(base: sqlite3.Connection, project_id: str, rows: int) -> None:
    for pragma in ("synchronous=OFF", "cache_size=-262144"):
        base.execute(f"PRAGMA {pragma}")
    base.execute("BEGIN")
    (survey,) = base.execute(
        "SELECT id FROM surveys WHERE project_id = ? ORDER BY number", (project_id,)
    ).fetchone()
    for name in ("city", "plan"):
        declare = "INSERT INTO property_definitions VALUES (?, ?, 'string', 0)"
        base.execute(declare, (project_id, name))
    names = (invitations.name, responses.name)
    found = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql AND tbl_name IN (?, ?)"
    )
    found = found.replace("AND sql AND", "AND sql IS NOT NULL AND")
    indexes = base.execute(found, names).fetchall()
    # Made at the end: sorting is faster than putting each row in its place.
    for name, _ in indexes:
        base.execute(f'DROP INDEX "{name}"')
    asked: list[tuple[Any, ...]] = []
    answered: list[tuple[Any, ...]] = []
    for invitation, answer in _year(project_id, survey, rows):
        asked.append(invitation)
        answered += [answer] if answer else []
        if len(asked) == _AT_A_TIME:
            _insert(base, asked, answered)
    _insert(base, asked, answered)
    for _, statement in indexes:
        base.execute(statement)
    base.execute("COMMIT")
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(
    base: sqlite3.Connection, asked: list[tuple[Any, ...]], answered: list[tuple[Any, ...]]
) -> None:
    for table, columns, rows in (
        (invitations.name, _INVITATION, asked),
        (responses.name, _RESPONSE, sorted(answered, key=lambda row: row[1])),
    ):
        marks = ", ".join("?" * (columns.count(",") + 1))
        base.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    asked.clear()
    answered.clear()


def _year(
    project_id: str, survey: str, rows: int
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...] | None]]:
    """Invitations in the order of their requests, each with its answer if it has one."""
    dice, now = Random(4), int(time.time() * 1000)
    vocabulary = [word(rank) for rank in range(_WORDS)]
    weights = list(accumulate(1 / (rank + 2) for rank in range(_WORDS)))
    for number in range(rows):
        at = now - 365 * DAY + 365 * DAY * number // rows
        id_ = f"{at:012x}7{dice.getrandbits(76):019x}"
        properties = f'{{"city":"{dice.choice(_CITIES)}","plan":"{dice.choice(_PLANS)}"}}'
        sent = at + dice.randrange(30 * MINUTE)
        opened = sent + dice.randrange(8 * HOUR) if dice.random() < _OPENED else None
        replied = None
        if opened and dice.random() < ANSWERED / _OPENED and opened + MINUTE < now:
            replied = opened + dice.randrange(MINUTE)
        state = "responded" if replied else "opened" if opened else "sent"
        mail = (f"<{id_}@bench.example>", at, sent, opened, replied)
        about = (f"p{number}@bench.example", f"r-{number}", False, properties, state)
        head = (project_id, id_, "boolean", "0" * 32, survey, "email")
        answer = None
        if replied:
            said = None
            if dice.random() < _COMMENTED:
                some = dice.choices(vocabulary, cum_weights=weights, k=dice.randint(5, 15))
                said = " ".join(some).capitalize() + "."
            rating = -1.0 if dice.random() < _NEGATIVE else 1.0
            own = (project_id, f"{replied:012x}7{dice.getrandbits(76):019x}", "boolean", "email")
            given = f'{{"rating":"{rating:.0f}","comment":"{said or ""}"}}'
            answer = (*own, survey, 1, id_, given, "binary", rating, said, True, False, _AGENT, 1)
            answer = (*answer, replied, replied)
        yield (*head, *about, at, at, 1, *mail), answer
