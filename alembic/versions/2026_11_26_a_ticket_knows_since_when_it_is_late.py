"""A ticket knows since when it is late.

Revision: 6fea6931736f, after 514d78ea9177
"""

import sqlalchemy as sa

from alembic import op

revision = '6fea6931736f'
down_revision = '514d78ea9177'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('late_since', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_column('late_since')
