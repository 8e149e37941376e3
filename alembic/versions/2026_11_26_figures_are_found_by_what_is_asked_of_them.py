"""Figures are found by what is asked of them.

Revision: 41f75dbd8485, after e184d4fc4620
"""

import sqlalchemy as sa

from alembic import op

revision = '41f75dbd8485'
down_revision = 'e184d4fc4620'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('tallies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('case_closed_at', sa.BigInteger(), nullable=True))
        batch_op.drop_index(batch_op.f('ix_tallies_first_party_id_closed_at'))
        batch_op.drop_index(batch_op.f('ix_tallies_party_id_closed_at'))
        batch_op.create_index('ix_tallies_party_id_closed_at', ['party_id', 'closed_at', 'link_id', 'to_take', 'to_resolve', 'in_check', 'promised', 'late', 'returned', 'stars'], unique=False, sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_tallies_party_id_opened_at'))
        batch_op.create_index('ix_tallies_party_id_opened_at', ['party_id', 'opened_at', 'link_id'], unique=False)
        batch_op.drop_index(batch_op.f('ix_tallies_upper_party_id_closed_at'))
        batch_op.create_index('ix_tallies_upper_party_id_closed_at', ['upper_party_id', 'closed_at', 'link_id', 'to_take', 'to_resolve', 'in_check', 'promised', 'late', 'returned', 'stars'], unique=False, sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))
        batch_op.create_index('ix_tallies_first_party_id_case_closed_at', ['first_party_id', 'case_closed_at', 'level', 'offered', 'working', 'asked', 'checking', 'rework', 'client_asked', 'client_checking'], unique=False, sqlite_where=sa.text('case_closed_at IS NOT NULL'), postgresql_where=sa.text('case_closed_at IS NOT NULL'))
        batch_op.create_index('ix_tallies_party_id_case_closed_at', ['party_id', 'case_closed_at', 'level'], unique=False, sqlite_where=sa.text('case_closed_at IS NOT NULL'), postgresql_where=sa.text('case_closed_at IS NOT NULL'))
        batch_op.create_index('ix_tallies_party_id_reopened_at', ['party_id', 'reopened_at', 'link_id'], unique=False, sqlite_where=sa.text('reopened_at IS NOT NULL'), postgresql_where=sa.text('reopened_at IS NOT NULL'))
        batch_op.create_index('ix_tallies_upper_party_id_case_closed_at', ['upper_party_id', 'case_closed_at', 'level'], unique=False, sqlite_where=sa.text('case_closed_at IS NOT NULL'), postgresql_where=sa.text('case_closed_at IS NOT NULL'))
        batch_op.create_index('ix_tallies_upper_party_id_opened_at', ['upper_party_id', 'opened_at', 'link_id'], unique=False)
        batch_op.create_index('ix_tallies_upper_party_id_reopened_at', ['upper_party_id', 'reopened_at', 'link_id'], unique=False, sqlite_where=sa.text('reopened_at IS NOT NULL'), postgresql_where=sa.text('reopened_at IS NOT NULL'))

    op.execute(
        'UPDATE tallies SET case_closed_at = (SELECT first.closed_at FROM tallies AS first '
        'WHERE first.case_id = tallies.case_id AND first.upper_id IS NULL)'
    )


def downgrade() -> None:
    with op.batch_alter_table('tallies', schema=None) as batch_op:
        batch_op.drop_index('ix_tallies_upper_party_id_reopened_at', sqlite_where=sa.text('reopened_at IS NOT NULL'), postgresql_where=sa.text('reopened_at IS NOT NULL'))
        batch_op.drop_index('ix_tallies_upper_party_id_opened_at')
        batch_op.drop_index('ix_tallies_upper_party_id_case_closed_at', sqlite_where=sa.text('case_closed_at IS NOT NULL'), postgresql_where=sa.text('case_closed_at IS NOT NULL'))
        batch_op.drop_index('ix_tallies_party_id_reopened_at', sqlite_where=sa.text('reopened_at IS NOT NULL'), postgresql_where=sa.text('reopened_at IS NOT NULL'))
        batch_op.drop_index('ix_tallies_party_id_case_closed_at', sqlite_where=sa.text('case_closed_at IS NOT NULL'), postgresql_where=sa.text('case_closed_at IS NOT NULL'))
        batch_op.drop_index('ix_tallies_first_party_id_case_closed_at', sqlite_where=sa.text('case_closed_at IS NOT NULL'), postgresql_where=sa.text('case_closed_at IS NOT NULL'))
        batch_op.drop_index('ix_tallies_upper_party_id_closed_at', sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_tallies_upper_party_id_closed_at'), ['upper_party_id', 'closed_at'], unique=False)
        batch_op.drop_index('ix_tallies_party_id_opened_at')
        batch_op.create_index(batch_op.f('ix_tallies_party_id_opened_at'), ['party_id', 'opened_at'], unique=False)
        batch_op.drop_index('ix_tallies_party_id_closed_at', sqlite_where=sa.text('closed_at IS NOT NULL'), postgresql_where=sa.text('closed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_tallies_party_id_closed_at'), ['party_id', 'closed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_tallies_first_party_id_closed_at'), ['first_party_id', 'closed_at'], unique=False)
        batch_op.drop_column('case_closed_at')
