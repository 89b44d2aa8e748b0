"""Goodwill that agents want to offer and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.PrimaryKeyConstraint("row", name="pk_proposals"),
        sa.UniqueConstraint("id", name="uq_proposals_id"),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_proposals_agent_id_agents"),
    )
    for column in ("tracking_number", "status"):
        op.create_index(f"ix_proposals_{column}", "proposals", [column])
