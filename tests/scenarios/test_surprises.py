"""What nobody has thought of: it is doubted, never taken for done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.forms import Press
from relay import outbox, setup
from relay.chain import parse
from relay.channel import Act
from relay.moves import Move, State
from relay.store import Clash
from relay.tables import Person
from tests.actors import BOT, World
from tests.scenarios.conftest import CHAIN, Cast, chained
from tests.scenarios.test_faults import once


async def test_a_message_after_which_anything_broke_comes_once_more_and_says_so(
    chain: Cast,
) -> None:
    await chain.asks()
    surprise: object = ZeroDivisionError("a surprise")
    chain.world.messenger.after = once(chain.vera.place, surprise)  # type: ignore[arg-type]

    await chain.ann.writes("First")
    await chain.world.later(seconds=3)

    said = [text for text in chain.vera.inbox if "First" in text]
    assert len(said) == 2
    assert "(possibly a repeat)" in said[1]


async def test_a_message_before_which_anything_broke_still_arrives(chain: Cast) -> None:
    await chain.asks()
    surprise: object = ZeroDivisionError("a surprise")
    chain.world.messenger.before = once(chain.vera.place, surprise)  # type: ignore[arg-type]

    await chain.ann.writes("First")
    await chain.world.later(seconds=3)

    assert chain.vera.reads("First")


async def test_what_failed_half_way_is_as_if_nobody_had_tried(chain: Cast) -> None:
    await chain.asks()

    with pytest.raises(ZeroDivisionError):
        await closed_half_way(chain)
    await chain.world.settles()

    assert "waiting to be taken" in chain.vera.card().text
    assert await chain.vera.presses("Take") == "VND-1 is yours."


async def test_what_somebody_else_changes_in_the_chain_is_known_at_once(chain: Cast) -> None:
    await chain.asks()
    await chain.vera.presses("Take")
    file = CHAIN.format(vendor="", service="", local="").replace("Iceberg", "Glacier")

    async with chain.world.database.transaction(BOT) as store:
        await store.intervene()
        await setup.apply(store, parse(file))
    await chain.vera.replies("We are coming", to="The machine leaks")

    assert chain.ann.inbox[-1] == "VND-1 · Glacier\nWe are coming"


async def closed_half_way(chain: Cast) -> None:
    async with chain.world.lease.transaction() as store:
        ticket = await store.ticket(1)
        assert ticket
        ticket.state = State.CLOSED
        await outbox.refresh(store, ticket.case, "a surprise")
        raise ZeroDivisionError


async def test_words_that_are_taken_from_a_picture_vanish_everywhere(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.ann.writes("The key is under the mat", photo="door")

    await chain.ann.edits("The key is under the mat", "")

    for reader in (chain.vera, chain.paul):
        assert reader.sees[-1].photo == "door"
        assert not reader.reads("under the mat")


async def test_a_result_that_is_offered_to_be_passed_on_names_no_hidden_client(
    world: World,
) -> None:
    chain = await chained(world, vendor='client = "hidden"', service='client = "full"')
    await chain.asks()
    await chain.taken(3)

    await chain.leo.resolves("Ann Client let me in")
    await chain.paul.presses("Accept")

    assert chain.paul.reads("Pass this result on as yours?")
    assert not chain.paul.reads("Ann")


async def test_what_may_be_known_of_the_client_is_struck_out_below_pictures(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.taken(2)

    await chain.ann.writes("Ask for Ann Client, +49 30 5550199", photo="door")

    [seen] = [each for each in chain.paul.sees if each.photo]
    assert "Ask for" in seen.text
    assert "Ann" not in seen.text
    assert "5550199" not in seen.text


async def test_what_people_say_is_no_part_of_what_a_database_refuses(world: World) -> None:
    twice = [Person(bot=BOT, address="1", name="CANARY", username=None) for _twice in range(2)]

    with pytest.raises(Clash) as refused:
        async with world.lease.transaction() as store:
            await store.add(*twice)

    assert "persons" in str(refused.value)
    assert "CANARY" not in str(refused.value)


@pytest.mark.parametrize("odd", ["\0", "\ud83d"], ids=["zero", "half a pair"])
async def test_a_character_that_no_database_keeps_holds_nobody_up(chain: Cast, odd: str) -> None:
    ann = replace(chain.ann, name=f"Ann{odd}")

    await ann.writes(f"The machine{odd} leaks")
    await chain.eve.writes("/status")

    assert "The machine\ufffd leaks" in chain.vera.card().text
    assert chain.eve.inbox[-1].startswith("No open tickets here.")


async def test_a_press_with_numbers_that_nobody_has_keeps_nobody_from_working(chain: Cast) -> None:
    """Whoever writes a client of their own can press what never stood on a button."""
    await chain.asks()
    card = chain.vera.card()
    absurd = (f"{2**70}:", f"{2**63 - 1}:{2**63 - 1}", f"{2**53}:{2**53}", "-1:-1", "٣:", "1e3:")

    for act in (*Act, *Move):
        for numbers in absurd:
            await chain.vera.presses_data(card, f"{Press.__prefix__}:{act}:{numbers}")

    await chain.vera.presses_data(card, Press(act=Move.TAKE, about=1).pack())
    assert chain.world.messenger.toasts[-1] == "VND-1 is yours."
