"""Where the updates of a bot are posted to, if it wants that."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Hook:
    """What a bot said about its webhook."""

    url: str
    secret: str = ""  #: goes along in a header
    max_connections: int = 40
    certificate: bool = False  #: one of its own was uploaded


class Webhook:
    """The webhook as it is now. Who posts to it adds a callback to ``listeners``."""

    def __init__(self) -> None:
        self.hook: Hook | None = None
        self.error: tuple[int, str] | None = None  #: the last one: when, and what it was
        self.pace = 1.0  #: all waits are multiplied by it; tests have no patience
        self.listeners: list[Callable[[], None]] = []

    def become(self, hook: Hook | None) -> None:
        """Put another webhook, or none, in place of this one."""
        if hook == self.hook:
            return
        self.hook, self.error = hook, None
        for listener in self.listeners:
            listener()
