"""The tables of what a project's people do about responses."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint

from tellback.store.schema import Id, metadata, partial, tenant

#: Of responses that somebody has looked after. With the response, so that finding reads no row.
follow_ups = Table(
    "follow_ups",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("response_id", Id, primary_key=True),
    Column("progress", Text, nullable=False),
    Column("owner_id", Id),
    Column("changed_by", Id, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index("ix_follow_ups_progress", "project_id", "progress", "response_id"),
    partial(
        "ix_follow_ups_owner",
        "project_id",
        "owner_id",
        "response_id",
        where="owner_id IS NOT NULL",
    ),
)

response_tags = Table(
    "response_tags",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("response_id", Id, primary_key=True),
    Column("tag", Text, primary_key=True),
    Index("ix_response_tags_tag", "project_id", "tag", "response_id"),
)

response_notes = tenant(
    "response_notes",
    Column("response_id", Id, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_response_notes_response", "project_id", "response_id", "created_at"),
)

#: Searches for responses that have a name: the query of an address.
saved_searches = tenant(
    "saved_searches",
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)
