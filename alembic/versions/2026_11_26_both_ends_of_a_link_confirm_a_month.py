"""Both ends of a link confirm a month.

Revision: 71853188b701, after 77aefdb7386e
"""

import sqlalchemy as sa

from alembic import op

revision = '71853188b701'
down_revision = '77aefdb7386e'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('confirmations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('totals', sa.JSON(), nullable=False),
    sa.Column('bills', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['link_id'], ['links.id'], name=op.f('fk_confirmations_link_id')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_confirmations_party_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_confirmations_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmations'))
    )
    with op.batch_alter_table('confirmations', schema=None) as batch_op:
        batch_op.create_index('ix_confirmations_link_id_month', ['link_id', 'month'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('confirmations', schema=None) as batch_op:
        batch_op.drop_index('ix_confirmations_link_id_month')

    op.drop_table('confirmations')
