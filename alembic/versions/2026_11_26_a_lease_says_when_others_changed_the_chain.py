"""A lease says when somebody else than the owner of a bot changed its chain.

Revision: 5d1c0a94e2b7, after bfdfe7677644
"""

import sqlalchemy as sa

from alembic import op

revision = '5d1c0a94e2b7'
down_revision = 'bfdfe7677644'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('leases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changed_at', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('leases', schema=None) as batch_op:
        batch_op.drop_column('changed_at')
