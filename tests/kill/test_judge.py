"""The judge notices what must not be: otherwise a campaign without faults would prove nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from relay.tables import Handling, Progress
from tests.end_to_end.live_processes import Json
from tests.kill.judge import RECEIVED, REPEAT, Verdict, effects, judge
from tests.kill.records import Records
from tests.kill.talk import Said

READER = -1001
ONE, TWO = (Said(f"m00000{number}", 101, 101, (READER,)) for number in (1, 2))

#: How a message reads that is said once, and how it reads when it may be there already.
SAID_ONE, SAID_TWO = f"VA-1 · Ann\n{ONE.mark}", f"VA-1 · Ann\n{TWO.mark}"
AGAIN_ONE, AGAIN_TWO = f"{SAID_ONE}\n{REPEAT}", f"{SAID_TWO}\n{REPEAT}"


def verdict(
    *texts: str,
    unclear: int = 0,
    states: tuple[Progress, Progress] = (Progress.SENT, Progress.SENT),
    reaction: str = RECEIVED,
    taken_in: int = 1,
    attempts: int | None = None,
    parts: tuple[int, ...] | None = None,
    handled: Handling = Handling.DONE,
    opens: bool = False,
) -> Verdict:
    """Judge two messages by what appeared in the chat of their one reader."""
    calls: list[Json] = [
        {"chat": READER, "message_id": number, "params": {"text": text}}
        for number, text in enumerate(texts, 1)
    ]
    shown = effects(calls)
    keys = [(each.mark, READER) for each in (ONE, TWO)]
    numbers = {key: {effect.id for effect in shown.get(key, [])} for key in keys}
    records = Records(
        messages=Counter({each.mark: taken_in for each in (ONE, TWO)}),
        copies=dict(zip(keys, states, strict=True)),
        repeats=Counter(dict.fromkeys(keys, unclear)),
        shown=numbers if parts is None else {key: set(parts) for key in keys},
        attempts=Counter({READER: len(texts) if attempts is None else attempts}),
        states=Counter(states),
        handled=Counter({handled: 2}),
    )
    said = [replace(ONE, opens=opens), TWO]
    return judge(said, shown, records, {each.mark: [reaction] for each in said})


@pytest.mark.parametrize(
    ("texts", "unclear", "doubled"),
    [
        ((SAID_ONE, SAID_TWO), 0, 0),
        ((f"{SAID_ONE}\n\n{SAID_TWO}",), 0, 0),
        ((AGAIN_ONE, SAID_TWO), 1, 0),
        ((SAID_ONE, AGAIN_ONE, SAID_TWO), 1, 1),
        ((f"{SAID_ONE}\n\n{SAID_TWO}", f"{AGAIN_ONE}\n\n{AGAIN_TWO}"), 1, 2),
    ],
    ids=["once", "in one go", "the first got lost", "marked", "marked in one go"],
)
def test_what_may_be_is_no_fault(texts: tuple[str, ...], unclear: int, doubled: int) -> None:
    found = verdict(*texts, unclear=unclear)

    assert found.faults == []
    assert (found.said, found.relayed, found.doubled) == (2, 2, doubled)


@pytest.mark.parametrize(
    "texts",
    [
        (SAID_ONE, AGAIN_ONE, AGAIN_ONE, SAID_TWO),
        (AGAIN_ONE, AGAIN_ONE, SAID_TWO),
    ],
    ids=["all arrived", "the first got lost"],
)
def test_a_card_that_twice_may_have_come_may_come_once_more(texts: tuple[str, ...]) -> None:
    assert verdict(*texts, opens=True).faults == []


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (verdict(SAID_ONE), "lost: m000002 is not in -1001 (sent)"),
        (verdict(SAID_ONE, SAID_TWO, taken_in=0), "lost: m000001 was not taken in"),
        (verdict(SAID_ONE, SAID_TWO, taken_in=2), "unmarked: m000001 was taken in 2 times"),
        (verdict(SAID_ONE, SAID_ONE, SAID_TWO, unclear=1), "unmarked: m000001 is 2 times"),
        (verdict(SAID_ONE, AGAIN_ONE, SAID_TWO, unclear=0), "unmarked: m000001 is 2 times"),
        (verdict(AGAIN_ONE, SAID_ONE, SAID_TWO, unclear=1), "unmarked: m000001 is 2 times"),
        (verdict(SAID_ONE, AGAIN_ONE, AGAIN_ONE, SAID_TWO, unclear=2), "unmarked: m000001 is 3"),
        (verdict(SAID_ONE, SAID_ONE, SAID_TWO, opens=True), "unmarked: m000001 is 2 times"),
        (verdict(AGAIN_ONE, SAID_ONE, SAID_TWO, opens=True), "unmarked: m000001 is 2 times"),
        (verdict(SAID_TWO, SAID_ONE), "reordered: m000002 before m000001 in -1001"),
        (verdict(SAID_ONE, SAID_TWO, AGAIN_ONE, unclear=1), "reordered: m000002 before m000001"),
        (verdict(SAID_ONE, SAID_TWO, reaction="👀"), "inexact: m000001 has the receipt ['👀']"),
        (verdict(SAID_ONE, SAID_TWO, parts=()), "inexact: ('m000001', -1001) is sent, and nobody"),
        (verdict(SAID_ONE, SAID_TWO, parts=(9,)), "inexact: ('m000001', -1001) is said to be at"),
        (verdict(SAID_ONE, SAID_TWO, attempts=1), "inexact: more was said in -1001 than was noted"),
        (
            verdict(SAID_ONE, SAID_TWO, states=(Progress.SENT, Progress.SENDING)),
            "inexact: 1 deliveries are sending at the end",
        ),
        (
            verdict(SAID_ONE, SAID_TWO, handled=Handling.ASIDE),
            "inexact: 2 updates are aside at the end",
        ),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_what_must_not_be_is_noticed(found: Verdict, fault: str) -> None:
    assert any(each.startswith(fault) for each in found.faults), found.faults


def test_what_is_left_to_a_person_is_counted_and_not_lost() -> None:
    found = verdict(SAID_ONE, unclear=2, states=(Progress.SENT, Progress.UNCLEAR))

    assert found.lost == []
    assert found.left == 1


def test_verdicts_add_up() -> None:
    both = verdict(SAID_ONE, SAID_TWO) + verdict(SAID_ONE)

    assert (both.said, both.relayed, len(both.lost)) == (4, 3, 1)
