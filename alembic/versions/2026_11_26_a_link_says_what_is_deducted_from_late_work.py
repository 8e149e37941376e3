"""A link says what is deducted from late work.

Revision: 829d6db32af7, after 41f75dbd8485
"""

import sqlalchemy as sa

from alembic import op

revision = '829d6db32af7'
down_revision = '41f75dbd8485'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.add_column(sa.Column('penalty', sa.String(length=20), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.drop_column('penalty')

