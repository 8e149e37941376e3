"""Clients are asked something before a case is opened.

Revision: ee03fbb55e40, after 12af8689fe27
"""

import sqlalchemy as sa

from alembic import op

revision = 'ee03fbb55e40'
down_revision = '12af8689fe27'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('intakes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('client_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('equipment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('asks', sa.JSON(), nullable=False),
    sa.Column('times', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('kind', sa.String(length=64), nullable=True),
    sa.Column('refs', sa.JSON(), nullable=False),
    sa.Column('due_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_intakes_client_id')),
    sa.ForeignKeyConstraint(['equipment_id'], ['equipment.id'], name=op.f('fk_intakes_equipment_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_intakes_message_id')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_intakes_party_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intakes'))
    )
    with op.batch_alter_table('intakes', schema=None) as batch_op:
        batch_op.create_index('ix_intakes_bot_due_at', ['bot', 'due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.create_index('ix_intakes_client_id', ['client_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('intakes', schema=None) as batch_op:
        batch_op.drop_index('ix_intakes_client_id')
        batch_op.drop_index('ix_intakes_bot_due_at', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    op.drop_table('intakes')
