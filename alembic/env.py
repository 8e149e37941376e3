"""Runs migrations: none of our code is imported, so that old ones stay what they were."""

from __future__ import annotations

import asyncio
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, TypeDecorator, pool
from sqlalchemy.ext.asyncio import create_async_engine

WORDS = "findables_index"  #: how the names of the tables begin that SQLite's index of words is in


def plain(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write types of our own into migrations as what the database makes of them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def same(_: object, __: object, found: object, meant: object, ___: object) -> bool | None:
    """Take an enum's column, which is kept as a string, for what it is."""
    return False if isinstance(found, Enum) or isinstance(meant, Enum) else None


def migrate(connection: Connection) -> None:
    """Run what is missing, each migration in a transaction of its own."""

    def ours(name: str | None, kind: str, _: object) -> bool:
        """Leave out the tables that SQLite keeps its index of words in."""
        return not (kind == "table" and str(name).startswith(WORDS))

    def meant(_: object, name: str | None, kind: str, __: bool, ___: object) -> bool:
        """Leave out the index of words where there are tables instead of it."""
        return not (on_sqlite and kind == "index" and name == "ix_findables_words")

    on_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("metadata"),
        render_item=plain,
        compare_type=same,
        include_name=ours,
        include_object=meant,
        render_as_batch=on_sqlite,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect() -> None:
    """Open the database that the configuration names."""
    url = context.config.get_main_option("sqlalchemy.url")
    assert url  # noqa: S101 - bot.schema sets it
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(connect())
