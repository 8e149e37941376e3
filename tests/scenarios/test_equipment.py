"""Equipment: it is scanned, its case knows it, and a card shows of it what its reader may know."""

from __future__ import annotations

import pytest

from relay import equipment
from relay.registers import Row
from tests.actors import Person, World
from tests.scenarios.conftest import CHAIN, Cast, chained, everybody

BOILER = Row("40-17", "KX-5 boiler", "KX-5", "9161234567", "Lenina 3", "msk", "Café Luna")
PUMP = Row("40-18", "Pump", site="Lenina 5")


async def keeps(world: World, *rows: Row, party: str = "vendor") -> dict[str, str]:
    """Give a company a register; return the links of the stickers, by code."""
    async with world.lease.transaction() as store:
        owner = await store.party_called(party)
        assert owner
        await equipment.bring_in(store, owner, rows)
        return {each.code: f"/start e-{each.tag}" for each in await store.register(owner)}


async def test_scanning_a_sticker_opens_a_case_that_knows_the_machine(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER, PUMP)

    await chain.ann.writes(links["40-17"])
    assert chain.ann.inbox[-1] == (
        "Hello! This is Iceberg. It is about: KX-5 boiler, 40-17, Lenina 3. Write what happened; a "
        "photo helps. You will read here how it goes on."
    )
    await chain.ann.writes("It leaks")

    assert (
        "Equipment: KX-5 boiler, 40-17, KX-5, 9161234567, Lenina 3, Café Luna"
        in chain.vera.card("VND-1").text
    )
    assert "Equipment: KX-5 boiler, 40-17, Lenina 3\n" in chain.ann.card("VND-1 · Iceberg").text
    async with chain.world.lease.transaction() as store:
        ticket = await store.ticket(1)
        assert ticket
        assert ticket.case.region == "msk"


async def test_a_sticker_counts_for_one_request(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER)
    await chain.ann.writes(links["40-17"])
    await chain.ann.writes("It leaks")

    await chain.ann.writes("/new The fridge is warm")

    assert "Equipment" not in chain.vera.card("VND-2").text


async def test_a_sticker_begins_a_case_beside_one_about_something_else(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER, PUMP)
    await chain.asks("The fridge is warm")

    await chain.ann.writes(links["40-18"])
    await chain.ann.writes("It hums")

    assert "Equipment: Pump, 40-18" in chain.vera.card("VND-2").text
    assert not chain.vera.reads("VND-1 · Ann Client\nIt hums")


async def test_who_scans_again_adds_to_the_case_that_is_open(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER, PUMP)
    for code in ("40-17", "40-18"):
        await chain.ann.writes(links[code])
        await chain.ann.writes(f"{code} is broken")

    await chain.ann.writes(links["40-17"])
    assert "your request VND-1 is open" in chain.ann.inbox[-1]
    await chain.ann.writes("It hisses, too")
    assert chain.vera.reads("VND-1 · Ann Client\nIt hisses, too")

    await chain.ann.writes(links["40-17"])
    await chain.ann.writes("/new The door is stuck")
    assert "Equipment: KX-5 boiler" in chain.vera.card("VND-3").text


async def test_words_after_a_scan_answer_no_question_about_something_else(chain: Cast) -> None:
    links = await keeps(chain.world, PUMP)
    await chain.asks("The fridge is warm")
    await chain.victor.presses("Take")
    await chain.victor.explains("Ask", "Which fridge?")

    await chain.ann.writes(links["40-18"])
    await chain.ann.writes("It hums")
    await chain.ann.replies("The left one", to="Which fridge?")

    assert "Equipment: Pump, 40-18" in chain.vera.card("VND-2").text
    assert "The left one" in chain.vera.find("VND-1 · Ann Client · answer").text


async def test_another_link_forgets_the_sticker(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER)
    await chain.ann.writes(links["40-17"])

    await chain.ann.writes("/start vendor")
    await chain.ann.writes("It leaks")

    assert "Equipment" not in chain.vera.card("VND-1").text


