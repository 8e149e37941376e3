"""A bot is silent after a start from a backup.

Revision: bfdfe7677644, after 3aa2ff74530f
"""

import sqlalchemy as sa

from alembic import op

revision = 'bfdfe7677644'
down_revision = '3aa2ff74530f'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('leases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('silent_since', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('leases', schema=None) as batch_op:
        batch_op.drop_column('silent_since')
