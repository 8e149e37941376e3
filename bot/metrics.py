"""What monitoring is told, in the form of Prometheus: numbers alone, no names, no chats, no words.

Of several processes each tells of the bots that it runs, so that sums are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import nan
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from relay.channel import Retry
from relay.health import Numbers
from relay.outcomes import Outcome

TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4

#: Seconds; what is late is late from a minute on, see ``relay.health``.
BOUNDS: Final = (0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 900, 3600)


class Metrics:
    """The numbers of one process, kept in a *registry* of its own."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._oldest = Gauge(
            "baton_oldest_seconds",
            "For how long the oldest update has waited to be handled, and the oldest due delivery "
            "to a chat that can be reached to be made",
            ["way"],
            registry=registry,
        )
        self._updates = Gauge(
            "baton_updates", "Updates that are not handled", ["state"], registry=registry
        )
        self._deliveries = Gauge(
            "baton_deliveries", "Deliveries that have not arrived", ["state"], registry=registry
        )
        self._pending = Gauge(
            "baton_pending_updates",
            "Updates that waited at the messenger when it was asked last",
            registry=registry,
        )
        self._bots = Gauge("baton_bots", "Bots of this process", ["state"], registry=registry)
        self._disk = Gauge(
            "baton_disk_used_ratio",
            "Of the disk that holds the SQLite file; NaN: there is none",
            registry=registry,
        )
        self._tries = Counter(
            "baton_tries", "Tries to deliver, by what came of them", ["outcome"], registry=registry
        )
        self._throttled = Counter(
            "baton_throttled", "Pauses that the messenger asked for (429)", registry=registry
        )
        self._repeats = Counter(
            "baton_repeats", "Deliveries marked as possible repeats", registry=registry
        )
        self._delay = Histogram(
            "baton_delivery_seconds",
            "From the moment something was to be told until it was",
            ["kind"],
            buckets=BOUNDS,
            registry=registry,
        )

    def noted(self, outcomes: Iterable[Outcome]) -> None:
        """Count what came of deliveries, once it is written down."""
        for outcome in outcomes:
            error = outcome.error
            self._tries.labels(type(error).__name__.lower() if error else "sent").inc()
            if isinstance(error, Retry) and error.asked:
                self._throttled.inc()
            if outcome.landed is None:
                continue
            for share in outcome.errand.shares:
                waited = outcome.at - share.queued_at
                self._delay.labels(share.kind).observe(waited.total_seconds())
                self._repeats.inc(share.repeat)

    def saw(
        self,
        seen: Sequence[Numbers],
        pending: int,
        bots: Mapping[str, int],
        disk: float | None = None,
    ) -> None:
        """Take how the bots of this process stand, all together."""
        self._oldest.labels("in").set(max((each.oldest_in for each in seen), default=0))
        self._oldest.labels("out").set(max((each.oldest_out for each in seen), default=0))
        for gauge, counts in (
            (self._updates, [each.updates for each in seen]),
            (self._deliveries, [each.deliveries for each in seen]),
        ):
            gauge.clear()
            for state in {state for each in counts for state in each}:
                gauge.labels(state).set(sum(each[state] for each in counts))
        self._pending.set(pending)
        self._disk.set(nan if disk is None else disk)
        for state, count in bots.items():
            self._bots.labels(state).set(count)

    def text(self) -> bytes:
        """Return all of it, as Prometheus reads it."""
        return generate_latest(self._registry)