async def test_the_sticker_says_which_company_is_asked(world: World) -> None:
    doors = CHAIN.replace('code = "SRV"', 'code = "SRV"\nclients = true')
    await world.chain(doors.format(vendor="", service="", local=""))
    chain = everybody(world)
    links = await keeps(world, PUMP, party="service")

    await chain.ann.writes(links["40-18"])
    await chain.ann.writes("It hums")

    assert "Equipment: Pump, 40-18" in chain.paul.card("SRV-1").text


async def test_a_sticker_of_what_is_gone_leads_nowhere_until_it_is_back(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER, PUMP)
    await keeps(chain.world, PUMP)

    await chain.ann.writes(links["40-17"])
    assert chain.ann.inbox[-1].startswith("This sticker is not in use any more.")

    await keeps(chain.world, BOILER, PUMP)
    await chain.ann.writes(links["40-17"])
    assert "KX-5 boiler" in chain.ann.inbox[-1]


async def test_a_machine_that_goes_between_scan_and_words_is_not_noted(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER, PUMP)
    await chain.ann.writes(links["40-17"])
    await keeps(chain.world, PUMP)

    await chain.ann.writes("It leaks")

    assert "Equipment" not in chain.vera.card("VND-1").text


@pytest.mark.parametrize("tag", ["e-", "e-AAAAAAAAAAAA", "e-' OR 1=1"])
async def test_a_sticker_that_nobody_made_leads_nowhere(chain: Cast, tag: str) -> None:
    await keeps(chain.world, BOILER)

    await chain.ann.writes(f"/start {tag}")

    assert chain.ann.inbox[-1].startswith("This sticker is not in use any more.")


async def test_a_sticker_of_a_company_that_takes_no_clients_leads_nowhere(chain: Cast) -> None:
    links = await keeps(chain.world, PUMP, party="service")

    await chain.ann.writes(links["40-18"])

    assert chain.ann.inbox[-1].startswith("This sticker is not in use any more.")


@pytest.mark.parametrize("sees", ["full", "name", "hidden"])
async def test_below_the_client_of_a_machine_is_known_as_far_as_the_link_says(
    world: World, sees: str
) -> None:
    chain = await chained(world, vendor=f'client = "{sees}"')
    links = await keeps(world, BOILER)
    await chain.ann.writes(links["40-17"])
    await chain.ann.writes("The boiler of Café Luna leaks; Luna wants it soon")
    await chain.vera.presses("Pass on")
    await chain.ann.writes("Cafe Luna is open till ten")

    card = chain.paul.card("SRV-1").text
    full = sees == "full"
    assert "Equipment: KX-5 boiler, 40-17, KX-5, 9161234567" in card
    assert ("Lenina 3" in card) is full
    assert ("Equipment: KX-5 boiler, 40-17, KX-5, 9161234567, Lenina 3, Café Luna" in card) is full
    assert ("Luna" in chain.paul.everything) is (sees != "hidden")


async def test_a_machine_that_is_called_after_its_client_is_not_where_they_are_hidden(
    world: World,
) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    row = Row("LUNA-1", "Oven of Luna, ask Ann", "Luna", "Ann-7", client="Luna")
    links = await keeps(world, row)
    await chain.ann.writes(links["LUNA-1"])
    await chain.ann.writes("It is cold")
    await chain.vera.presses("Pass on")

    assert "Equipment: Oven of •••, ask •••, •••-1, •••, •••-7" in chain.paul.card("SRV-1").text


async def test_a_group_of_clients_scans_as_well(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER)
    bea = Person(chain.world, 111, "Bea", -2000, title="Café Luna")
    await bea.writes("/new The oven is cold")

    await bea.writes(links["40-17"])
    await bea.writes("/new It leaks")

    assert "Equipment: KX-5 boiler" in chain.vera.card("VND-2").text
