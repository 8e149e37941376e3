"""Who is passed a ticket reads the story so far: as much as was chosen, and in few messages."""

from __future__ import annotations

import pytest

from tests.actors import World
from tests.samples import SAMPLES
from tests.scenarios.conftest import CHAIN, Cast, chained, everybody

EVERYTHING, LAST, REQUEST = "All 7 messages", "The last 5", "The request alone"


async def talks(chain: Cast, count: int = 7) -> None:
    """Let a client say a lot before anything is passed on."""
    await chain.asks()
    for number in range(1, count + 1):
        await chain.ann.writes(f"Fact {number}")


async def test_without_a_story_nothing_is_asked(chain: Cast) -> None:
    await chain.asks()

    toast = await chain.vera.presses("Pass on")

    assert toast == "Passed on to Cold Repair as SRV-1."


@pytest.mark.parametrize(
    ("choice", "told"), [(EVERYTHING, range(1, 8)), (LAST, range(3, 8)), (REQUEST, ())]
)
async def test_as_much_of_the_story_goes_along_as_was_chosen(
    chain: Cast, choice: str, told: range
) -> None:
    await talks(chain)
    await chain.vera.presses("Pass on")
    assert not chain.paul.reads("SRV-1")
    asked = chain.vera.find("What is Cold Repair to read of what was said so far?")
    assert asked.labels == [EVERYTHING, LAST, REQUEST]

    toast = await chain.vera.presses(choice)

    assert toast == "Passed on to Cold Repair as SRV-1."
    assert asked.labels == []
    assert chain.paul.reads("The machine leaks")
    assert [n for n in range(1, 8) if chain.paul.reads(f"Fact {n}")] == [*told]


async def test_the_story_comes_in_one_message_after_the_card_with_its_moments(chain: Cast) -> None:
    await talks(chain)
    await chain.vera.presses("Pass on")

    await chain.vera.presses(EVERYTHING)

    card, story = (each for each in chain.paul.sees if each.by_bot)
    assert card.text.startswith("SRV-1 · waiting to be taken")
    assert story.text.startswith("SRV-1 · the client · 09:00\nFact 1\n\nSRV-1 · the client · 09:00")
    assert story.text.endswith("Fact 7")


async def test_an_edit_reaches_the_story_too(chain: Cast) -> None:
    await talks(chain)
    await chain.vera.presses("Pass on")
    await chain.vera.presses(EVERYTHING)

    await chain.ann.edits("Fact 4", "Fact four")

    story = chain.paul.find("Fact 1")
    assert "Fact four" in story.text
    assert "Fact 4" not in story.text


async def test_pictures_of_the_story_are_shown(chain: Cast) -> None:
    await chain.asks()
    await chain.ann.sends(photo=SAMPLES["photo"]["photo"])
    await chain.vera.presses("Pass on")

    await chain.vera.presses("The one message")

    assert chain.paul.sees[-1].photo == "large"


async def test_notes_and_words_upwards_are_no_part_of_the_story(chain: Cast) -> None:
    await talks(chain, 1)
    await chain.victor.replies("We are on it", to="VND-1")
    await chain.victor.writes("/note 1 A difficult client")
    await chain.vera.presses("Pass on")

    await chain.vera.presses("The one message")

    assert chain.paul.reads("Fact 1")
    assert not chain.paul.reads("We are on it")
    assert not chain.paul.reads("difficult")


async def test_words_upwards_are_part_of_it_where_the_link_shares_them(world: World) -> None:
    chain = await chained(world, vendor="share_replies = true")
    await talks(chain, 1)
    await chain.victor.replies("We are on it", to="VND-1")
    await chain.vera.presses("Pass on")

    await chain.vera.presses("All 2 messages")

    assert chain.paul.reads("SRV-1 · Iceberg · 09:00\nWe are on it")


async def test_what_came_down_a_valve_goes_further_with_the_ticket(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.victor.replies("Please hurry", to=chain.vera.card("VND-1"))
    await chain.victor.presses("To SRV-1")
    await chain.ann.writes("It got worse")
    await chain.paul.presses("Pass on")

    await chain.paul.presses("All 2 messages")

    assert chain.lucy.reads("LOC-1 · level 1 · 09:00\nPlease hurry")
    assert chain.lucy.reads("It got worse")


async def test_what_another_company_said_before_is_no_part_of_it(world: World) -> None:
    another = CHAIN.format(vendor="", service="", local="")
    await world.chain(another + '[[links]]\nupper = "vendor"\nlower = "local"\nrank = 2\n')
    chain = everybody(world)
    await chain.asks()
    await chain.vera.presses("Pass on")
    await chain.vera.presses("Cold Repair")
    await chain.sara.replies("Far too cheap for us", to="SRV-1")
    await chain.vera.explains("Recall", "Another one does it")
    await chain.ann.writes("Anybody there?")

    await chain.vera.presses("Pass on", on=chain.vera.card("VND-1"))
    await chain.vera.presses("Main Street")
    await chain.vera.presses("The one message")

    assert chain.lucy.reads("Anybody there?")
    assert not chain.lucy.reads("Far too cheap")


async def test_who_has_had_the_case_before_reads_what_was_said_since(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.ann.writes("It drips")
    await chain.vera.explains("Recall", "Please wait")
    await chain.ann.writes("It pours")

    await chain.vera.presses("Pass on", on=chain.vera.card("VND-1"))
    await chain.vera.presses("The one message")

    assert sum("It drips" in text for text in chain.paul.inbox) == 1
    assert chain.paul.reads("SRV-2 · the client · 09:00\nIt pours")


async def test_a_hidden_clients_story_is_masked(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.ann.writes("Ask for Ann Client, +49 30 1234567")
    await chain.vera.presses("Pass on")

    await chain.vera.presses("The one message")

    assert chain.paul.reads("SRV-1 · the client · 09:00\nAsk for •••, •••")


async def test_what_was_taken_back_is_not_handed_over(chain: Cast) -> None:
    await talks(chain, 2)
    said = next(each for each in chain.ann.sees if each.text == "Fact 1")
    await chain.ann.replies("/retract", to=said)

    await chain.vera.presses("Pass on")
    await chain.vera.presses("The one message")

    assert not chain.paul.reads("Fact 1")
    assert not chain.paul.reads("(withdrawn)")
    assert chain.paul.reads("Fact 2")


async def test_a_choice_that_comes_too_late_passes_nothing_on_twice(chain: Cast) -> None:
    await talks(chain)
    await chain.vera.presses("Pass on")
    asked = chain.vera.find("What is Cold Repair to read")
    button = asked.button(LAST)
    await chain.vera.presses(EVERYTHING)
    asked.buttons = [button]

    toast = await chain.vera.presses(LAST)

    assert toast.startswith("Cold Repair has this case already")
    assert not chain.paul.reads("SRV-2")
