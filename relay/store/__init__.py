"""The store: one transaction that speaks the relay's language. Nobody else knows SQL.

Read ``database`` first (what a transaction is) and ``memory`` (what a bot's owner need not ask),
then ``chains`` and ``leads`` (parties, links, people), ``invitations`` (how they become more),
``equipment`` (registers), ``intakes`` (requests that are no cases yet), ``cases`` (tickets and
what was said) and ``deadlines`` (what time does to them); ``figures`` and ``sums`` (what the log
comes to, for one case and for many); of the engine,
``arrivals`` (what came in), ``deliveries`` (what is to be told), ``lanes`` (how chats stand),
``leases`` (who runs a bot), ``stuck`` (what needs a person) and ``backups`` (what nobody knows
after a start from one).
"""

from relay.store.arrivals import Arrival
from relay.store.database import Clash, Database, NotMigrated, Trouble
from relay.store.lists import Glance
from relay.store.queries import Store
from relay.store.stuck import MOST, Waiting
from relay.store.sums import Counted, Scope, Within

__all__ = [
    "MOST",
    "Arrival",
    "Clash",
    "Counted",
    "Database",
    "Glance",
    "NotMigrated",
    "Scope",
    "Store",
    "Trouble",
    "Waiting",
    "Within",
]
