"""A chat that is behind reads what waited in one go: each text under its own header, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from relay.channel import Reason, Refused, Retry, Unclear, Undelivered
from tests.actors import World
from tests.scenarios.conftest import Cast, chained


def once(place: str, *errors: Undelivered) -> Callable[[str], Undelivered | None]:
    """Return what makes the next calls to a chat fail, each with the next of *errors*."""
    left: Iterable[Undelivered] = iter(errors)
    return lambda to: next(iter(left), None) if to == place else None


async def behind(chain: Cast, *words: str) -> None:
    """Let the client's words wait for the first company, one after another."""
    await chain.asks()
    await chain.vera.presses("Take")
    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(seconds=30)))
    for each in words:
        await chain.ann.writes(each)


async def test_what_waited_comes_as_one_message(chain: Cast) -> None:
    await behind(chain, "First", "Second", "Third")
    sends = chain.world.messenger.sends

    await chain.world.later(seconds=31)

    header = "VND-1 · Ann Client\n"
    assert chain.vera.inbox[-1] == f"{header}First\n\n{header}Second\n\n{header}Third"
    assert chain.world.messenger.sends == sends + 1


async def test_everybody_whose_words_were_in_it_sees_that_they_arrived(chain: Cast) -> None:
    await behind(chain, "First", "Second", "Third")

    await chain.world.later(seconds=31)

    assert [chain.ann.find(each).reaction for each in ("First", "Second", "Third")] == [
        "delivered"
    ] * 3


async def test_a_text_is_corrected_in_the_midst_of_others(chain: Cast) -> None:
    await behind(chain, "First", "Second", "Third")
    await chain.world.later(seconds=31)

    await chain.ann.edits("Second", "Second, I mean")
    await chain.ann.edits("First", "First of all")

    lines = [each for each in chain.vera.inbox[-1].split("\n") if not each.startswith("VND-1")]
    assert [each for each in lines if each] == ["First of all", "Second, I mean", "Third"]


async def test_a_reply_to_one_of_them_goes_to_their_author(chain: Cast) -> None:
    await behind(chain, "First", "Second", "Third")
    await chain.world.later(seconds=31)

    await chain.victor.replies("Understood", to="Second")

    assert chain.ann.reads("Understood")


async def test_words_from_above_and_from_below_stay_apart(world: World) -> None:
    auto = 'up = "auto"\ndown = "auto"'
    chain = await chained(world, auto, auto)
    await chain.asks()
    await chain.taken(3)
    chain.world.messenger.before = once(chain.paul.place, Retry(timedelta(seconds=30)))
    await chain.ann.writes("One from above")
    await chain.ann.writes("Two from above")
    await chain.leo.replies("One from below", to="LOC-1")
    await chain.ann.writes("Three from above")

    await chain.world.later(seconds=31)

    said = [text for text in chain.paul.inbox if " from " in text]
    assert ["One from above" in said[0], "Two from above" in said[0]] == [True, True]
    assert "One from below" in said[1]
    assert "Three from above" in said[2]


async def test_what_may_have_arrived_together_comes_together_once_more(chain: Cast) -> None:
    await behind(chain, "First", "Second", "Third")
    chain.world.messenger.after = once(chain.vera.place, Unclear())

    await chain.world.later(seconds=31)
    await chain.world.later(seconds=3)

    again = chain.vera.inbox[-1]
    assert again.count("(possibly a repeat)") == 3
    assert [again.index(each) for each in ("First", "Second", "Third")] == sorted(
        again.index(each) for each in ("First", "Second", "Third")
    )


async def test_if_they_are_refused_together_each_is_tried_by_itself(chain: Cast) -> None:
    await behind(chain, "First", "Second", "Third")
    chain.world.messenger.before = once(chain.vera.place, Refused(Reason.NOT_ACCEPTED))

    await chain.world.later(seconds=31)

    assert chain.vera.inbox[-3:] == [
        f"VND-1 · Ann Client\n{each}" for each in ("First", "Second", "Third")
    ]
    assert not chain.ann.reads("not delivered")
