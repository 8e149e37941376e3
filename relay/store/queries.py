"""All that one transaction can be asked, by subject."""

from relay.store.cases import Cases
from relay.store.chains import Chains
from relay.store.lanes import Lanes


class Store(Chains, Cases, Lanes):
    """One transaction on one bot's records, at one moment: ``store.now``."""
