"""The queue of updates of one bot, as getUpdates sees it (TELEGRAM.md, 1.1)."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from random import Random
from typing import Final

from sandbox.text import Json

DAY: Final = 24 * 60 * 60.0  #: seconds that a message or a change of membership waits
PRESS: Final = 150.0  #: seconds that a button press waits
MOST: Final = 100  #: updates an answer
FULL: Final = 100_000  #: updates that one bot's queue holds; more are dropped
AHEAD: Final = 10  #: an offset further beyond the next id is ignored
RECENT: Final = 1_000  #: updates kept so that one may be given again

#: What a bot must ask for by name (Bot API, getUpdates).
ON_REQUEST: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True)
class Update:
    """One thing the bot is told, as it was at that moment."""

    id: int
    kind: str
    body: Json
    until: float

    def told(self) -> Json:
        """Return the Bot API's Update."""
        return {"update_id": self.id, self.kind: self.body}

    @property
    def lane(self) -> tuple[str, int]:
        """What it has to wait for on a webhook: the updates of its lane that came before."""
        match self.kind:
            case "callback_query":
                return "presses of", self.body["from"]["id"]
            case "my_chat_member":
                return "bot in", self.body["chat"]["id"]
            case "chat_member":
                return "memberships of", self.body["new_chat_member"]["user"]["id"]
            case _:
                return "messages in", self.body["chat"]["id"]


class Queue:
    """What the bot has yet to confirm, in order.

    Whoever wants to know that there is something new adds a callback to ``listeners``; who
    wants each update itself, to ``takers``.
    """

    def __init__(self, clock: Callable[[], float], dice: Random) -> None:
        self._clock = clock
        self._dice = dice
        self._pending: OrderedDict[int, Update] = OrderedDict()
        self._expiry: list[tuple[float, int]] = []
        self._recent: OrderedDict[int, Update] = OrderedDict()
        self._again: list[Update] = []
        self.next_id: int = dice.randrange(100_000_000, 900_000_000)
        self.allowed: frozenset[str] | None = None  #: None is Telegram's default
        self.listeners: list[Callable[[], None]] = []
        self.takers: list[Callable[[Update], None]] = []

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Remember which kinds the bot wants from now on; an empty list is the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def wants(self, kind: str) -> bool:
        """Return whether the bot is told of *kind*."""
        return kind in self.allowed if self.allowed else kind not in ON_REQUEST

    def add(self, kind: str, body: Json) -> None:
        """Queue an update, if the bot wants its kind."""
        if not self.wants(kind) or len(self) >= FULL:
            return
        keep = PRESS if kind == "callback_query" else DAY
        self._put(Update(self.next_id, kind, body, self._clock() + keep))
        self.ring()

    def take(self, offset: int | None, limit: int | None) -> list[Json]:
        """Confirm everything below *offset*, and return what comes next.

        A negative offset counts from the end and forgets what is before; one that is far
        too high is ignored, as after a change of servers.
        """
        self._expire()
        offset = offset or 0
        if offset < 0:
            offset = self._from_the_end(-offset)
        if offset <= self.next_id + AHEAD:
            self._confirm(offset)
        most = min(max(limit or MOST, 1), MOST)
        again, self._again = self._again[:most], self._again[most:]
        taken = [update.told() for update in again]
        for update in self._pending.values():
            if len(taken) == most:
                break
            taken.append(update.told())
        return taken

    def __len__(self) -> int:
        """Return how many updates wait for the bot."""
        self._expire()
        return len(self._pending) + len(self._again)

    def clear(self) -> None:
        """Forget everything that waits; the numbering goes on."""
        self._pending.clear()
        self._expiry.clear()
        self._again.clear()

    def waiting(self) -> list[Update]:
        """Return all updates that are not confirmed, in the order in which they are given."""
        self._expire()
        return [*self._again, *self._pending.values()]

    def holds(self, update: Update) -> bool:
        """Return whether an update is still to be given."""
        self._expire()
        return self._pending.get(update.id) is update or any(x is update for x in self._again)

    def confirm(self, update: Update) -> None:
        """Forget an update that the webhook has taken."""
        if self._pending.get(update.id) is update:
            del self._pending[update.id]
        self._again = [each for each in self._again if each is not update]
        self.ring()

    def repeat(self, update_id: int) -> bool:
        """Give an update once more, whatever was confirmed; False if it is not known."""
        update = self._recent.get(update_id)
        if update is None:
            return False
        again = replace(update)  # told apart from the first one, which may be waiting still
        self._again.append(again)
        self._give(again)
        self.ring()
        return True

    def repeat_last(self, count: int) -> int:
        """Give the last *count* updates once more, in order; return how many there are."""
        last = [*self._recent][-count:]
        return sum(self.repeat(update_id) for update_id in last)

    def renumber(self, start: int | None = None) -> int:
        """Begin another numbering, as another server would: lower, if *start* is not given."""
        waiting = list(self._pending.values())
        self.clear()
        self.next_id = start or self._dice.randrange(1, max(self.next_id // 2, 2))
        first = self.next_id
        for update in waiting:
            self._put(Update(self.next_id, update.kind, update.body, update.until))
        self.ring()
        return first

    def _put(self, update: Update) -> None:
        self._pending[update.id] = self._recent[update.id] = update
        heappush(self._expiry, (update.until, update.id))
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        self.next_id += 1
        self._give(update)

    def _give(self, update: Update) -> None:
        for taker in self.takers:
            taker(update)

    def _from_the_end(self, count: int) -> int:
        ids = list(self._pending)
        return ids[-count] if count <= len(ids) else 0

    def _confirm(self, offset: int) -> None:
        while self._pending and next(iter(self._pending)) < offset:
            self._pending.popitem(last=False)

    def _expire(self) -> None:
        now = self._clock()
        while self._expiry and self._expiry[0][0] <= now:
            _, update_id = heappop(self._expiry)
            self._pending.pop(update_id, None)

    def ring(self) -> None:
        """Let everybody who waits for updates look again."""
        for listener in self.listeners:
            listener()
