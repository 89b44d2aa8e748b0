"""Callers who wait in line for an agent, the agents' telephones that ring for them, and recorded messages."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("calls", sa.Column("queue", sa.Text()))
    op.add_column("calls", sa.Column("place_told_at", sa.DateTime(timezone=True)))
    op.add_column("calls", sa.Column("voicemail", sa.Text()))
    op.create_table(
        "rings",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("joined_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text()),
        sa.PrimaryKeyConstraint("row", name="pk_rings"),
        sa.UniqueConstraint("key", name="uq_rings_key"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_rings_conversation_id_conversations"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_rings_agent_id_agents"),
    )
    op.create_index("ix_rings_conversation_id_row", "rings", ["conversation_id", "row"])
    op.create_index(
        "ix_rings_open",
        "rings",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "leftovers",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_leftovers"),
    )
