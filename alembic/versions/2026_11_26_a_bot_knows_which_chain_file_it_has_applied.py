"""A bot knows which chain file it has applied.

Revision: 514d78ea9177, after fdb076424ac6
"""

import sqlalchemy as sa

from alembic import op

revision = '514d78ea9177'
down_revision = 'fdb076424ac6'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('leases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('chain_read', sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('leases', schema=None) as batch_op:
        batch_op.drop_column('chain_read')

