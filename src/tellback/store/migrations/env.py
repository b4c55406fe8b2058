"""Alembic's entry: runs the migrations on the connection that `migrate` hands over."""

from alembic import context

from tellback.store.tables import projects

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=projects.metadata,  # the metadata that all tables share
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
