"""What facts of a case were before they were put right, and whose case it is."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("by", "what", "before", "after")),
        sa.PrimaryKeyConstraint("case_id", "position", name="pk_corrections"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_corrections_case_id_cases", ondelete="CASCADE"
        ),
    )
    op.add_column("cases", sa.Column("assigned_to", sa.Text(), nullable=True))
    op.create_index("ix_cases_assigned_to_id", "cases", ["assigned_to", "id"])
