"""Why somebody opened what is not their work stands in the record of deeds."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("audit", sa.Column("detail", sa.Text()))
