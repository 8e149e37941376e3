"""The store: one transaction that speaks the relay's language. Nobody else knows SQL.

Read ``database`` first (what a transaction is), then ``chains`` (parties, links, people),
``cases`` (tickets and what was said), ``lanes`` (what came in and what is to be told).
"""

from relay.store.database import Clash, Database, NotMigrated, Trouble
from relay.store.queries import Store

__all__ = ["Clash", "Database", "NotMigrated", "Store", "Trouble"]
