"""What agents put on record: the day of receipt, who added a file, cases that belong together, a customer's others."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.add_column("cases", sa.Column("received_on", sa.Date(), nullable=True))
    op.add_column("evidence", sa.Column("added_by", sa.Text(), nullable=True))
    op.create_table(
        "case_ties",
        *(_text(name) for name in ("tracking_number", "other", "kind")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _text("by"),
        sa.PrimaryKeyConstraint("tracking_number", "other", name="pk_case_ties"),
    )
    op.create_index("ix_case_ties_other", "case_ties", ["other"])
    for column in ("account_number", "phone", "email"):
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_complaints_{column}", "complaints", [column], sqlite_where=known, postgresql_where=known
        )
