"""The conversations that another desk is asked to take, and what is to be delivered there."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "desk_links",
        _number("id"),
        *(_text(name) for name in ("key", "conversation_id", "desk")),
        _moment("began_at", nullable=False),
        *(_number(name) for name in ("from_seq", "queued_seq")),
        _text("reference", nullable=True),
        _moment("ended_at"),
        _text("ended_by", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_desk_links"),
        sa.UniqueConstraint("key", name="uq_desk_links_key"),
        sa.UniqueConstraint("desk", "reference", name="uq_desk_links_desk_reference"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_desk_links_conversation_id_conversations"
        ),
    )
    op.create_index("ix_desk_links_conversation_id", "desk_links", ["conversation_id"])
    op.create_index(
        "ix_desk_links_open",
        "desk_links",
        ["desk"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "desk_deliveries",
        *(_number(name) for name in ("id", "link_id")),
        *(_text(name) for name in ("key", "kind", "subject")),
        _moment("at", nullable=False),
        *(_moment(name) for name in ("due_at", "done_at")),
        _text("claimed_by", nullable=True),
        _moment("claimed_until"),
        _number("failures"),
        _moment("failed_at"),
        _text("reason_code", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_desk_deliveries"),
        sa.UniqueConstraint("key", name="uq_desk_deliveries_key"),
        sa.ForeignKeyConstraint(["link_id"], ["desk_links.id"], name="fk_desk_deliveries_link_id_desk_links"),
    )
    op.create_index(
        "ix_desk_deliveries_undone",
        "desk_deliveries",
        ["link_id", "id"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
