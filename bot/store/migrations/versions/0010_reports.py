"""What reports are made of: which questions conversations came to, and cases and conversations by their moment."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "question", name="pk_questions"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_questions_conversation_id_conversations"
        ),
    )
    # Of what was asked before, the transcripts and the open question tell.
    op.execute(
        "INSERT INTO questions (conversation_id, question) "
        "SELECT conversation_id, substr(reply, 10) FROM messages WHERE reply IN "
        "('question_nature', 'question_service', 'question_event', 'question_prior_contact', 'question_remedy', "
        "'question_account', 'question_code', 'question_contact', 'question_name', 'question_confirm', "
        "'question_place', 'question_next_step', 'question_person') "
        "UNION SELECT id, expects FROM conversations WHERE expects IS NOT NULL "
        "UNION SELECT id, 'open' FROM conversations"
    )
    op.create_index("ix_conversations_created_at", "conversations", ["created_at"])
    op.create_index("ix_cases_opened_at", "cases", ["opened_at"])
    op.create_index("ix_cases_recontact_of", "cases", ["recontact_of"])
