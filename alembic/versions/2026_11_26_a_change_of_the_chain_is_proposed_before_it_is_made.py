"""A change of the chain is proposed before it is made.

Revision: bd91ede57f0f, after da85ee078e2a
"""

import sqlalchemy as sa

from alembic import op

revision = 'bd91ede57f0f'
down_revision = 'da85ee078e2a'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('proposals',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('what', sa.String(length=30), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=True),
    sa.Column('step', sa.String(length=20), nullable=False),
    sa.Column('until', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['about_id'], ['persons.id'], name=op.f('fk_proposals_about_id')),
    sa.ForeignKeyConstraint(['link_id'], ['links.id'], name=op.f('fk_proposals_link_id')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_proposals_party_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_proposals_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposals'))
    )
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposals_link_id'), ['link_id'], unique=False)

    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('proposal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.alter_column('ticket_id',
               existing_type=sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
               nullable=True)
        batch_op.create_foreign_key(batch_op.f('fk_questions_proposal_id'), 'proposals', ['proposal_id'], ['id'])



def downgrade() -> None:
    # What only the newer version could ask is asked no more.
    asked = "(SELECT id FROM questions WHERE ticket_id IS NULL)"
    op.execute(f"UPDATE parts SET question_id = NULL WHERE question_id IN {asked}")
    op.execute(f"UPDATE deliveries SET question_id = NULL WHERE question_id IN {asked}")
    op.execute("DELETE FROM questions WHERE ticket_id IS NULL")
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_questions_proposal_id'), type_='foreignkey')
        batch_op.alter_column('ticket_id',
               existing_type=sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
               nullable=False)
        batch_op.drop_column('proposal_id')

    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposals_link_id'))

    op.drop_table('proposals')
