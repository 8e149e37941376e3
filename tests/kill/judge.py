"""The judge: what became of each message, by what stands in the chats and in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from itertools import pairwise

from relay.tables import Handling, Progress
from tests.end_to_end.live_processes import Json
from tests.kill.records import OPEN, Records
from tests.kill.talk import MARK, Said

REPEAT = "(possibly a repeat)"
RECEIVED = "👌"

#: Deliveries of which a person is told that they may not have arrived.
TOLD = frozenset({Progress.UNCLEAR, Progress.FAILED})


@dataclass(frozen=True)
class Effect:
    """A message of the bot as it appeared in a chat."""

    chat: int
    id: int
    repeat: bool


@dataclass
class Verdict:
    """How many messages there were, and what is wrong with which."""

    said: int = 0
    relayed: int = 0  #: pairs of a message and a reader who got it
    unclear: int = 0  #: sends whose answer nobody heard
    doubled: int = 0  #: marked as a possible repeat, as they should be
    left: int = 0  #: twice unclear, and so for a person to decide
    lost: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    inexact: list[str] = field(default_factory=list)  #: chats and database do not agree

    def __add__(self, other: Verdict) -> Verdict:
        sums = (getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        return Verdict(*sums)

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        return [
            f"{name}: {each}"
            for name in ("lost", "unmarked", "reordered", "inexact")
            for each in getattr(self, name)
        ]


def effects(calls: Iterable[Json]) -> dict[tuple[str, int], list[Effect]]:
    """Return what the bot said, in order, by mark and chat; several marks may share a message."""
    found: dict[tuple[str, int], list[Effect]] = defaultdict(list)
    for call in sorted((each for each in calls if "message_id" in each), key=message_id):
        text = call["params"]["text"]
        for mark in MARK.findall(text):
            effect = Effect(call["chat"], call["message_id"], REPEAT in text)
            found[mark, effect.chat].append(effect)
    return found


def message_id(call: Json) -> int:
    """Return the number of the message that a call made: it grows with each of a chat."""
    number: int = call["message_id"]
    return number


def judge(
    said: list[Said],
    shown: dict[tuple[str, int], list[Effect]],
    records: Records,
    reactions: dict[str, list[str]],
) -> Verdict:
    """Compare what was said with what appeared, and with what was written down."""
    verdict = Verdict(said=len(said), unclear=records.unclear)
    order: dict[tuple[int, int, int], list[list[tuple[int, str]]]] = defaultdict(lambda: [[], []])
    for each in said:
        times = records.messages[each.mark]
        if not times:
            verdict.lost.append(f"{each.mark} was not taken in")
        elif times > 1:
            verdict.unmarked.append(f"{each.mark} was taken in {times} times")
        arrived = [_read(each, chat, shown, records, verdict) for chat in each.readers]
        if all(arrived) and reactions[each.mark] != [RECEIVED]:
            verdict.inexact.append(f"{each.mark} has the receipt {reactions[each.mark]}")
        for chat in each.readers:
            here = shown.get((each.mark, chat), [])
            # A card that was unclear twice is left to people, and comes with the next news, marked.
            if here and not (each.opens and here[0].repeat and len(here) == 1):
                first, last = order[chat, each.chat, each.client]
                first.append((here[0].id, each.mark))
                last.append((here[0 if each.opens else -1].id, each.mark))

    # What was said in one go is repeated in one go: the last of each is in order like the first.
    for (chat, _author, _client), lines in order.items():
        for line in lines:
            verdict.reordered += [
                f"{mark} before {after} in {chat}"
                for (_id, mark), (_after_id, after) in pairwise(sorted(line))
                if mark > after
            ]

    _hear_the_records(records, shown, verdict)
    return verdict


def _read(
    said: Said,
    chat: int,
    shown: dict[tuple[str, int], list[Effect]],
    records: Records,
    verdict: Verdict,
) -> bool:
    """Judge one message for one reader; say whether it surely arrived."""
    key = (said.mark, chat)
    here, state = shown.get(key, []), records.copies.get(key)
    verdict.relayed += bool(here)
    if state in TOLD:
        verdict.left += 1
    elif not here:
        verdict.lost.append(f"{said.mark} is not in {chat} ({state})")
    if len(here) > 1:
        first, *more = (effect.repeat for effect in here)
        # A card that twice may have come comes with the next news of its ticket once more; its
        # first try may be the one that never arrived.
        marked = all(more) and len(more) <= (2 if said.opens else 1) and (said.opens or not first)
        if marked and (said.opens or records.repeats[key]):
            verdict.doubled += 1
        else:
            verdict.unmarked.append(f"{said.mark} is {len(here)} times in {chat} ({state})")
    return bool(here) and state not in TOLD


def _hear_the_records(
    records: Records, shown: dict[tuple[str, int], list[Effect]], verdict: Verdict
) -> None:
    for key, state in records.copies.items():
        numbers = {effect.id for effect in shown.get(key, [])}
        known = records.shown.get(key, set())
        if state is Progress.SENT and not known:
            verdict.inexact.append(f"{key} is sent, and nobody knows where it is")
        if not known <= numbers:
            verdict.inexact.append(f"{key} is said to be at {known - numbers}, and is not")
    said: dict[int, set[int]] = defaultdict(set)
    for (_mark, chat), here in shown.items():
        said[chat] |= {effect.id for effect in here}
    for chat, numbers in said.items():
        if len(numbers) > records.attempts[chat]:
            verdict.inexact.append(f"more was said in {chat} than was noted before it was said")
    for state in OPEN:
        if count := records.states[state]:
            verdict.inexact.append(f"{count} deliveries are {state} at the end")
    for handling in (Handling.NEW, Handling.ASIDE):
        if count := records.handled[handling]:
            verdict.inexact.append(f"{count} updates are {handling} at the end")
