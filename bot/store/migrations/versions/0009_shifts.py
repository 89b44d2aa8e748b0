"""What agents take on and when, who is at the desk, and how long customers waited."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for name, default in (("skills", "[]"), ("shift", "[]")):
        op.add_column("agents", sa.Column(name, sa.Text(), nullable=False, server_default=default))
    op.add_column("agents", sa.Column("most_at_once", sa.Integer(), nullable=False, server_default="4"))
    op.add_column("agents", sa.Column("phone", sa.Text()))
    op.create_table(
        "presences",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("agent_id", name="pk_presences"),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_presences_agent_id_agents"),
    )
    op.add_column("holdings", sa.Column("waited_since", sa.DateTime(timezone=True)))
    op.create_index("ix_holdings_waited_since", "holdings", ["waited_since"])
