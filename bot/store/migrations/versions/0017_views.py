"""Views of the list of cases, and the promises that are still to be kept by their dates."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "saved_views",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "agent_id", "name", "query")),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_saved_views_agent_id_agents"),
        sa.UniqueConstraint("agent_id", "name", name="uq_saved_views_agent_id_name"),
    )
    is_open = sa.text("kept_at IS NULL")
    op.create_index(
        "ix_promises_open", "promises", ["due_at"], sqlite_where=is_open, postgresql_where=is_open
    )
