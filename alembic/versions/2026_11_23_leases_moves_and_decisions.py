"""Leases, chats that move, merged copies, decisions of operators.

Revision: 3aa2ff74530f, after 5636e2dc54ae
"""

import sqlalchemy as sa

from alembic import op

revision = '3aa2ff74530f'
down_revision = '5636e2dc54ae'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('leases',
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('epoch', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('until', sa.BigInteger(), nullable=False),
    sa.Column('stopped', sa.Text(), nullable=True),
    sa.Column('paused_until', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('bot', name=op.f('pk_leases'))
    )
    op.create_table('decisions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('chat', sa.String(length=64), nullable=True),
    sa.Column('what', sa.String(length=20), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_decisions_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions'))
    )
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decisions_delivery_id'), ['delivery_id'], unique=False)

    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('epoch', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='0', nullable=False))

    with op.batch_alter_table('copies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_with_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_copies_merged_with_id'), ['merged_with_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_copies_merged_with_id'), 'messages', ['merged_with_id'], ['id'])

    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_deliveries_bot_stuck', ['bot', 'state'], unique=False, sqlite_where=sa.text("state IN ('unclear', 'failed')"), postgresql_where=sa.text("state IN ('unclear', 'failed')"))

    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_bot_aside', ['bot'], unique=False, sqlite_where=sa.text("state = 'aside'"), postgresql_where=sa.text("state = 'aside'"))

    with op.batch_alter_table('lanes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tightened_until', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('moved_to', sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('lanes', schema=None) as batch_op:
        batch_op.drop_column('moved_to')
        batch_op.drop_column('tightened_until')

    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_bot_aside', sqlite_where=sa.text("state = 'aside'"), postgresql_where=sa.text("state = 'aside'"))

    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_deliveries_bot_stuck', sqlite_where=sa.text("state IN ('unclear', 'failed')"), postgresql_where=sa.text("state IN ('unclear', 'failed')"))

    with op.batch_alter_table('copies', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_copies_merged_with_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_copies_merged_with_id'))
        batch_op.drop_column('merged_with_id')

    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.drop_column('epoch')

    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decisions_delivery_id'))

    op.drop_table('decisions')
    op.drop_table('leases')