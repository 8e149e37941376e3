"""A copy tells when it was said.

Revision: 7ed7210e8657, after 72c170d17b9e
"""

import sqlalchemy as sa

from alembic import op

revision = '7ed7210e8657'
down_revision = '72c170d17b9e'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('copies', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('past', sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table('copies', schema=None) as batch_op:
        batch_op.drop_column('past')
