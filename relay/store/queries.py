"""All that one transaction can be asked, by subject."""

from relay.store.ahead import Ahead
from relay.store.equipment import Registers
from relay.store.figures import Figures
from relay.store.leads import Leads
from relay.store.lists import Lists
from relay.store.subscriptions import Subscriptions
from relay.store.sums import Sums


class Store(Ahead, Leads, Registers, Figures, Sums, Lists, Subscriptions):
    """One transaction on one bot's records, at one moment: ``store.now``."""
