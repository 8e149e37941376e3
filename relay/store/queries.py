"""All that one transaction can be asked, by subject."""

from relay.store.ahead import Ahead
from relay.store.equipment import Registers


class Store(Ahead, Registers):
    """One transaction on one bot's records, at one moment: ``store.now``."""
