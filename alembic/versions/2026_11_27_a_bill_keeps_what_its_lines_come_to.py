"""A bill keeps what its lines come to.

Revision: 6ed915da2ea3, after 71853188b701
"""

import sqlalchemy as sa

from alembic import op

revision = '6ed915da2ea3'
down_revision = '71853188b701'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('bills', schema=None) as batch_op:
        batch_op.add_column(sa.Column('currency', sa.String(length=3), nullable=True))
        batch_op.add_column(sa.Column('gross', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('deducted', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('digest', sa.String(length=12), server_default='', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('bills', schema=None) as batch_op:
        batch_op.drop_column('digest')
        batch_op.drop_column('deducted')
        batch_op.drop_column('gross')
        batch_op.drop_column('currency')

