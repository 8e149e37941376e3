"""Deadlines, invitations, equipment and what clients are asked.

Revision: c2e71430db44, after 273186ca695d
"""

import sqlalchemy as sa

from alembic import op

revision = 'c2e71430db44'
down_revision = '273186ca695d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('equipment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('tag', sa.String(length=16), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('serial', sa.Text(), nullable=False),
    sa.Column('site', sa.Text(), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('client', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_equipment_party_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_equipment')),
    sa.UniqueConstraint('bot', 'party_id', 'code', name=op.f('uq_equipment_bot_party_id_code')),
    sa.UniqueConstraint('bot', 'tag', name=op.f('uq_equipment_bot_tag'))
    )
    op.create_table('invitations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('issued_from', sa.String(length=64), nullable=False),
    sa.Column('issued_at', sa.BigInteger(), nullable=False),
    sa.Column('until', sa.BigInteger(), nullable=False),
    sa.Column('place', sa.String(length=64), nullable=True),
    sa.Column('accepted_at', sa.BigInteger(), nullable=True),
    sa.Column('revoked_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_invitations_party_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_invitations_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('bot', 'hash', name=op.f('uq_invitations_bot_hash'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index('ix_invitations_party_id', ['party_id'], unique=False)

    op.create_table('changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('what', sa.String(length=30), nullable=False),
    sa.Column('before', sa.Text(), nullable=True),
    sa.Column('after', sa.Text(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['link_id'], ['links.id'], name=op.f('fk_changes_link_id')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_changes_party_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_changes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changes'))
    )
    with op.batch_alter_table('changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_changes_link_id'), ['link_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_changes_party_id'), ['party_id'], unique=False)

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('region', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('kind', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('equipment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('address', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('phone', sa.Text(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_cases_equipment_id'), 'equipment', ['equipment_id'], ['id'])

    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lead', sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.add_column(sa.Column('country', sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column('offer', sa.String(length=20), server_default='one', nullable=False))
        batch_op.add_column(sa.Column('take_within', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('resolve_within', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('check_within', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('reopen_within', sa.Integer(), server_default='1209600', nullable=False))
        batch_op.add_column(sa.Column('promise', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('digest', sa.String(length=5), server_default='09:00', nullable=False))
        batch_op.add_column(sa.Column('asks', sa.JSON(), server_default='[]', nullable=False))

    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('required', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column('promised_at', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('used', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('due_at', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('alert_at', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_tickets_bot_alert_at', ['bot', 'alert_at'], unique=False, sqlite_where=sa.text('alert_at IS NOT NULL'), postgresql_where=sa.text('alert_at IS NOT NULL'))



def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index('ix_tickets_bot_alert_at', sqlite_where=sa.text('alert_at IS NOT NULL'), postgresql_where=sa.text('alert_at IS NOT NULL'))
        batch_op.drop_column('alert_at')
        batch_op.drop_column('due_at')
        batch_op.drop_column('used')
        batch_op.drop_column('promised_at')
        batch_op.drop_column('required')

    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.drop_column('asks')
        batch_op.drop_column('digest')
        batch_op.drop_column('promise')
        batch_op.drop_column('reopen_within')
        batch_op.drop_column('check_within')
        batch_op.drop_column('resolve_within')
        batch_op.drop_column('take_within')
        batch_op.drop_column('offer')
        batch_op.drop_column('country')

    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.drop_column('lead')

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_cases_equipment_id'), type_='foreignkey')
        batch_op.drop_column('phone')
        batch_op.drop_column('address')
        batch_op.drop_column('equipment_id')
        batch_op.drop_column('kind')
        batch_op.drop_column('region')

    with op.batch_alter_table('changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_changes_party_id'))
        batch_op.drop_index(batch_op.f('ix_changes_link_id'))

    op.drop_table('changes')
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_index('ix_invitations_party_id')

    op.drop_table('invitations')
    op.drop_table('equipment')
