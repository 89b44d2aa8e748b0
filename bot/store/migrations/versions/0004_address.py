"""The street address that a customer gave, in their words."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("complaints", sa.Column("address", sa.Text(), nullable=True))
