"""An album is collected from its parts.

Revision: 72c170d17b9e, after 5d1c0a94e2b7
"""

import sqlalchemy as sa

from alembic import op

revision = '72c170d17b9e'
down_revision = '5d1c0a94e2b7'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('album', sa.String(length=64), nullable=True))
        batch_op.create_index(
            'ix_inbox_bot_lane_album',
            ['bot', 'lane', 'album'],
            unique=False,
            sqlite_where=sa.text('album IS NOT NULL'),
            postgresql_where=sa.text('album IS NOT NULL'),
        )


def downgrade() -> None:
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_bot_lane_album')
        batch_op.drop_column('album')
