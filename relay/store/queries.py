"""All that one transaction can be asked, by subject."""

from relay.store.ahead import Ahead
from relay.store.equipment import Registers
from relay.store.figures import Figures
from relay.store.leads import Leads
from relay.store.settlements import Settlements


class Store(Ahead, Leads, Registers, Figures, Settlements):
    """One transaction on one bot's records, at one moment: ``store.now``."""
