"""A ticket may be offered to several at once.

Revision: f301c7fa2458, after c2e71430db44
"""

import sqlalchemy as sa

from alembic import op

revision = 'f301c7fa2458'
down_revision = 'c2e71430db44'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_column('batch')

