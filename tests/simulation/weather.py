"""What goes wrong, and when: decided by the seed, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

#: Every kind of fault, by its name: leave one out to see whether a seed needs it to fail.
FAULTS: Final = {
    "deaths": "kill -9 at any await, before or after any statement, before or after any call",
    "deploys": "SIGTERM, and the next process after it",
    "upgrades": "a basic group becomes a supergroup, and the bot hears of it in some way or other",
    "leases": "a process stands still for longer than its lease, and another one takes over",
    "next": "the next version changes the tables, and is there beside the one that runs",
    "refused": "no way through to the messenger for a while",
    "lost": "requests get lost before their effect",
    "unheard": "answers get lost after the effect",
    "late": "requests have their effect after the caller gave up",
    "broken": "gateways answer: 5xx, HTML, half a body, before or after the effect",
    "throttled": "storms of 429, to one chat or to all",
    "slow": "some calls take seconds",
    "stale": "updates come late, and are counted anew from a lower number",
    "poison": "updates that nobody can make sense of",
    "closed": "people block the bot, or throw it out, and let it in again",
    "busy": "somebody else has the database for a while",
    "full": "the disk is full for a while",
    "steps": "the system's clock jumps",
}

MINUTES: Final = 10  #: virtual ones, in which people act and things go wrong


@dataclass
class Window:
    """A stretch of time in which something goes wrong, for one chat or for all."""

    start: float
    end: float
    chat: int | None = None

    def __contains__(self, now: float) -> bool:
        return self.start <= now < self.end


@dataclass
class Fate:
    """What becomes of one call."""

    wrong: str = ""  #: the kind of fault; empty: nothing is wrong
    there: float = 0.0  #: seconds until it arrives
    back: float = 0.0  #: seconds until the answer arrives
    effect: bool = True  #: whether it is done at all
    answer: str = "true"  #: true, silence, reset, refused, html, json, half, 400
    pause: int | None = None  #: of a 429; 0: none is named


@dataclass
class Weather:
    """The faults of one seed."""

    dice: Random
    kinds: frozenset[str]  #: that may still happen
    chats: list[int]
    windows: dict[str, list[Window]] = field(default_factory=dict)
    deaths: int = 0  #: that are still to come
    naps: int = 0  #: times that processes will still stand still
    sandman: Random = field(default_factory=Random)
    all: frozenset[str] = frozenset()  #: that happened in this seed

    @classmethod
    def forecast(
        cls, seed: int, chats: list[int], without: frozenset[str], until: float
    ) -> Weather:
        """Decide what goes wrong: a few kinds a seed, now and then all of them, or none."""
        dice = Random(f"{seed}:weather")
        many = dice.choice([0, 1, 2, 3, 4, 5, 6, len(FAULTS)])
        chosen = frozenset(dice.sample(sorted(FAULTS), many))
        weather = cls(Random(f"{seed}:calls"), chosen - without, chats, all=chosen - without)
        for kind in sorted(FAULTS):
            own = Random(f"{seed}:{kind}")  # leaving one kind out changes no other
            weather.windows[kind] = [
                each
                for _ in range(own.randint(1, 3))
                for each in [window(own, kind, chats, until)]
                if kind in weather.kinds
            ]
        weather.deaths = dice.randint(1, 6) if "deaths" in weather.kinds else 0
        weather.sandman = Random(f"{seed}:naps")
        weather.naps = weather.sandman.randint(1, 4) if "leases" in weather.kinds else 0
        return weather

    def calms_down(self) -> None:
        """Let nothing go wrong any more."""
        self.kinds, self.deaths, self.naps = frozenset(), 0, 0

    def on(self, kind: str, now: float, chat: int | None = None) -> bool:
        """Say whether something goes wrong now, in a stretch of time."""
        return kind in self.kinds and any(
            now in each and each.chat in (None, chat) for each in self.windows[kind]
        )

    def fate(self, method: str, chat: int | None, now: float) -> Fate:
        """Decide what becomes of a call."""
        dice = self.dice
        fate = Fate(there=dice.uniform(0.01, 0.1), back=dice.uniform(0.01, 0.1))
        luck, form = dice.random(), dice.random()
        if self.on("refused", now):
            fate.wrong, fate.answer, fate.effect = "refused", "refused", False
        elif self.on("throttled", now, chat) and luck < 0.7 and method != "getUpdates":
            fate.wrong, fate.effect = "throttled", False
            fate.pause = dice.choice([0, 1, 3, 7, 20])
        elif "lost" in self.kinds and luck < 0.04:
            fate.wrong, fate.effect = "lost", False
            fate.answer = "silence" if form < 0.5 else "reset"
        elif "unheard" in self.kinds and luck < 0.08:
            fate.wrong, fate.answer = "unheard", "silence" if form < 0.5 else "reset"
        elif "late" in self.kinds and luck < 0.10:
            fate.wrong, fate.answer = "late", "silence"
            fate.there = dice.uniform(5, 60)
        elif "broken" in self.kinds and luck < 0.14:
            fate.wrong, fate.effect = "broken", form < 0.5
            fate.answer = dice.choice(["html", "json", "half", "400"])
        elif "slow" in self.kinds and luck < 0.25:
            fate.wrong = "slow"
            fate.there, fate.back = dice.uniform(0, 8), dice.uniform(0, 8)
        return fate

    def dies(self, point: str) -> bool:
        """Decide whether a process dies at a point: commits and calls are the best ones."""
        if not self.deaths:
            return False
        odds = {"statement": 1500, "commit": 150, "call": 60, "answer": 60}[point]
        if self.dice.random() * odds > 1:
            return False
        self.deaths -= 1
        return True

    def sleeps(self, point: str) -> float:
        """Decide for how many seconds a process stands still at a point; mostly for none."""
        if not self.naps:
            return 0.0
        odds = {"beginning": 300, "lock": 2000, "commit": 80, "call": 30, "answer": 60}[point]
        if self.sandman.random() * odds > 1:
            return 0.0
        self.naps -= 1
        return self.nap()

    def nap(self) -> float:
        """Decide for how long a process stands still: mostly for longer than a lease lasts."""
        short = self.sandman.random() < 0.3
        return self.sandman.uniform(5, 45) if short else self.sandman.uniform(45, 90)


def window(dice: Random, kind: str, chats: list[int], until: float) -> Window:
    """Return a stretch of time for a kind of fault."""
    start = dice.uniform(5, until * 0.95)
    longest = {"refused": 60.0, "throttled": 30.0, "busy": 12.0, "full": 40.0}.get(kind, 90.0)
    chat = dice.choice([None, *chats]) if kind == "throttled" else None
    return Window(start, start + dice.uniform(1, longest), chat)
