"""The store: one transaction that speaks the relay's language. Nobody else knows SQL.

Read ``database`` first (what a transaction is) and ``memory`` (what a bot's owner need not ask),
then ``chains`` (parties, links, people), ``cases`` (tickets and what was said),
``equipment`` (registers); of the engine,
``arrivals`` (what came in), ``deliveries`` (what is to be told), ``lanes`` (how chats stand),
``leases`` (who runs a bot), ``stuck`` (what needs a person) and ``backups`` (what nobody knows
after a start from one).
"""

from relay.store.arrivals import Arrival
from relay.store.database import Clash, Database, NotMigrated, Trouble
from relay.store.queries import Store
from relay.store.stuck import MOST, Waiting

__all__ = ["MOST", "Arrival", "Clash", "Database", "NotMigrated", "Store", "Trouble", "Waiting"]
