"""Several processes on one database: what one drops another picks up, and none speaks twice."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.kill import records
from tests.kill.campaign import LATEST, Outcome, Plan, drained, playing, verdict_on
from tests.kill.crew import Member
from tests.kill.judge import Verdict
from tests.kill.talk import Talk
from tests.kill.town import Town

SIZE = 3  #: processes, and bots
RELIEVED = 60.0  #: seconds until the bots of a dead process go on elsewhere
ASLEEP = 55.0, 70.0  #: seconds: longer than a lease lasts


@dataclass
class Relief(Outcome):
    """What came of a run of several processes."""

    pauses: int = 0
    slowest_relief: float = 0.0
    handed_over: int = 0  #: times that a bot changed its process


async def relieve(plan: Plan, folder: Path) -> Relief:
    """Kill or stop one of several processes in turn, and let the others go on for it."""
    begun, chance = monotonic(), random.Random(plan.seed)
    towns = [Town(42 + number, plan.pairs, plan.regulars) for number in range(SIZE)]
    async with playing(folder, towns) as (stage, talks):
        members = [Member(stage, towns, plan.database, webhook=plan.webhook) for _ in range(SIZE)]
        for member in members:
            await member.start()
        for talk in talks:
            await talk.arrive(plan.regulars)
        await drained(talks, plan.database)
        for talk in talks:
            await talk.meet()

        outcome = Relief()
        share = plan.messages // (SIZE * 2 * plan.kills * 2)
        for number in range(2 * plan.kills):
            member = members[number // 2 % SIZE]
            if number % 2:
                await slept(talks, member, share, chance, outcome)
            else:
                await killed(talks, member, share, chance, outcome)
            plan.tell(
                f"  {number + 1}/{2 * plan.kills}: {'asleep' if number % 2 else 'killed'}; "
                f"all bots went on within {outcome.slowest_relief:.0f} s so far"
            )
            await member.start()
        await drained(talks, plan.database)
        for member in members:
            begun_to_stop = monotonic()
            code = await member.stops()
            outcome.slowest_stop = max(outcome.slowest_stop, monotonic() - begun_to_stop)
            assert code == 0, f"it ended with {code}: {member.lines[-20:]}"
        outcome.complaints = [line for member in members for line in member.lines]
        verdicts = [await verdict_on(talk, plan.database) for talk in talks]
    outcome.verdict = sum(verdicts, start=Verdict())
    outcome.handed_over = await records.handed_over(plan.database)
    outcome.seconds = monotonic() - begun
    return outcome


async def killed(
    talks: list[Talk], member: Member, share: int, chance: random.Random, outcome: Relief
) -> None:
    """Kill one process while all bots speak, and see them go on."""
    await everybody_speaks(talks, share, chance)
    await member.dies()
    outcome.kills += 1
    await all_go_on(talks, share, outcome)


async def slept(
    talks: list[Talk], member: Member, share: int, chance: random.Random, outcome: Relief
) -> None:
    """Let one process sleep longer than its lease, see the others go on, and wake it."""
    await everybody_speaks(talks, share, chance)
    member.sleeps()
    outcome.pauses += 1
    begun = monotonic()
    await all_go_on(talks, share, outcome)
    await asyncio.sleep(max(0, begun + chance.uniform(*ASLEEP) - monotonic()))
    member.wakes()


async def everybody_speaks(talks: list[Talk], share: int, chance: random.Random) -> None:
    """Let people talk, and return a moment after all bots have begun to speak."""
    seqs = [await talk.sequence() for talk in talks]
    await asyncio.gather(*(talk.go_on(share) for talk in talks))
    await asyncio.gather(*(talk.first_words(seq) for talk, seq in zip(talks, seqs, strict=True)))
    await asyncio.sleep(chance.uniform(0, LATEST))


async def all_go_on(talks: list[Talk], share: int, outcome: Relief) -> None:
    """Let people talk, and wait until every bot has heard them and speaks again."""
    begun = monotonic()

    async def goes_on(talk: Talk) -> None:
        await talk.go_on(share)
        await talk.heard(talk.said[-1])
        outcome.slowest_relief = max(outcome.slowest_relief, monotonic() - begun)

    await asyncio.gather(*(goes_on(talk) for talk in talks))
    assert outcome.slowest_relief < RELIEVED, f"a bot was silent {outcome.slowest_relief:.0f} s"
