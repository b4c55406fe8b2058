"""What is done about responses: read, found by, and written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from tellback.core.follow_ups import Progress
from tellback.core.identifiers import is_id
from tellback.core.users import User
from tellback.store.feed import AnyRow
from tellback.store.rows import among, insert_rows
from tellback.store.tables import (
    follow_ups,
    memberships,
    response_notes,
    response_tags,
    responses,
    users,
)
from tellback.store.users import read_user

#: What leads to more responses than this is looked for in the order of time instead.
MOST = 10_000
_NOTES, _TAGS, _MEMBERS = 100, 200, 200
Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Care:
    """How far the care for a response is, whose it is (a user's id), and its tags."""

    progress: Progress = Progress.NEW
    owner_id: str | None = None
    tags: tuple[str, ...] = ()


UNTOUCHED = Care()


def read_care(
    connection: Connection, project_id: str, response_ids: Collection[str]
) -> Mapping[str, Care]:
    """The care for responses by their ids; those that nobody has looked after are left out."""
    if not response_ids:
        return {}
    table, tag = follow_ups.c, response_tags.c
    tags: dict[str, list[str]] = {}
    tagged = select(tag.response_id, tag.tag).where(
        tag.project_id == project_id, among(tag.response_id, response_ids)
    )
    for row in connection.execute(tagged.order_by(tag.tag)):
        tags.setdefault(row.response_id, []).append(row.tag)
    mine = (table.project_id == project_id, among(table.response_id, response_ids))
    rows = {row.response_id: row for row in connection.execute(select(follow_ups).where(*mine))}
    return {id_: _care(rows.get(id_), tags.get(id_, ())) for id_ in {*rows, *tags}}


def list_notes(connection: Connection, project_id: str, response_id: str) -> Sequence[AnyRow]:
    """The newest notes on a response, oldest first, with who wrote them as ``email``."""
    note = response_notes.c
    author = select(users.c.email).where(users.c.id == note.author_id).scalar_subquery()
    statement = (
        select(note.id, note.text, note.created_at, author.label("email"))
        .where(note.project_id == project_id, note.response_id == response_id)
        .order_by(note.created_at.desc(), note.id.desc())
        .limit(_NOTES)
    )
    return connection.execute(statement).all()[::-1]


def list_members(connection: Connection, project_id: str) -> list[User]:
    """Who belongs to a project, by address."""
    statement = (
        select(users)
        .join(memberships, memberships.c.user_id == users.c.id)
        .where(memberships.c.project_id == project_id)
        .order_by(users.c.email)
        .limit(_MEMBERS)
    )
    return [read_user(row) for row in connection.execute(statement)]


def list_tags(connection: Connection, project_id: str) -> list[str]:
    """The tags that a project uses, in their order; each found from the one before."""
    tag = response_tags.c
    first = select(func.min(tag.tag).label("tag")).where(tag.project_id == project_id)
    found = first.cte("found", recursive=True)
    after = select(func.min(tag.tag)).where(tag.project_id == project_id, tag.tag > found.c.tag)
    following = select(after.scalar_subquery()).where(found.c.tag.is_not(None))
    everything = found.union_all(following)
    statement = select(everything.c.tag).where(everything.c.tag.is_not(None)).limit(_TAGS)
    return list(connection.execute(statement).scalars())


def cared_for(
    connection: Connection,
    project_id: str,
    progress: Progress | None,
    owner_id: str | None,
    tag: str | None,
) -> tuple[list[Condition], list[Condition]]:
    """What must hold of responses: by an index that leads to few of them, and one by one."""
    few: list[Condition] = []
    matching: list[Condition] = []
    if progress is Progress.NEW:
        begun = follow_ups.c.progress != Progress.NEW.value
        matching.append(~_exists(project_id, follow_ups.c, begun))
    elif progress is not None:
        held = follow_ups.c.progress == progress.value
        _sort(connection, project_id, follow_ups.c, held, few, matching)
    if owner_id is not None:
        held = follow_ups.c.owner_id == owner_id
        _sort(connection, project_id, follow_ups.c, held, few, matching)
    if tag is not None:
        held = response_tags.c.tag == tag
        _sort(connection, project_id, response_tags.c, held, few, matching)
    return few, matching


def set_care(
    connection: Connection,
    project_id: str,
    response_id: str,
    care: Care,
    by: str,
    now: int,
) -> None:
    """Have a response cared for like this from now on; its tags are set apart."""
    table = follow_ups.c
    values: dict[str, Any] = {"progress": care.progress.value, "owner_id": care.owner_id}
    values |= {"changed_by": by, "changed_at": now}
    mine = (table.project_id == project_id, table.response_id == response_id)
    if not connection.execute(update(follow_ups).where(*mine).values(values)).rowcount:
        key = {"project_id": project_id, "response_id": response_id}
        connection.execute(insert(follow_ups).values({**key, **values}))


def set_tags(
    connection: Connection, project_id: str, response_id: str, tags: Collection[str]
) -> None:
    """Give a response these tags and no others."""
    tag = response_tags.c
    mine = (tag.project_id == project_id, tag.response_id == response_id)
    connection.execute(delete(response_tags).where(*mine))
    rows = [(project_id, response_id, one) for one in tags]
    if rows:
        insert_rows(connection, response_tags, ("project_id", "response_id", "tag"), rows)


def insert_note(connection: Connection, project_id: str, note: Mapping[str, Any]) -> None:
    """Store a note: id, response_id, author_id, text, created_at."""
    connection.execute(insert(response_notes).values(project_id=project_id, **note))


def has_response(connection: Connection, project_id: str, response_id: str) -> bool:
    """Whether a project has that response."""
    mine = (responses.c.project_id == project_id, responses.c.id == response_id)
    return connection.execute(select(responses.c.id).where(*mine)).first() is not None


def is_member(connection: Connection, project_id: str, user_id: str) -> bool:
    """Whether somebody belongs to a project."""
    if not is_id(user_id):
        return False
    part = memberships.c
    mine = (part.project_id == project_id, part.user_id == user_id)
    return connection.execute(select(part.user_id).where(*mine)).first() is not None


def _care(row: AnyRow | None, tags: Sequence[str]) -> Care:
    if row is None:
        return Care(tags=tuple(tags))
    return Care(Progress(row.progress), row.owner_id, tuple(tags))


def _sort(
    connection: Connection,
    project_id: str,
    table: Any,
    held: Condition,
    few: list[Condition],
    matching: list[Condition],
) -> None:
    """Put a condition where it costs least: few responses are found by their ids."""
    mine: Select[Any] = select(table.response_id).where(table.project_id == project_id, held)
    ids = connection.execute(mine.limit(MOST + 1)).scalars().all()
    if len(ids) <= MOST:
        few.append(among(responses.c.id, ids))
    else:
        matching.append(_exists(project_id, table, held))


def _exists(project_id: str, table: Any, held: Condition) -> Condition:
    mine = select(literal(1)).where(
        table.project_id == project_id, table.response_id == responses.c.id, held
    )
    return mine.exists()
