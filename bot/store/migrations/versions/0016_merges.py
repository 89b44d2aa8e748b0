"""Cases that lead to another one about the same thing."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "merges",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("by", "status_before", "events", "promises")
        ),
        sa.PrimaryKeyConstraint("case_id", "position", name="pk_merges"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_merges_case_id_cases", ondelete="CASCADE"
        ),
    )
    op.add_column("cases", sa.Column("merged_into", sa.Text(), nullable=True))
    known = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_cases_merged_into", "cases", ["merged_into"], sqlite_where=known, postgresql_where=known
    )
