"""How Alembic runs here: on the connection that `bot.store.migrate` hands in, never by itself."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    # SQLite can undo CREATE TABLE as well.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
