"""A chat may try invitations only so often.

Revision: da85ee078e2a, after f301c7fa2458
"""

import sqlalchemy as sa

from alembic import op

revision = 'da85ee078e2a'
down_revision = 'f301c7fa2458'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('lanes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('guesses', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('guessed_since', sa.BigInteger(), nullable=True))

    op.create_index('ix_invitations_bot_place', 'invitations', ['bot', 'place'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_invitations_bot_place', 'invitations')
    with op.batch_alter_table('lanes', schema=None) as batch_op:
        batch_op.drop_column('guessed_since')
        batch_op.drop_column('guesses')

