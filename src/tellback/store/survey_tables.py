"""The tables of surveys: what is asked, what was asked before, and what is still being written."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, Text, UniqueConstraint

from tellback.store.schema import Id, OrderedJson, metadata, tenant

surveys = tenant(
    "surveys",
    Column("key", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("dialect", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "key"),
    UniqueConstraint("project_id", "number"),
)

survey_versions = Table(
    "survey_versions",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("survey_id", Id, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("definition", OrderedJson, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("published_by", Text),
)

#: What an owner is still writing, by the survey's key; ``version`` is the one that it began from.
survey_drafts = Table(
    "survey_drafts",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("content", OrderedJson, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", Text, nullable=False),
)
