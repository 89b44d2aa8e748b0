"""What whoever waits for a person was told of how they stand."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("told_standing", sa.Text()))
