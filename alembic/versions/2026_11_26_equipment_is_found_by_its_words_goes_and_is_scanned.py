"""Equipment is found by its words, goes, and is scanned.

Revision: fdb076424ac6, after ee03fbb55e40
"""

import sqlalchemy as sa

from alembic import op

revision = 'fdb076424ac6'
down_revision = 'ee03fbb55e40'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cases_equipment_id'), ['equipment_id'], unique=False)

    with op.batch_alter_table('clients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('equipment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_clients_equipment_id'), 'equipment', ['equipment_id'], ['id'])

    with op.batch_alter_table('equipment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sought', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('gone', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('equipment', schema=None) as batch_op:
        batch_op.drop_column('gone')
        batch_op.drop_column('sought')

    with op.batch_alter_table('clients', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_clients_equipment_id'), type_='foreignkey')
        batch_op.drop_column('equipment_id')

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cases_equipment_id'))
