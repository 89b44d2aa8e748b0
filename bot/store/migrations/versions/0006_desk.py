"""Agents with their sessions, and who holds a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "agents",
        *(_text(name) for name in ("id", "email", "name", "role", "language", "languages")),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        _text("password_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
        sa.UniqueConstraint("email", name="uq_agents_email"),
    )
    op.create_table(
        "agent_sessions",
        *(_text(name) for name in ("token_hash", "agent_id")),
        _moment("expires_at", nullable=False),
        _moment("revoked_at"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_agent_sessions"),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_agent_sessions_agent_id_agents"),
    )
    op.create_index("ix_agent_sessions_agent_id", "agent_sessions", ["agent_id"])
    for column in (_moment("held_since"), _text("agent_id", nullable=True), _moment("agent_seen_at")):
        op.add_column("conversations", column)
    # Whoever waits already has waited at least since now.
    op.execute("UPDATE conversations SET held_since = CURRENT_TIMESTAMP WHERE holder IN ('waiting', 'agent')")
    op.create_index(
        "ix_conversations_held",
        "conversations",
        ["holder", "held_since"],
        sqlite_where=sa.text("holder != 'assistant'"),
        postgresql_where=sa.text("holder != 'assistant'"),
    )
    op.create_table(
        "holdings",
        sa.Column("row", sa.Integer(), nullable=False),
        *(_text(name) for name in ("conversation_id", "agent_id")),
        _moment("began_at", nullable=False),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        _moment("ended_at"),
        _text("ended_by", nullable=True),
        _text("note"),
        sa.PrimaryKeyConstraint("row", name="pk_holdings"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_holdings_conversation_id_conversations"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_holdings_agent_id_agents"),
    )
    for column in ("conversation_id", "agent_id"):
        op.create_index(f"ix_holdings_{column}", "holdings", [column])
