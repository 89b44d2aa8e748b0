"""Calls, texters with their consent, evidence, and what became of each notice."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _text(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_conversation_id_conversations"
    return sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=name)


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        for column in (_text("carrier_id"), _text("delivery"), _moment("delivered_at")):
            outbox.add_column(column)
        outbox.add_column(sa.Column("unasked", sa.Boolean(), nullable=False, server_default=sa.false()))
        outbox.create_unique_constraint("uq_outbox_carrier_id", ["carrier_id"])
    op.create_index(
        "ix_outbox_unsent_to",
        "outbox",
        ["to", "kind"],
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "calls",
        _text("sid", nullable=False),
        _text("conversation_id", nullable=False),
        _text("caller"),
        _text("called"),
        _moment("started_at", nullable=False),
        _moment("last_at", nullable=False),
        _flag("language_chosen"),
        _number("turn"),
        _text("awaits"),
        *(_number(name) for name in ("said_to", "silences", "unsure")),
        _text("heard"),
        _flag("slow"),
        _flag("texts_wanted"),
        _text("transfer"),
        _text("recording"),
        _text("told"),
        _moment("ended_at"),
        sa.PrimaryKeyConstraint("sid", name="pk_calls"),
        sa.UniqueConstraint("conversation_id", name="uq_calls_conversation_id"),
        _of_conversation("calls"),
    )
    op.create_index(
        "ix_calls_open",
        "calls",
        ["last_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "texters",
        _text("phone", nullable=False),
        _text("conversation_id"),
        _moment("last_at"),
        _moment("opted_out_at"),
        _flag("greeted"),
        _number("answers"),
        _moment("counted_from"),
        sa.PrimaryKeyConstraint("phone", name="pk_texters"),
        _of_conversation("texters"),
    )
    op.create_table(
        "consents",
        _number("row"),
        *(_text(name, nullable=False) for name in ("message_sid", "phone", "wish", "word")),
        _moment("at", nullable=False),
        sa.PrimaryKeyConstraint("row", name="pk_consents"),
        sa.UniqueConstraint("message_sid", name="uq_consents_message_sid"),
    )
    op.create_index("ix_consents_phone", "consents", ["phone"])
    op.create_table(
        "evidence",
        *(_text(name, nullable=False) for name in ("id", "conversation_id", "source", "url", "media_type")),
        _moment("received_at", nullable=False),
        _text("state", nullable=False),
        _text("reason"),
        _number("bytes", nullable=True),
        _text("sha256"),
        _moment("ended_at"),
        _moment("due_at"),
        _number("failures"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("source", name="uq_evidence_source"),
        _of_conversation("evidence"),
    )
    op.create_index("ix_evidence_conversation_id", "evidence", ["conversation_id"])
    op.create_index(
        "ix_evidence_waiting",
        "evidence",
        ["received_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
