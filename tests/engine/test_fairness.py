"""A chat that has too much to hear delays no other."""

from pathlib import Path
from typing import Final

from sandbox.limits import GROUP
from tests.engine.town import WRITES, Town, virtual

SOON: Final = 1.5  #: seconds: the bot's next second, two looks at the outbox, and the way there


@virtual
async def test_a_group_with_two_hundred_pictures_keeps_no_other_group_waiting(path: Path) -> None:
    town = Town(path, groups=20)
    await town.opens()
    begun = town.now

    await town.say(*(f"Picture {number}" for number in range(200)), to=[1], photo="file")
    await town.until(begun + 5)
    said = town.now
    await town.say("A word", to=range(2, 21))
    await town.until(said + SOON)

    for group in range(2, 21):
        assert len(town.judge.read(f"-{group}", since=said)) == 1
    assert town.judge.read("-1", since=said)
    assert town.judge.refused == []
    await town.dies()


@virtual
async def test_who_waits_the_longest_has_the_next_turn_if_the_bot_is_at_its_limit(
    path: Path,
) -> None:
    """Forty chats could hear forty messages a second, of thirty that the bot may say."""
    town = Town(path, groups=42)
    await town.opens()
    begun = town.now

    await town.ask(12, of=range(1, 41), clients=True)
    await town.until(begun + 4)
    said = town.now
    await town.ask(1, of=[41, 42])
    await town.until(said + SOON)

    told = {str(each): len(town.judge.read(str(each), since=begun)) for each in range(1, 41)}
    assert max(told.values()) - min(told.values()) <= 1
    assert [len(town.judge.read(each, since=said)) for each in ("-41", "-42")] == [1, 1]
    assert len(town.judge.read("-41", since=begun)) == 1
    assert town.judge.refused == []
    await town.dies()


@virtual
async def test_in_one_chat_what_people_say_goes_before_receipts_and_cards(path: Path) -> None:
    town = Town(path, groups=1)
    await town.opens()
    begun = town.now

    await town.say(*(f"Picture {number}" for number in range(GROUP.most)), to=[1], photo="file")
    await town.until(begun + GROUP.most * (1 + 2 * WRITES + 0.05))

    assert len(town.judge.read("-1", since=begun)) == GROUP.most
    await town.dies()
