"""The record of who saw and did what at the desk, which is only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_REFUSAL = "the audit record is only added to"

_SQLITE = [
    f"CREATE TRIGGER audit_not_{name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for name, event in (
        ("changed", "UPDATE ON audit"),
        ("removed", "DELETE ON audit"),
        # INSERT OR REPLACE would remove the old row without a word
        (
            "replaced",
            "INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number OR hash = NEW.hash)",
        ),
    )
]
_POSTGRESQL = [
    "CREATE FUNCTION audit_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER audit_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added_to()",
]


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text()),
        sa.Column("subject_id", sa.Text()),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
    )
    for column in ("agent_id", "subject_id"):
        op.create_index(f"ix_audit_{column}", "audit", [column, "number"])
    op.create_table(
        "audit_head",
        sa.Column("row", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row", name="pk_audit_head"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(statement)
