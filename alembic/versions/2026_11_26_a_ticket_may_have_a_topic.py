"""A ticket may have a topic.

Revision: 273186ca695d, after 7ed7210e8657
"""

import sqlalchemy as sa

from alembic import op

revision = '273186ca695d'
down_revision = '7ed7210e8657'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('topic', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('topic_at', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('topic_look', sa.String(length=64), nullable=True))
    op.create_index('ix_messages_reply_to_id', 'messages', ['reply_to_id'])


def downgrade() -> None:
    op.drop_index('ix_messages_reply_to_id', table_name='messages')
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_column('topic_look')
        batch_op.drop_column('topic_at')
        batch_op.drop_column('topic')
