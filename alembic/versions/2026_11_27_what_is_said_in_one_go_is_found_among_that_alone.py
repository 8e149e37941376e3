"""What is said in one go is found among that alone.

Revision: 3c8d51f07ab4, after a1e7a126e7e9
"""

import sqlalchemy as sa

from alembic import op

revision = '3c8d51f07ab4'
down_revision = 'a1e7a126e7e9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('copies', schema=None) as batch_op:
        batch_op.drop_index('ix_copies_merged_with_id')
        batch_op.create_index('ix_copies_merged_with_id', ['merged_with_id'], unique=False, sqlite_where=sa.text('merged_with_id IS NOT NULL'), postgresql_where=sa.text('merged_with_id IS NOT NULL'))



def downgrade() -> None:
    with op.batch_alter_table('copies', schema=None) as batch_op:
        batch_op.drop_index('ix_copies_merged_with_id', sqlite_where=sa.text('merged_with_id IS NOT NULL'), postgresql_where=sa.text('merged_with_id IS NOT NULL'))
        batch_op.create_index('ix_copies_merged_with_id', ['merged_with_id'], unique=False)

