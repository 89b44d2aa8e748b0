"""Side-steps one within another, several cases in a conversation, and more of what customers tell."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _add(table: str, *columns: sa.Column) -> None:
    for column in columns:
        op.add_column(table, column)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=True)


def _list(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False, server_default="[]")


def _count(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def upgrade() -> None:
    _add("complaints", _text("represented"), _list("companies"), _list("circumstances"))
    _add("events", _text("person"))
    _add("prior_contacts", _text("person"))
    _add("conversations", *(_list(name) for name in ("set_aside", "answered", "earlier", "doubt")))
    _add("conversations", _flag("another_wanted"), _text("enquiry_wish"), _count("insults"))
    # the names of questions hold nothing that JSON would escape
    op.execute("UPDATE conversations SET set_aside = '[\"' || came_from || '\"]' WHERE came_from IS NOT NULL")
    op.drop_column("conversations", "came_from")
