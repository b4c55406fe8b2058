"""The usual stack: a FastAPI route, a pydantic model, an SQLAlchemy session, a commit per request.

It stores the response only: no key is checked, no contact kept, no duplicate looked for. That makes
it faster than a route that did Tellback's whole job would be.

A plain `def` route runs in a thread, as FastAPI's own tutorial has it. One connection in the pool
is as good as more: those would wait for one another inside SQLite. docs/benchmarks.md names the
variants that were tried. PostgreSQL gets twenty connections, whose commits go to the disk together.
"""

import time
from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import BaseModel, Field
from sqlalchemy import URL, Engine, QueuePool, create_engine, event
from sqlalchemy.orm import DeclarativeBase, sessionmaker

from bench.floors.serving import open_tables, serve
from tellback.store.ids import new_id
from tellback.store.tables import responses

PROJECT, SURVEY = new_id(), new_id()


class Base(DeclarativeBase):
    """The root of the mapped classes."""


class Response(Base):
    """A row of Tellback's own table, with its indexes."""

    __table__ = responses


class Answer(BaseModel):
    """One answer."""

    id: str
    value: int | str | list[str]


class Submitted(BaseModel):
    """What is posted."""

    writeKey: str  # noqa: N815 - the wire's name
    campaign: str
    method: str = "In-App"
    rating: Annotated[int, Field(ge=0, le=10)] | None = None
    answers: list[Answer] = []
    userId: str  # noqa: N815 - the wire's name
    traits: dict[str, Any] = {}


def make_app(url: str) -> FastAPI:
    """The application on the tables of a database."""
    engine = _open(open_tables(url).url)
    sessions = sessionmaker(engine, expire_on_commit=False)
    app = FastAPI()

    @app.post("/api/responses", status_code=201)
    def create(submitted: Submitted) -> dict[str, str]:
        id_ = new_id()
        with sessions() as session:
            session.add(_response(id_, submitted))
            session.commit()
        return {"id": id_}

    return app


def _open(url: URL) -> Engine:
    if url.drivername != "sqlite":
        return create_engine(url, pool_size=20, max_overflow=0)
    apart = {"check_same_thread": False}
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=apart
    )
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _response(id_: str, submitted: Submitted) -> Response:
    now = time.time_ns() // 1_000_000
    comment = next((a.value for a in submitted.answers if isinstance(a.value, str)), None)
    return Response(
        project_id=PROJECT,
        id=id_,
        dialect="satismeter",
        channel="in_app",
        survey_id=SURVEY,
        survey_version=1,
        answers=[answer.model_dump() for answer in submitted.answers],
        metric="nps",
        rating=submitted.rating,
        comment=comment,
        completed=True,
        dismissed=False,
        traits=submitted.traits,
        revision=1,
        created_at=now,
        updated_at=now,
    )


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


if __name__ == "__main__":
    serve(make_app)
