"""Playbooks at work, what the provider's systems are told to do, and who was proved to be whom."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _text(name: str, nullable: bool = True, **more: object) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable, **more)


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "resolutions",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *(_text(name, nullable=False) for name in ("playbook", "finding", "step", "facts")),
        sa.Column("at_stake", sa.BigInteger(), nullable=False),
        _moment("at", nullable=False),
        _text("province"),
        _text("customer_kind"),
        _text("values", nullable=False),
        _text("answers", nullable=False),
        _text("outcome"),
        _moment("ended_at"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_resolutions_case_id_cases", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "position", name="pk_resolutions"),
    )
    op.create_table(
        "accounts",
        _text("account_number", nullable=False),
        sa.PrimaryKeyConstraint("account_number", name="pk_accounts"),
    )
    op.create_table(
        "instructions",
        sa.Column("row", sa.Integer(), nullable=False),
        *(
            _text(name, nullable=False)
            for name in ("key", "kind", "account_number", "tracking_number", "reason")
        ),
        _moment("at", nullable=False),
        _text("subject"),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("goodwill", sa.Boolean(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        *(_text(name) for name in ("window", "phone", "notify_kind", "notify_to")),
        _text("language", nullable=False),
        _text("reference"),
        _moment("done_at"),
        _moment("refused_at"),
        _text("refusal"),
        _moment("due_at"),
        sa.Column("failures", sa.Integer(), nullable=False),
        _text("claimed_by"),
        _moment("claimed_until"),
        sa.PrimaryKeyConstraint("row", name="pk_instructions"),
        sa.UniqueConstraint("key", name="uq_instructions_key"),
    )
    op.create_index("ix_instructions_tracking_number", "instructions", ["tracking_number"])
    op.create_index("ix_instructions_account_number_at", "instructions", ["account_number", "at"])
    op.create_index(
        "ix_instructions_due",
        "instructions",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "books",
        sa.Column("row", sa.Integer(), nullable=False),
        *(_text(name, nullable=False) for name in ("key", "reference", "account_number", "kind")),
        _text("subject"),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        _text("reason", nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        _text("window"),
        _moment("at", nullable=False),
        sa.PrimaryKeyConstraint("row", name="pk_books"),
        sa.UniqueConstraint("key", name="uq_books_key"),
        sa.UniqueConstraint("reference", name="uq_books_reference"),
    )
    op.create_index("ix_books_account_number", "books", ["account_number"])
    # The reversal of a charge bears the key that such a credit has now, so that it is never given again; should a
    # charge have had several, the first one does. No credit is lost.
    op.execute(
        "INSERT INTO books (key, reference, account_number, kind, subject, cents, reason, at)"
        " SELECT CASE WHEN credits.row = firsts.row THEN 'credit:' || account_number || ':' || charge_id ELSE key END,"
        " reference, account_number, 'credit', charge_id, cents, reason, at FROM credits"
        " LEFT JOIN (SELECT min(c.row) AS row FROM credits AS c WHERE c.charge_id IS NOT NULL"
        " GROUP BY c.account_number, c.charge_id) AS firsts ON firsts.row = credits.row"
        " ORDER BY credits.row"
    )
    op.drop_table("credits")
    op.add_column("offers", _text("parts", nullable=False, server_default="[]"))
    op.add_column("proofs", _text("customer"))
    op.add_column("cases", _text("recontact_of"))
    op.create_index("ix_cases_account_number_opened_at", "cases", ["account_number", "opened_at"])
