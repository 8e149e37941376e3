"""A party subscribes to reports.

Revision: a19574dc2c8a, after 6402cd8a775c
"""

import sqlalchemy as sa

from alembic import op

revision = 'a19574dc2c8a'
down_revision = '6402cd8a775c'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('subscriptions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('every', sa.String(length=20), nullable=False),
    sa.Column('day', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.String(length=5), nullable=False),
    sa.Column('next_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_subscriptions_party_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_subscriptions_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriptions'))
    )
    with op.batch_alter_table('subscriptions', schema=None) as batch_op:
        batch_op.create_index('ix_subscriptions_bot_next_at', ['bot', 'next_at'], unique=False)
        batch_op.create_index('ix_subscriptions_party_id', ['party_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('subscriptions', schema=None) as batch_op:
        batch_op.drop_index('ix_subscriptions_party_id')
        batch_op.drop_index('ix_subscriptions_bot_next_at')

    op.drop_table('subscriptions')
