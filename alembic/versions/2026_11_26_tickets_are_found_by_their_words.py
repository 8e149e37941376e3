"""Tickets are found by their words.

SQLite's index of them is a table of its own, which three triggers let follow: whoever makes the
table anew has to make them anew as well. All cases are read once, a moment after the start.

Revision: ddebacb695dc, after 55db7aae24ed
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = 'ddebacb695dc'
down_revision = '55db7aae24ed'
branch_labels = None
depends_on = None


ADD = "INSERT INTO findables_index (rowid, words) VALUES (new.ticket_id, new.words);"
DROP = (
    "INSERT INTO findables_index (findables_index, rowid, words)"
    " VALUES ('delete', old.ticket_id, old.words);"
)
IN_SQLITE = (
    "CREATE VIRTUAL TABLE findables_index USING fts5(words, content='findables',"
    " content_rowid='ticket_id', tokenize=\"ascii tokenchars '_'\", detail=none, columnsize=0)",
    f"CREATE TRIGGER findables_added AFTER INSERT ON findables BEGIN {ADD} END",
    f"CREATE TRIGGER findables_gone AFTER DELETE ON findables BEGIN {DROP} END",
    f"CREATE TRIGGER findables_changed AFTER UPDATE OF words ON findables BEGIN {DROP} {ADD} END",
)


def upgrade() -> None:
    op.create_table('findables',
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', sa.Text().with_variant(postgresql.TSVECTOR(), 'postgresql'), nullable=False),
    sa.Column('upto', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('copies', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('versions', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_findables_ticket_id')),
    sa.PrimaryKeyConstraint('ticket_id', name=op.f('pk_findables'))
    )
    if op.get_bind().dialect.name == 'sqlite':
        for statement in IN_SQLITE:
            op.execute(statement)
    else:
        op.create_index('ix_findables_words', 'findables', ['words'], postgresql_using='gin', postgresql_with={'fastupdate': 'off'})
    op.execute(sa.update(sa.table('cases', sa.column('stale', sa.Boolean))).values(stale=True))


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE findables_index')
    op.drop_table('findables')
