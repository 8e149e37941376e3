"""People were called otherwise before.

Revision: 5f0c2d7a9e31, after 782a761d0019
"""

import sqlalchemy as sa

from alembic import op

revision = '5f0c2d7a9e31'
down_revision = '782a761d0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ('persons', 'clients'):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column('former', sa.JSON(), server_default='[]', nullable=False))


def downgrade() -> None:
    for table in ('clients', 'persons'):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column('former')
