"""Who is asked for a pause makes one, there and nowhere else, and is slower for ten minutes."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from relay.pacing import MORE, STORM, TIGHT
from sandbox.limits import GROUP
from tests.engine.town import WRITES, Town, virtual

LITTLE = 4 * WRITES + 0.1  #: seconds that a look at the outbox and the way there take


@virtual
async def test_a_pause_asked_for_without_a_cause_silences_that_chat_alone(path: Path) -> None:
    town = Town(path, groups=3)
    await town.opens()
    begun, town.judge.pauses["-1"] = town.now, [20]

    await town.ask(10, of=town.groups)
    await town.until(begun + 40)

    heard = {group: town.judge.read(f"-{group}", since=begun) for group in town.groups}
    assert heard[1][0].at - begun == pytest.approx(20 * MORE, abs=LITTLE)
    assert [len(each) for each in heard.values()] == [10, 10, 10]
    assert max(each.at for each in heard[2] + heard[3]) < begun + 12
    await town.finishes()


@virtual
async def test_an_answer_of_the_moment_waits_for_the_end_of_a_pause_or_is_not_given(
    path: Path,
) -> None:
    town = Town(path, groups=1)
    await town.opens()
    begun, town.judge.pauses["-1"] = town.now, [20]
    await town.ask(1, of=[1])
    await town.until(begun + 1)

    assert await town.courier.slot("-1", timedelta(seconds=10)) is None
    call = await town.courier.slot("-1", timedelta(seconds=30))

    assert call
    assert town.now - begun > 20 * MORE
    town.courier.answered(call)
    await town.finishes()


@virtual
async def test_pauses_use_up_no_tries_however_many_there_are(path: Path) -> None:
    town = Town(path, groups=1)
    await town.opens()
    begun, town.judge.pauses["-1"] = town.now, [1] * 12

    await town.say("At last", to=[1])
    [heard] = await town.heard(1, since=begun, within=60)

    assert heard.words.endswith("At last")
    assert "repeat" not in heard.words
    await town.finishes()


@virtual
async def test_when_a_third_chat_asks_within_ten_seconds_the_whole_bot_pauses(path: Path) -> None:
    town = Town(path, groups=6)
    await town.opens()
    begun = town.now
    town.judge.pauses |= {"-1": [5], "-2": [6], "-3": [30]}

    for group in (1, 2):
        await town.ask(1, of=[group])
        await town.until(begun + group)
    await town.ask(2, of=[4])
    await town.until(begun + 5)
    assert len(town.judge.read("-4", since=begun)) == 2

    await town.ask(1, of=[3])
    await town.until(begun + 6)
    await town.ask(1, of=[5, 6])
    await town.until(begun + 60)

    later = [each for each in town.judge.heard if each.said and each.at > begun + 5]
    assert {each.place for each in later} == {"-1", "-2", "-3", "-5", "-6"}
    assert min(each.at for each in later) - begun == pytest.approx(5 + 30 * MORE, abs=LITTLE)
    await town.finishes()


@virtual
async def test_three_chats_that_ask_over_a_longer_time_silence_nobody_else(path: Path) -> None:
    town = Town(path, groups=4)
    await town.opens()
    begun = town.now
    town.judge.pauses |= {"-1": [60], "-2": [60], "-3": [60]}

    for group in (1, 2, 3):
        await town.ask(1, of=[group])
        await town.until(begun + group * (STORM[1].total_seconds() / 2 + 1))
    await town.ask(1, of=[4])
    [heard] = await town.heard(1, since=begun, within=30)

    assert heard.place == "-4"
    assert heard.at - begun < 18 + LITTLE
    await town.dies()


@virtual
async def test_for_ten_minutes_after_a_pause_that_chat_is_told_a_tenth_less_than_it_may(
    path: Path,
) -> None:
    town = Town(path, groups=2)
    await town.opens()
    begun, town.judge.pauses["-1"] = town.now, [1]

    await town.ask(GROUP.most + 1, of=town.groups)
    await town.until(begun + 90)
    slow, usual = (town.judge.read(f"-{group}", since=begun) for group in town.groups)
    assert slow[-1].at - slow[0].at == pytest.approx(60 / 0.9, abs=LITTLE)
    assert min(late.at - early.at for early, late in pairwise(slow)) > 1 / 0.9
    assert usual[-1].at - usual[0].at == pytest.approx(60, abs=LITTLE)

    await town.until(begun + TIGHT / timedelta(seconds=1) + 2)
    again = town.now
    await town.ask(GROUP.most + 1, of=[1])
    await town.until(again + 90)
    usual = town.judge.read("-1", since=again)
    assert usual[-1].at - usual[0].at == pytest.approx(60, abs=LITTLE)
    await town.finishes()
