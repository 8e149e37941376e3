"""What is sent as one arrives as one, in order; what comes late follows it."""

from __future__ import annotations

from typing import Any

import pytest

from relay.content import Medium
from tests.actors import World
from tests.messenger import Shown
from tests.samples import SAMPLES, SIZE
from tests.scenarios.conftest import Cast, chained


def picture(name: str, caption: str = "") -> dict[str, Any]:
    words = {"caption": caption} if caption else {}
    return {"photo": [{"file_id": name, **SIZE}], **words}


def film(name: str) -> dict[str, Any]:
    return {"video": {"file_id": name, "duration": 5, **SIZE}}


def paper(name: str, called: str = "paper.pdf") -> dict[str, Any]:
    return {"document": {"file_id": name, "file_unique_id": "u", "file_name": called}}


def albums(seen: list[Shown]) -> list[list[str]]:
    """Return what stands together in a chat: the files of each album, in order."""
    found: dict[str, list[str]] = {}
    for each in seen:
        if each.by_bot and each.album and each.media:
            found.setdefault(each.album, []).append(each.media.file)
    return [*found.values()]


async def test_an_album_arrives_as_one_in_order_at_every_level(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(4)

    await chain.ann.sends_album(picture("a", "Here it drips"), film("b"), picture("c"))

    for reader in (chain.vera, chain.paul, chain.lucy, chain.eve):
        assert albums(reader.sees) == [["a", "b", "c"]]
        assert reader.sees[-3].text.endswith(" · Ann Client\nHere it drips")
        assert [each.text for each in reader.sees[-2:]] == ["", ""]


async def test_the_parts_of_an_album_are_waited_for_and_hold_nobody_else_up(chain: Cast) -> None:
    await chain.asks()
    before = len(chain.vera.sees)

    first, second, third = chain.ann.album(picture("a"), picture("b"), picture("c"))
    await chain.world.happens(first)
    await chain.world.later(seconds=0.9)
    await chain.world.happens(second)
    await chain.world.later(seconds=0.9)
    await chain.world.happens(third)
    assert len(chain.vera.sees) == before
    await chain.victor.replies("We look at it", to="VND-1")
    assert chain.ann.reads("We look at it")
    await chain.world.later(seconds=1)

    assert albums(chain.vera.sees) == [["a", "b", "c"]]


async def test_what_is_said_after_an_album_comes_after_it(chain: Cast) -> None:
    await chain.asks()

    await chain.world.comes_in(*chain.ann.album(picture("a"), picture("b")))
    await chain.ann.writes("That is all")
    await chain.world.later(seconds=1)

    assert albums(chain.vera.sees) == [["a", "b"]]
    assert chain.vera.sees[-1].text.endswith("That is all")


async def test_nobody_waits_longer_than_ten_seconds_for_an_album(chain: Cast) -> None:
    await chain.asks()

    parts = chain.ann.album(*(picture(str(number)) for number in range(8)))
    for part in parts:
        await chain.world.happens(part)
        await chain.world.later(seconds=0.9)
    for _ in range(5):
        await chain.world.happens(chain.ann.album(picture("late"))[0])
        await chain.world.later(seconds=0.9)

    assert albums(chain.vera.sees)[0][:8] == [str(number) for number in range(8)]


async def test_ten_parts_are_complete_at_once(chain: Cast) -> None:
    await chain.asks()

    await chain.world.comes_in(*chain.ann.album(*(picture(str(each)) for each in range(10))))
    await chain.world.settles()

    assert albums(chain.vera.sees) == [[str(each) for each in range(10)]]


async def test_a_part_that_comes_late_follows_as_a_reply_to_the_album(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    first, second, late = chain.ann.album(picture("a", "All of it"), picture("b"), picture("c"))
    await chain.world.comes_in(first, second)
    await chain.world.later(seconds=2)

    await chain.world.comes_in(late)
    await chain.world.later(seconds=2)

    for reader in (chain.vera, chain.paul):
        assert albums(reader.sees) == [["a", "b"]]
        assert reader.sees[-1].photo == "c"
        assert reader.sees[-1].reply_to == reader.sees[-3].ref


async def test_a_late_part_of_a_reply_goes_the_way_of_the_others(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    first, late = chain.sara.album(picture("a"), picture("b"), to="SRV-1")
    await chain.world.comes_in(first)
    await chain.world.later(seconds=2)

    await chain.world.comes_in(late)
    await chain.world.later(seconds=2)

    assert [each.photo for each in chain.vera.sees if each.photo] == ["a", "b"]


async def test_a_late_part_of_the_request_belongs_to_its_case(chain: Cast) -> None:
    first, late = chain.ann.album(picture("a", "It leaks"), picture("b"))
    await chain.world.comes_in(first)
    await chain.world.later(seconds=2)

    await chain.world.comes_in(late)
    await chain.world.later(seconds=2)

    assert [each.photo for each in chain.vera.sees if each.photo] == ["a", "b"]
    assert not chain.vera.reads("VND-2")


async def test_a_crash_in_the_middle_of_an_album_loses_no_part(chain: Cast) -> None:
    await chain.asks()
    parts = chain.ann.album(picture("a"), picture("b"), picture("c"))
    await chain.world.comes_in(*parts[:2])
    await chain.world.settles()

    await chain.world.start()
    await chain.world.comes_in(parts[2])
    await chain.world.settles()
    await chain.world.later(seconds=1)

    assert albums(chain.vera.sees) == [["a", "b", "c"]]


async def test_a_case_may_begin_with_an_album(chain: Cast) -> None:
    await chain.ann.sends_album(picture("a", "The machine leaks"), picture("b"))

    assert chain.vera.card("VND-1").text.endswith("The machine leaks")
    assert albums(chain.vera.sees) == [["a", "b"]]
    assert chain.ann.card("VND-1")


async def test_an_album_as_a_reply_replies_at_every_level(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.ann.writes("How does it look?")

    await chain.sara.sends_album(picture("a"), picture("b"), to="How does it look?")

    assert albums(chain.vera.sees) == [["a", "b"]]
    assert chain.vera.sees[-2].reply_to == chain.vera.find("How does it look?").ref
    assert chain.vera.sees[-2].labels == ["Pass on"]


async def test_a_correction_of_one_part_touches_that_part_alone(chain: Cast) -> None:
    await chain.asks()
    await chain.ann.sends_album(picture("a", "First"), picture("b", "Second"), picture("c"))
    mine = next(each for each in chain.ann.sees if each.text == "Second")

    mine.text = "Second, corrected"
    await chain.world.happens(chain.ann.correction(mine))

    assert [(each.text, each.edited) for each in chain.vera.sees[-3:]] == [
        ("VND-1 · Ann Client\nFirst", False),
        ("Second, corrected", True),
        ("", False),
    ]


async def test_a_correction_before_the_album_was_handled_is_part_of_it(chain: Cast) -> None:
    await chain.asks()
    await chain.world.comes_in(*chain.ann.album(picture("a", "Frist"), picture("b")))
    await chain.world.settles()
    mine = next(each for each in chain.ann.sees if each.text == "Frist")

    mine.text = "First"
    await chain.world.happens(chain.ann.correction(mine))
    await chain.world.later(seconds=1)

    assert chain.vera.sees[-2].text == "VND-1 · Ann Client\nFirst"
    assert not chain.vera.sees[-2].edited


async def test_a_reply_to_any_part_finds_the_ticket(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.ann.sends_album(picture("a"), picture("b"))

    await chain.sara.replies("On this one I see nothing", to=chain.paul.sees[-1])

    assert chain.vera.reads("On this one I see nothing")


async def test_a_note_may_be_an_album(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    seen = len(chain.vera.sees)

    await chain.sara.sends_album(picture("a", "/note 1 For us"), picture("b"))

    assert chain.paul.reads("Noted on SRV-1.")
    assert len(chain.vera.sees) == seen


async def test_a_hidden_clients_album_is_masked_part_by_part(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.taken(2)

    await chain.ann.sends_album(
        {**paper("a", "Ann_Client.pdf"), "caption": "Yours, Ann"}, paper("b", "bill.pdf")
    )

    first, second = chain.paul.sees[-2:]
    assert first.text == "SRV-1 · the client\nYours, •••"
    assert [each.media and each.media.renamed for each in (first, second)] == [True, False]
    assert albums(chain.paul.sees) == [["a", "b"]]


async def test_what_nobody_knows_does_not_sink_the_rest(chain: Cast) -> None:
    await chain.asks()

    await chain.ann.sends_album(picture("a"), {"a_kind_of_next_year": {}}, picture("b"))

    assert albums(chain.vera.sees) == [["a", "b"]]
    assert chain.ann.inbox[-1].startswith("One of these is of a kind that I do not know")


@pytest.mark.parametrize("alone", [False, True])
async def test_the_sender_sees_at_the_first_part_that_all_have_it(chain: Cast, alone: bool) -> None:
    await chain.asks()

    await chain.ann.sends_album(*([picture("a")] if alone else [picture("a"), picture("b")]))
    await chain.world.later(seconds=3)

    assert next(each for each in chain.ann.sees if each.raw).reaction


async def test_of_music_and_papers_that_came_as_one_each_is_itself(chain: Cast) -> None:
    await chain.asks()

    await chain.ann.sends_album(SAMPLES["audio"], SAMPLES["audio"])

    kinds = [each.media.kind for each in chain.vera.sees if each.media]
    assert kinds == [Medium.AUDIO, Medium.AUDIO]
