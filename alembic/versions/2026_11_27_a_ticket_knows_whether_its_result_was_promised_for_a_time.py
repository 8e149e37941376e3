"""A ticket knows whether its result was promised for a time.

Revision: 782a761d0019, after 3c8d51f07ab4
"""

import sqlalchemy as sa

from alembic import op

revision = '782a761d0019'
down_revision = '3c8d51f07ab4'
branch_labels = None
depends_on = None

def upgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('promised', sa.Boolean(), server_default=sa.false(), nullable=False))

    # Terms say so as they are now: what they were when a ticket ended is not known any more.
    op.execute(
        'UPDATE tickets SET promised = (CASE WHEN link_id IS NULL'
        ' THEN (SELECT resolve_within FROM parties WHERE parties.id = tickets.party_id)'
        ' ELSE (SELECT resolve_within FROM links WHERE links.id = tickets.link_id) END) IS NOT NULL'
    )

def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_column('promised')

