"""The tables of the roll-ups: counts by day, what has changed since, and what they were made by."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from tellback.store.schema import Id, Json, metadata

#: Counts of one day that add up; `content` is by name (tellback.core.rollup). What is counted of an
#: invitation may happen later than on its day: up to `last_day`.
rollup_cells = Table(
    "rollup_cells",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("survey_id", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("dialect", Text, primary_key=True),
    Column("last_day", Integer, nullable=False),
    Column("content", Json, nullable=False),
    Index("ix_rollup_cells_day", "project_id", "source", "day"),
)

#: Each word that there are cells of, once: a search for a part of a word goes through all of them.
rollup_words = Table(
    "rollup_words",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("word", Text, primary_key=True),
)

#: Times of which something has changed since their cells were made; `taken_by` is empty, or who
#: is making them anew.
rollup_marks = Table(
    "rollup_marks",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("start_at", BigInteger, primary_key=True),
    Column("taken_by", Text, primary_key=True),
    Column("end_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
)

#: By which settings a project's cells are made. Days before `visits_from` and `shown_from` have no
#: rows any more: their cells are all that is left of them.
rollup_heads = Table(
    "rollup_heads",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("zone", Text, nullable=False),
    Column("properties", Json, nullable=False),
    Column("visits_from", Integer, nullable=False),
    Column("shown_from", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
)
