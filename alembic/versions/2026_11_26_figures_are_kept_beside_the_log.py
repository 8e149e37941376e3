"""Figures are kept beside the log.

Revision: e184d4fc4620, after 6fea6931736f
"""

import sqlalchemy as sa

from alembic import op

revision = 'e184d4fc4620'
down_revision = '6fea6931736f'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('tallies',
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('upper_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('upper_party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('level', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('opened_at', sa.BigInteger(), nullable=False),
    sa.Column('taken_at', sa.BigInteger(), nullable=True),
    sa.Column('resolved_at', sa.BigInteger(), nullable=True),
    sa.Column('closed_at', sa.BigInteger(), nullable=True),
    sa.Column('ended_at', sa.BigInteger(), nullable=True),
    sa.Column('reopened_at', sa.BigInteger(), nullable=True),
    sa.Column('to_take', sa.Integer(), nullable=False),
    sa.Column('to_resolve', sa.Integer(), nullable=False),
    sa.Column('to_answer', sa.Integer(), nullable=False),
    sa.Column('in_check', sa.Integer(), nullable=False),
    sa.Column('offered', sa.Integer(), nullable=False),
    sa.Column('working', sa.Integer(), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('checking', sa.Integer(), nullable=False),
    sa.Column('rework', sa.Integer(), nullable=False),
    sa.Column('client_asked', sa.Integer(), nullable=False),
    sa.Column('client_checking', sa.Integer(), nullable=False),
    sa.Column('promised', sa.Boolean(), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('returned', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reopened', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stars', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_tallies_ticket_id')),
    sa.PrimaryKeyConstraint('ticket_id', name=op.f('pk_tallies'))
    )
    with op.batch_alter_table('tallies', schema=None) as batch_op:
        batch_op.create_index('ix_tallies_case_id', ['case_id'], unique=False)
        batch_op.create_index('ix_tallies_first_party_id_closed_at', ['first_party_id', 'closed_at'], unique=False)
        batch_op.create_index('ix_tallies_party_id_closed_at', ['party_id', 'closed_at'], unique=False)
        batch_op.create_index('ix_tallies_party_id_opened_at', ['party_id', 'opened_at'], unique=False)
        batch_op.create_index('ix_tallies_upper_party_id_closed_at', ['upper_party_id', 'closed_at'], unique=False)

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stale', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.create_index('ix_cases_bot_stale', ['bot', 'id'], unique=False, sqlite_where=sa.text('stale'), postgresql_where=sa.text('stale'))



def downgrade() -> None:
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('ix_cases_bot_stale', sqlite_where=sa.text('stale'), postgresql_where=sa.text('stale'))
        batch_op.drop_column('stale')

    with op.batch_alter_table('tallies', schema=None) as batch_op:
        batch_op.drop_index('ix_tallies_upper_party_id_closed_at')
        batch_op.drop_index('ix_tallies_party_id_opened_at')
        batch_op.drop_index('ix_tallies_party_id_closed_at')
        batch_op.drop_index('ix_tallies_first_party_id_closed_at')
        batch_op.drop_index('ix_tallies_case_id')

    op.drop_table('tallies')
