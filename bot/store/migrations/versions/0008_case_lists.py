"""What the desk searches cases by, and the order of urgency."""

import sqlalchemy as sa
from alembic import op

from bot.store.case_lists import searched_by

revision = "0008"
down_revision = "0007"

BATCH = 1000


def upgrade() -> None:
    searches = op.create_table(
        "case_searches",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_searches"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_case_searches_case_id_cases", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_cases_priority_id", "cases", ["priority", "id"])
    last = 0
    while known := op.get_bind().execute(_CASES, {"last": last, "batch": BATCH}).mappings().all():
        op.bulk_insert(
            searches,
            [
                {
                    "case_id": row["id"],
                    "words": searched_by({**row, "account_number": row["proven_account"]}, row),
                }
                for row in known
            ],
        )
        last = known[-1]["id"]


_CASES = sa.text(
    "SELECT cases.id, cases.tracking_number, cases.account_number AS proven_account, complaints.account_number, "
    "complaints.name, complaints.represented, complaints.email, complaints.phone, complaints.narrative "
    "FROM cases JOIN complaints ON complaints.id = cases.complaint_id "
    "WHERE cases.id > :last ORDER BY cases.id LIMIT :batch"
)
