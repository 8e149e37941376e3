"""``python -m tests.kill``: kill the bot again and again, and print what became of each message."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import ceil
from pathlib import Path

from tests.end_to_end.live_processes import migrate
from tests.kill.campaign import Outcome, Plan, run
from tests.kill.judge import Verdict
from tests.kill.relief import Relief, relieve
from tests.postgres import fresh, serve

UNCLEAR = 5  #: sends a kill that must have been under way, for a kill to have proved something
COLUMNS = "kills", "said", "relayed", "unclear", "lost", "doubled", "unmarked", "reordered"

Campaign = Callable[[Plan, Path], Coroutine[None, None, Outcome]]


def main() -> None:
    """Run what is wanted, print a table, and fail if a message was lost or out of order."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=64, help="in all (default: 64; 0: none)")
    parser.add_argument("--messages", type=int, default=5200, help="in all (default: 5200)")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    parser.add_argument("--polling", action="store_true", help="without a webhook only")
    parser.add_argument("--webhook", action="store_true", help="with a webhook only")
    parser.add_argument(
        "--relief", type=int, default=3, help="kills, and pauses, of one of three processes"
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()

    outcomes: dict[str, Outcome] = {}
    for name, kind, campaign, plan in plans(given):
        print(name, flush=True)
        with place(kind) as (folder, url):
            try:
                outcome = asyncio.run(campaign(replace(plan, database=url), folder))
            except (AssertionError, TimeoutError) as failure:
                outcome = Outcome(broken=f"{type(failure).__name__}: {failure}")
        outcomes[name] = outcome
        print(" ".join(f"{key} {each:,}" for key, each in zip(COLUMNS, row(outcome), strict=True)))
    sys.exit(conclude(outcomes))


def plans(given: argparse.Namespace) -> Iterator[tuple[str, str, Campaign, Plan]]:
    """Return what is to be done: its name, the kind of database, how, and how much."""
    kinds = [given.database] if given.database else ["sqlite", "postgresql"]
    ways = [False, True] if given.polling == given.webhook else [given.webhook]
    runs = [(kind, webhook) for kind in kinds for webhook in ways]
    kills, messages = ceil(given.kills / len(runs)), ceil(given.messages / len(runs))
    words = {False: "polling", True: "webhook"}
    for number, (kind, webhook) in enumerate(runs if kills else []):
        plan = Plan("", kills, messages, webhook=webhook, seed=given.seed + number, tell=tell)
        yield f"{kind}, {words[webhook]}", kind, run, plan
    for webhook in ways if given.relief and "postgresql" in kinds else []:
        plan = Plan("", given.relief, 120 * given.relief, webhook=webhook, pairs=2, regulars=4)
        plan = replace(plan, seed=given.seed, tell=tell)
        yield f"three processes, {words[webhook]}", "postgresql", relieve, plan


def tell(line: str) -> None:
    """Show how far it is."""
    print(line, flush=True)


@contextmanager
def place(kind: str) -> Iterator[tuple[Path, str]]:
    """Return a folder, and the address of a database with all tables."""
    with tempfile.TemporaryDirectory(prefix="baton-kill-") as name:
        folder = Path(name)
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'baton.db'}"
            migrate(folder, url)
            yield folder, url
            return
        with serve(folder) as server, fresh(server) as url:
            migrate(folder, url)
            yield folder, url


def conclude(outcomes: dict[str, Outcome]) -> int:
    """Print the table, and what was wrong; return the exit code."""
    width = max(len(name) for name in outcomes)
    print("\n" + " " * width + "".join(f"{name:>11}" for name in COLUMNS))
    for name, outcome in outcomes.items():
        print(f"{name:<{width}}" + "".join(f"{each:>11,}" for each in row(outcome)))
    total = Outcome(
        kills=sum(each.kills for each in outcomes.values()),
        verdict=sum((each.verdict for each in outcomes.values()), start=Verdict()),
    )
    print(f"{'all':<{width}}" + "".join(f"{each:>11,}" for each in row(total)))
    print("\n" + "\n".join(notes(outcomes)))
    wrong = total.verdict.faults
    wrong += [
        f"{name}: only {outcome.verdict.unclear} unclear sends, so the kills proved little"
        for name, outcome in outcomes.items()
        if not isinstance(outcome, Relief) and outcome.verdict.unclear < UNCLEAR * outcome.kills
    ]
    wrong += [f"{name}: {each.broken}" for name, each in outcomes.items() if each.broken]
    for fault in wrong:
        print(fault)
    return 1 if wrong else 0


def row(outcome: Outcome) -> Sequence[int]:
    """Return the figures of a run, in the order of the columns."""
    verdict = outcome.verdict
    return (
        outcome.kills,
        verdict.said,
        verdict.relayed,
        verdict.unclear,
        len(verdict.lost),
        verdict.doubled,
        len(verdict.unmarked),
        len(verdict.reordered),
    )


def notes(outcomes: dict[str, Outcome]) -> Iterator[str]:
    """Say what the table does not."""
    for name, outcome in outcomes.items():
        told = (
            f"{name}: {outcome.seconds / 60:.1f} min, stopped within {outcome.slowest_stop:.1f} s"
        )
        if outcome.verdict.left:
            told += f", {outcome.verdict.left} left to a person"
        if isinstance(outcome, Relief):
            told += f", {outcome.pauses} pauses, bots handed over {outcome.handed_over} times"
            told += f", all went on within {outcome.slowest_relief:.0f} s"
        yield told
        yield from sorted({f"  it wrote: {line[-120:]}" for line in outcome.complaints})[:10]


if __name__ == "__main__":
    main()
