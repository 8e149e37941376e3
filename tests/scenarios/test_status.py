"""What /status tells: a company its open tickets, a client their own cases, and no more."""

from __future__ import annotations

from tests.scenarios.conftest import CHAIN, Cast

PLAIN = CHAIN.format(vendor="", service="", local="")


async def test_a_companys_list_begins_with_what_waits_for_it(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.vera.presses("Pass on")
    await chain.ann.writes("/new The fridge is warm")
    await chain.world.later(hours=2, minutes=5)

    await chain.victor.writes("/status")

    assert chain.vera.inbox[-1] == (
        "Open tickets: 2\n\n"
        "Your move\n\n"
        "VND-2 · waiting to be taken · 2 hr 5 min\nThe fridge is warm\n●VND-2, since 09:00\n\n"
        "Passed on\n\n"
        "VND-1 · passed on · 2 hr 5 min\nThe machine leaks\nCold Repair's move\n"
        "VND-1 › ●SRV-1, since 09:00"
    )


async def test_a_long_list_comes_in_pages(chain: Cast) -> None:
    for number in range(8):
        await chain.ann.writes(f"/new Machine {number}")

    await chain.victor.writes("/status")
    shown = chain.vera.find("page 1 of 2")
    assert "Machine 0" in shown.text
    assert "Machine 7" not in shown.text
    await chain.victor.presses("▶️", on=shown)

    assert "page 2 of 2" in shown.text
    assert "Machine 7" in shown.text
    await chain.victor.presses("◀️", on=shown)
    assert "page 1 of 2" in shown.text


async def test_the_story_of_a_ticket_tells_how_long_each_level_held_it(chain: Cast) -> None:
    await chain.asks()
    await chain.world.later(minutes=10)
    await chain.vera.presses("Pass on")
    await chain.world.later(minutes=20)
    await chain.sara.presses("Take")
    await chain.world.later(minutes=30)
    await chain.sara.resolves("Fixed")
    await chain.world.later(minutes=40)

    await chain.victor.writes("/status VND-1")

    told = chain.vera.inbox[-1]
    assert "VND-1 · Iceberg: passed on\n   waited to be taken 10 min, checked 40 min" in told
    assert "SRV-1 · Cold Repair: done, check the result\n" in told
    assert "   waited to be taken 20 min, worked 30 min" in told


async def test_further_away_there_are_numbers_and_states_but_neither_names_nor_times(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(4)
    await chain.world.later(minutes=20)

    await chain.sara.writes("/status 1")

    told = chain.sara.inbox[-1]
    assert "VND-1 · Iceberg" in told
    assert "LOC-1 · Main Street" in told
    assert told.splitlines()[-1] == "ENG-1 · level 4: in work"
    assert "Crew" not in told


async def test_the_first_company_sees_the_times_of_all_levels(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(4)
    await chain.world.later(minutes=20)

    await chain.victor.writes("/status 1")

    assert "ENG-1 · level 4: in work\n   worked 20 min" in (chain.vera.inbox[-1])


async def test_somebody_elses_number_looks_like_one_that_does_not_exist(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)

    await chain.sara.writes("/status VND-1")
    foreign = chain.sara.inbox[-1].replace("VND-1", "N")
    await chain.sara.writes("/status SRV-77")
    missing = chain.sara.inbox[-1].replace("SRV-77", "N")

    assert foreign == missing == "There is no ticket N here. /status lists those there are."


async def test_a_clients_list_holds_their_own_cases_only(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    bob = type(chain.ann)(chain.world, 102, "Bob", 102)
    await bob.writes("My radio is silent")

    await bob.writes("/status")
    assert bob.inbox[-1] == "VND-2 · Received · 09:00\nMy radio is silent"
    await bob.writes("/status VND-1")

    assert bob.inbox[-1] == "There is no ticket VND-1 here. /status lists those there are."


async def test_nothing_open_is_said_in_words(chain: Cast) -> None:
    await chain.sara.writes("/status")
    assert chain.sara.inbox[-1] == "No open tickets here. New ones will appear in this chat."

    await chain.ann.writes("/status")
    assert chain.ann.inbox[-1].startswith("You have no requests yet.")


async def test_a_ticket_keeps_its_number_when_the_code_changes_and_is_found_by_either(
    chain: Cast,
) -> None:
    await chain.asks("The machine leaks")
    await chain.vera.presses("Pass on")
    await chain.world.chain(PLAIN.replace('code = "VND"', 'code = "ICE"'))

    for number in ("VND-1", "ice-1", "1"):
        await chain.victor.writes(f"/status {number}")
        assert chain.vera.inbox[-1].startswith("📋 VND-1 · passed on"), number
    for number in ("SRV-1", "XYZ-1", "-1"):
        await chain.victor.writes(f"/status {number}")
        assert chain.vera.inbox[-1].startswith(f"There is no ticket {number} here."), number
    await chain.ann.writes("/new The fridge is warm")

    assert chain.vera.card("ICE-2").text.endswith("The fridge is warm")
