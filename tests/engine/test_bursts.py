"""However much there is to say at once: never faster than allowed, hardly ever slower."""

from math import ceil
from pathlib import Path
from typing import Final

from sandbox.limits import BOT, CHAT, GROUP, Budget
from tests.engine.town import Town, virtual

CLOSE: Final = 1.05  #: times the least that a messenger with these limits would let us need


def least(groups: int, each: int) -> float:
    """Return after how many seconds, at the earliest, *each* of these groups heard its last one.

    The first may be heard at once. A group's last one comes as many minutes after its first
    score as there are scores before it. The slowest group hears its first score when the bot
    has said all groups' first scores, unless the group itself needs longer for one.
    """
    before, last = divmod(each - 1, GROUP.most)
    score = min(each, GROUP.most) if before == 0 else last + 1
    alone = (score - 1) * CHAT.seconds
    together = (ceil(groups * score / BOT.most) - 1) * BOT.seconds
    return before * GROUP.seconds + max(alone, together)


@virtual
async def test_two_thousand_messages_over_fifty_groups_take_no_longer_than_they_must(
    path: Path,
) -> None:
    """What is sent are questions: they go one by one, and owe nobody a receipt."""
    town = Town(path, groups=50)
    await town.opens()
    begun, earliest = town.now, least(50, 40)

    await town.ask(40, of=town.groups)
    heard = await town.heard(2000, since=begun, within=200)

    assert town.judge.refused == []
    assert earliest == 93
    assert earliest <= heard[-1].at - begun <= earliest * CLOSE
    await town.finishes()


@virtual
async def test_pictures_are_not_slowed_by_the_receipts_that_share_the_bots_limit(
    path: Path,
) -> None:
    town = Town(path, groups=4)
    await town.opens()
    begun, words = town.now, [f"Picture {number}" for number in range(22)]

    await town.say(*words, to=town.groups, photo="file")
    heard = await town.heard(88, since=begun, within=100)

    assert town.judge.refused == []
    assert heard[-1].at - begun <= least(4, 22) * CLOSE
    for group in town.groups:
        read = [each.words for each in town.judge.read(f"-{group}", since=begun)]
        assert [each.splitlines()[-1] for each in read] == words
    assert {each.by for each in town.judge.heard if begun < each.at < heard[-1].at} == {
        Budget.SEND,
        Budget.REACT,
    }
    await town.finishes()


@virtual
async def test_two_hundred_messages_of_one_minute_are_read_within_ninety_seconds_in_order(
    path: Path,
) -> None:
    town = Town(path, groups=1)
    await town.opens()
    begun, words = town.now, [f"Message {number}" for number in range(200)]

    for second in range(0, 60, 3):
        await town.until(begun + second)
        await town.say(*words[second * 10 // 3 : second * 10 // 3 + 10], to=[1])
    await town.until(begun + 90)

    read = [each.words for each in town.judge.read("-1", since=begun)]
    assert [line for each in read for line in each.splitlines() if line in words] == words
    assert town.judge.refused == []
    assert len(read) <= 2 * GROUP.most
    await town.finishes()
