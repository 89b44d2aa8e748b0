"""Where agents are signed in and since when, second steps of signing in, and tickets for one step."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_agent(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=f"fk_{table}_agent_id_agents")


def upgrade() -> None:
    for name in ("began_at", "last_seen_at"):
        op.add_column("agent_sessions", _moment(name))
    for name, default in (("browser", ""), ("way", "password")):
        column = sa.Column(name, sa.Text(), nullable=False, server_default=default)
        op.add_column("agent_sessions", column)
    op.create_table(
        "second_steps",
        *(_text(name) for name in ("agent_id", "secret")),
        _moment("confirmed_at"),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name="pk_second_steps"),
        _of_agent("second_steps"),
    )
    op.create_table(
        "recovery_codes",
        *(_text(name) for name in ("code_hash", "agent_id")),
        _moment("used_at"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_recovery_codes"),
        _of_agent("recovery_codes"),
    )
    op.create_table(
        "tickets",
        *(_text(name) for name in ("token_hash", "purpose")),
        _moment("expires_at", nullable=False),
        _text("agent_id", nullable=True),
        _moment("used_at"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_tickets"),
        _of_agent("tickets"),
    )
    op.create_index("ix_recovery_codes_agent_id", "recovery_codes", ["agent_id"])
    for column in ("expires_at", "agent_id"):
        op.create_index(f"ix_tickets_{column}", "tickets", [column])
