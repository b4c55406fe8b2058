"""Invitations as they stand at some point of their life, put into the tables directly."""

from itertools import count
from typing import Any

from sqlalchemy import insert

from tellback.core.model import Project
from tellback.store.rows import insert_rows
from tellback.store.tables import invitations, responses
from tests.actions.workroom import WIRE, Workroom

_numbers = count(1)


def invited(room: Workroom, project: Project | None = None, **columns: Any) -> str:
    """Insert an invitation and, where ``rating`` or ``comment`` is given, its answer; its id."""
    number = next(_numbers)
    project = project or room.shop
    answer = {name: columns.pop(name) for name in ("rating", "comment") if name in columns}
    row = {
        "project_id": project.id,
        "id": f"{number:032x}",
        "dialect": WIRE,
        "request_id": "0" * 32,
        "survey_id": room.nps.id,
        "channel": "email",
        "address": "alice@example.org",
        "reference": f"ref-{number}",
        "transactional": False,
        "state": "queued",
        "created_at": room.now,
        "due_at": room.now,
        **columns,
    }
    if answer:
        row.setdefault("responded_at", row["created_at"] + 1)
    with room.connection.begin():
        room.connection.execute(insert(invitations).values(**row))
        if answer:
            room.connection.execute(
                insert(responses).values(**_answer(room, row, number), **answer)
            )
    return str(row["id"])


def many_invited(room: Workroom, number: int = 2_000) -> None:
    """So many invitations of both projects that what an engine does with them is no chance."""
    columns = ("project_id", "id", "dialect", "request_id", "survey_id", "channel", "address")
    columns += ("reference", "transactional", "state", "created_at", "due_at")
    columns += ("opened_at", "responded_at")
    rows = [
        (
            *((room.shop, room.other)[n % 2].id, f"{n:08x}{'f' * 24}", WIRE, "0" * 32),
            *(room.nps.id, "email", f"{n}@example.org", f"many-{n}", False, "opened"),
            *(room.now - n, room.now, room.now + n, room.now + 2 * n if n % 3 else None),
        )
        for n in range(number)
    ]
    with room.connection.begin():
        insert_rows(room.connection, invitations, columns, rows)
        if room.connection.dialect.name == "postgresql":
            room.connection.exec_driver_sql("ANALYZE invitations")


def _answer(room: Workroom, row: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "project_id": row["project_id"],
        "id": f"{number:032x}",
        "dialect": row["dialect"],
        "channel": "email",
        "survey_id": row["survey_id"],
        "survey_version": 1,
        "invitation_id": row["id"],
        "answers": {},
        "metric": "binary",
        "completed": True,
        "dismissed": False,
        "revision": 1,
        "created_at": row["responded_at"],
        "updated_at": row["responded_at"],
    }
