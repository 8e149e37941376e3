"""One run: people talk, processes die, and at the end the judge looks at everything."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from time import monotonic

from tests.end_to_end.live_processes import Stage
from tests.kill import records
from tests.kill.crew import Member
from tests.kill.judge import Verdict, effects, judge
from tests.kill.talk import Talk
from tests.kill.town import Town

LATEST = 0.25  #: seconds after the first new activity; what dies earlier proves nothing
NEXT = 2.0  #: seconds in which it says something more, if it has anything to say
LULL = 0.5  #: seconds of silence that count as the end of what there is to do
BREATHER = 5  #: rounds after which everything is let through
PATIENCE = 300.0  #: seconds until all must have been delivered
STOPS = 25.0  #: seconds that a process may take to end when it is asked to


@dataclass(frozen=True)
class Plan:
    """What is done to whom."""

    database: str  #: its address; the tables are there
    kills: int
    messages: int
    webhook: bool = False
    pairs: int = 6
    regulars: int = 12  #: clients from the beginning; one more comes each round
    seed: int = 1
    tell: Callable[[str], None] = print


@dataclass
class Outcome:
    """What came of a run."""

    kills: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    slowest_stop: float = 0.0
    seconds: float = 0.0
    complaints: list[str] = field(default_factory=list)  #: of the processes
    broken: str = ""  #: why it did not come to its end


@asynccontextmanager
async def playing(folder: Path, towns: list[Town]) -> AsyncIterator[tuple[Stage, list[Talk]]]:
    """Start the messenger, and let the people in."""
    casts = [town.cast(folder) for town in towns]
    for town in towns:
        town.chain(folder)
    async with Stage(folder, casts=casts, aloud=False) as stage:
        talks = [Talk(stage, town) for town in towns]
        for talk in talks:
            await talk.does("webhook", pace=0.02)  # whoever comes back is not kept waiting
            # So long it takes on a real network: who is killed has something under way.
            slow = {"times": 1_000_000, "answer": {"delay": 0.1}, "after": True}
            await talk.does("faults", method="sendMessage", **slow)
        yield stage, talks


async def run(plan: Plan, folder: Path) -> Outcome:
    """Kill one process again and again."""
    begun, chance = monotonic(), random.Random(plan.seed)
    town = Town(42, plan.pairs, plan.regulars + plan.kills)
    async with playing(folder, [town]) as (stage, [talk]):
        member = Member(stage, [town], plan.database, webhook=plan.webhook)
        await member.start()
        await talk.arrive(plan.regulars)
        await drained([talk], plan.database)
        await talk.meet()

        outcome = Outcome()
        share = ceil((plan.messages - plan.regulars) / plan.kills)
        for number in range(1, plan.kills + 1):
            delay = await killed(talk, member, share, chance)
            await records.bury(plan.database)
            outcome.kills += 1
            plan.tell(
                f"  {number}/{plan.kills}: killed {delay * 1000:.0f} ms after its first words, "
                f"{len(talk.said)} messages said"
            )
            if number % BREATHER == 0:
                await member.start()
                await drained([talk], plan.database)
                await stopped(talk, member, share, outcome)
        await member.start()
        await drained([talk], plan.database)
        await stopped(talk, member, 0, outcome)
        outcome.complaints = member.lines
        outcome.verdict = await verdict_on(talk, plan.database)
    outcome.seconds = monotonic() - begun
    return outcome


async def killed(talk: Talk, member: Member, share: int, chance: random.Random) -> float:
    """Let people talk, wait until the bot says something new, and kill it a moment later.

    Some of it is said before the bot is there, the rest while it speaks. It dies with words on
    its lips: in the middle of the next call, if there is one.
    """
    before = chance.randint(0, share // 2)
    await talk.arrive(1)
    await talk.go_on(before)
    seq = await talk.sequence()
    await member.start()
    talking = asyncio.create_task(talk.go_on(share - before - 1))
    await talk.first_words(seq)
    delay = chance.uniform(0, LATEST)
    await asyncio.sleep(delay)
    await talk.next_words(NEXT)
    await member.dies()
    await talking
    return delay


async def stopped(talk: Talk, member: Member, share: int, outcome: Outcome) -> None:
    """Let people talk, and ask the bot to end."""
    seq = await talk.sequence()
    await talk.go_on(share)
    if share:
        await talk.first_words(seq)
    begun = monotonic()
    code = await member.stops()
    took = monotonic() - begun
    outcome.slowest_stop = max(outcome.slowest_stop, took)
    assert code == 0, f"it ended with {code}: {member.lines[-20:]}"
    assert took < STOPS, f"it took {took:.1f} s to stop"


async def drained(talks: list[Talk], database: str) -> None:
    """Wait until everything has been handled and delivered."""
    async with asyncio.timeout(PATIENCE):
        for talk in talks:
            await talk.quiet(LULL)
        while await records.unfinished(database):
            for talk in talks:  # what may have arrived is tried again after a moment
                await talk.quiet(LULL)


async def verdict_on(talk: Talk, database: str) -> Verdict:
    """Ask the judge about one town."""
    calls = (await talk.asks("calls", method="sendMessage"))["calls"]
    reactions = {}
    for chat in {each.chat for each in talk.said}:
        messages = (await talk.asks("messages", chat=chat))["messages"]
        for each in messages:
            if not each["from"]["is_bot"]:
                reactions[each["text"].rpartition(" ")[2]] = each["reactions"]
    found = await records.read(database, talk.town.bot)
    return judge(talk.said, effects(calls), found, reactions)
