"""A request goes down a chain of four companies, and the answer comes back."""

from __future__ import annotations

from tests.actors import World
from tests.scenarios.conftest import Cast, chained


async def test_a_first_message_becomes_a_card_that_carries_the_request(chain: Cast) -> None:
    await chain.ann.writes("Our espresso machine leaks, corner of Main and 3rd")

    assert len(chain.vera.inbox) == 1
    card = chain.vera.card("VND-1")
    assert "Our espresso machine leaks, corner of Main and 3rd" in card.text
    assert "Client: Ann Client (@ann_c)" in card.text
    assert card.labels == ["Take", "Pass on", "Decline", "Cancel"]
    assert chain.ann.card("VND-1").text.startswith("VND-1 · Iceberg\nReceived · 09:00")


async def test_the_client_sees_that_everybody_has_the_message(chain: Cast) -> None:
    request = await chain.ann.writes("It leaks")

    assert request.reaction == "delivered"


async def test_a_case_goes_down_and_the_answer_comes_back(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(4)
    assert "VND-1 › SRV-1 › LOC-1 › ●ENG-1" in chain.vera.card("VND-1").text
    assert "VND-1 › SRV-1 › LOC-1 › ●ENG-1" in chain.eve.card("ENG-1").text

    await chain.egor.resolves("New gasket", photo="gasket.jpg")
    assert chain.lucy.find("New gasket").photo == "gasket.jpg"
    await chain.lucy.explains("Return", "Show me a photo of the seal", on="New gasket")
    assert chain.eve.reads("ENG-1 · Main Street · returned for rework\nShow me a photo of the seal")
    await chain.egor.resolves("Here it is", photo="seal.jpg")

    for upper, lower in ((chain.lucy, "ENG-1"), (chain.paul, "LOC-1"), (chain.vera, "SRV-1")):
        assert await upper.presses("Accept", on="Here it is") == f"{lower} is accepted."
        await upper.presses("5 ★", on=f"{lower} · How good")
        toast = await upper.presses("Pass on", on="Pass this result on")
        assert toast.endswith("is resolved.")
    answer = chain.ann.find("Here it is")
    assert (answer.text, answer.photo) == ("VND-1 · Iceberg · result\nHere it is", "seal.jpg")

    assert await chain.ann.presses("Accept", on=answer) == "VND-1 is accepted."
    await chain.ann.presses("4 ★", on="How did we do?")
    assert "Finished · 09:00" in chain.ann.card("VND-1").text
    assert chain.vera.reads("VND-1 · Your work was rated 4 of 5.")
    assert chain.eve.reads("ENG-1 · Your work was rated 5 of 5.")
    assert chain.vera.reads("VND-1 · ENG-1 was rated 5 of 5.")
    assert chain.eve.reads("ENG-1 · The client rated the whole case 4 of 5.")
    assert "Sent back for rework: 1" in chain.eve.card("ENG-1").text


async def test_automatic_links_let_a_case_run_down_by_itself(world: World) -> None:
    auto = 'forward = "auto"'
    chain = await chained(world, auto, auto, auto)

    await chain.asks()

    assert chain.eve.card("ENG-1").labels == ["Take", "Decline"]
    assert "passed on" in chain.vera.card("VND-1").text


async def test_an_unchecked_result_passes_straight_up_where_the_link_says_so(
    world: World,
) -> None:
    chain = await chained(world, local='result = "auto"', service='result = "auto"')
    await chain.asks()
    await chain.taken(4)

    await chain.egor.resolves("Done and dusted")

    assert "LOC-1 · accepted" in chain.lucy.card("LOC-1").text
    assert "SRV-1 · waiting to be checked" in chain.paul.card("SRV-1").text
    assert chain.vera.find("Done and dusted").labels == ["Accept", "Return"]
    assert not any("How good" in text for text in chain.paul.inbox)


async def test_the_card_says_since_when_it_is_really_ones_move(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.world.later(minutes=5)
    await chain.sara.resolves("Fixed")
    await chain.world.later(minutes=5)

    await chain.vera.presses("Accept", on="Fixed")

    assert "●VND-1 › SRV-1, since 09:10" in chain.vera.card("VND-1").text or (
        "●VND-1, since 09:10" in chain.vera.card("VND-1").text
    )


async def test_after_a_reopening_the_old_result_is_not_offered_again(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(3)
    await chain.leo.resolves("Tightened")
    await chain.paul.presses("Accept", on="Tightened")
    await chain.paul.presses("Pass on", on="Pass this result on")
    await chain.world.later(minutes=1)
    await chain.vera.explains("Return", "Still loud", on="Tightened")

    await chain.sara.presses("Resolve")

    assert chain.sara.find("SRV-1 · ").text.startswith("SRV-1 · What was done?")
