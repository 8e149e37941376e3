"""All that one transaction can be asked, by subject."""

from relay.store.ahead import Ahead


class Store(Ahead):
    """One transaction on one bot's records, at one moment: ``store.now``."""
