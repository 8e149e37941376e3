"""What work costs: from tariff and log, corrected by people, told to the two companies alone."""

from __future__ import annotations

import pytest

from relay import charges
from tests.actors import Person, World
from tests.scenarios.conftest import Cast, chained

TARIFF = """
tariff = { callout = "2500 RUB", hour = "900 RUB", repair = "4000.50 RUB" }
penalty = "10%"
resolve_within = "4h"
"""


async def worked(world: World, terms: str = TARIFF, *, hours: float = 2.1) -> Cast:
    """Return the people of a chain in which SRV has worked for VND, and says that it is done."""
    chain = await chained(world, vendor=terms)
    await chain.asks()
    await chain.taken(2)
    await world.later(hours=hours)
    await chain.sara.resolves("New gasket")
    return chain


def bill(person: Person) -> list[str]:
    """Return the lines of the last bill that somebody reads."""
    return person.find("🧾").text.split("\n\n")[1].splitlines()


async def summed_up(world: World) -> None:
    """See that the bill of SRV-1 keeps what its lines come to."""
    async with world.lease.transaction() as store:
        (of,) = [each for each in (await store.case(1)).tickets if each.number == "SRV-1"]
        bill, found = await store.bill(of), await charges.of_ticket(store, of)
        assert found
        assert {name: getattr(bill, name) for name in charges.sums(found)} == charges.sums(found)


async def test_a_result_says_what_it_costs_to_both_ends(world: World) -> None:
    chain = await worked(world)

    lines = ["Call-out: 2,500.00", "Hours: 2.25 × 900.00 = 2,025.00", "Total: 4,525.00 RUB"]
    assert bill(chain.sara) == bill(chain.vera) == lines
    assert chain.sara.reads("🧾 SRV-1 · What it costs")
    assert chain.vera.reads("🧾 VND-1 · What SRV-1 of Cold Repair costs")


async def test_a_kind_of_work_has_its_own_price(world: World) -> None:
    chain = await chained(world, vendor=TARIFF)
    await chain.asks()
    async with world.lease.transaction() as store:
        (await store.case(1)).kind = "Repair"
    await chain.taken(2)
    await chain.sara.resolves("New gasket")

    assert bill(chain.vera)[2:] == ["repair: 4,000.50", "Total: 6,500.50 RUB"]


async def test_who_worked_and_who_pays_correct_the_lines_until_it_is_accepted(
    world: World,
) -> None:
    chain = await worked(world)

    await chain.sara.explains("Hours", "many")
    assert chain.sara.inbox[-1] == (
        "I cannot read this number. Write it like 2 or 2.5; at most 1000.\n"
        "SRV-1 · How many hours were worked? Now: 2.25\nSara, please reply to this message."
    )
    await chain.sara.replies("2,5 h", to="I cannot read this number.")
    assert "Cold Repair has changed Hours: 2.25 → 2.5" in chain.vera.inbox[-1]
    assert "Sara has changed Hours: 2.25 → 2.5" in chain.sara.inbox[-1]
    await chain.sara.explains("Something else", "Spare part M8: 1 200,50 ₽")
    assert "Cold Repair has added: Spare part M8, 1,200.50" in chain.vera.inbox[-1]

    await chain.vera.explains("Spare part M8", "1000")
    await chain.vera.explains("Call-out", "0")
    await summed_up(world)

    lines = ["Call-out: 0 × 2,500.00 = 0.00", "Hours: 2.5 × 900.00 = 2,250.00"]
    lines += ["Spare part M8: 1,000.00", "Total: 3,250.00 RUB"]
    assert bill(chain.sara) == bill(chain.vera) == lines
    await chain.vera.presses("Hours")
    await chain.vera.presses("Accept", on="New gasket")
    await chain.vera.replies("1", to="How many hours were worked?")
    assert chain.vera.inbox[-1].startswith("SRV-1 has ended, so what it costs stays as it is.")
    await chain.sara.writes("/lines 1")
    assert bill(chain.sara) == lines
    assert not chain.sara.find("🧾").labels


async def test_only_the_two_ends_of_a_link_correct_and_read_what_work_costs(world: World) -> None:
    chain = await chained(
        world, 'tariff = { hour = "7001 RUB" }', 'tariff = { hour = "8001 RUB" }\nnames = true'
    )
    await chain.asks()
    await chain.taken(3)
    await world.later(hours=1)
    await chain.leo.resolves("New gasket")
    assert await chain.sara.presses("Hours") == (
        "Only a lead of this chat may do that. Please ask an administrator, or whoever was named "
        "with /lead."
    )
    await chain.paul.explains("Hours", "3")
    assert "Paul (Cold Repair) has changed Hours: 1 → 3" in chain.leo.inbox[-1]
    await chain.paul.presses("Accept", on="New gasket")
    await chain.paul.presses("Pass on", on="Pass this result on")
    for person in (chain.vera, chain.paul, chain.lucy):
        await person.writes("/status 1")
        await person.writes("/lines 1")

    for person, read, unread in (
        (chain.vera, "7,001.00", "8,001.00"),
        (chain.lucy, "8,001.00", "7,001.00"),
    ):
        assert read in person.everything
        assert unread not in person.everything
    assert "001.00" not in chain.ann.everything
    found = [each for each in chain.lucy.sees if "🧾" in each.text and each.labels][-1]
    data = chain.lucy._data(found, "Hours")
    await chain.vera.presses_data(chain.vera.sees[-1], data)
    assert world.messenger.toasts[-1].startswith("There is no such ticket here.")


async def test_nothing_is_taken_for_hours_or_for_money_that_was_meant_otherwise(
    world: World,
) -> None:
    chain = await worked(world)
    before = bill(chain.vera)

    for words in ("30 min", "30 мин.", "2 days", "-3", "2:30", "1001", "1e2"):
        await chain.sara.explains("Hours", words)
        assert chain.sara.inbox[-1].startswith("I cannot read this number."), words
    for words in ("Discount: -500", "Discount -500", "Discount −500", "-500", "Part 5 EUR"):
        await chain.sara.explains("Something else", words)
        assert "For a discount, change the line" in chain.sara.inbox[-1], words

    assert bill(chain.vera) == before


async def test_amounts_are_read_as_people_write_them_and_as_they_are_shown(world: World) -> None:
    chain = await worked(world)

    for words in ("1,200.50", "1.200,50 RUB", "- 1200,50 руб.", "1 200,50 рублей"):
        await chain.sara.explains("Something else", f"Part {words}")
        assert "Part: 1,200.50" in bill(chain.vera), words
        await chain.sara.explains("Part", "0")


async def test_what_work_costs_is_found_by_the_number_that_either_end_reads(world: World) -> None:
    chain = await worked(world)
    await chain.vera.writes("/lines srv-1")
    assert chain.vera.inbox[-1].startswith("🧾 VND-1 · What SRV-1 of Cold Repair costs")

    for person, number in ((chain.sara, "VND-1"), (chain.leo, "SRV-1"), (chain.vera, "SRV-2")):
        await person.writes(f"/lines {number}")
        assert person.inbox[-1].startswith(f"There is no ticket {number} here.")


async def test_what_no_price_is_for_says_so(world: World) -> None:
    chain = await worked(world, 'tariff = { repair = "100 RUB" }')

    said = "None of the prices that you agreed on is for this ticket."
    assert bill(chain.vera) == [said, "Total: 0.00"]
    await chain.vera.explains("Something else", "Travel 50 RUB")
    assert bill(chain.sara) == ["Travel: 50.00", "Total: 50.00 RUB"]


async def test_late_work_is_paid_less_unless_the_one_above_waives_that(world: World) -> None:
    chain = await worked(world, hours=5)

    due = "Deducted, as it was late: 10% = -700.00"
    assert bill(chain.vera)[2:] == [due, "Total: 6,300.00 RUB"]
    assert "Waive the deduction" not in chain.sara.everything
    await chain.vera.presses("Waive the deduction")
    assert "Iceberg waives the deduction." in chain.sara.inbox[-1]
    assert bill(chain.sara)[2:] == ["Deducted, as it was late: waived", "Total: 7,000.00 RUB"]
    await chain.vera.presses("Deduct after all")
    assert bill(chain.sara)[2:] == [due, "Total: 6,300.00 RUB"]


async def test_a_part_of_a_percent_is_deducted_to_the_cent(world: World) -> None:
    chain = await worked(world, TARIFF.replace("10%", "12.5%").replace("900", "33.33"), hours=5)

    deducted = "Deducted, as it was late: 12.5% = -333.33"
    lines = ["Call-out: 2,500.00", "Hours: 5 × 33.33 = 166.65", deducted, "Total: 2,333.32 RUB"]
    assert bill(chain.vera) == bill(chain.sara) == lines


async def test_a_deduction_that_is_waived_twice_is_waived(world: World) -> None:
    chain = await worked(world, hours=5)
    shown = chain.vera.find("🧾")
    press = chain.vera.press(shown, chain.vera._data(shown, "Waive the deduction"))

    await world.comes_in(press, press)
    await world.settles()
    assert sorted(world.messenger.toasts[-2:]) == [
        "Both companies are told.",
        "That is done already.",
    ]
    assert await chain.vera.presses("Waive the deduction", on=shown) == "That is done already."

    assert "Deducted, as it was late: waived" in bill(chain.sara)
    assert len([text for text in chain.sara.inbox if "waives the deduction" in text]) == 1


async def test_hours_follow_the_log_until_people_have_said_how_many(world: World) -> None:
    chain = await worked(world, hours=1)
    await chain.vera.explains("Return", "It leaks", on="New gasket")
    await world.later(hours=1)
    await chain.sara.resolves("Newer gasket")
    assert "Hours: 2 × 900.00 = 1,800.00" in bill(chain.vera)

    await chain.sara.explains("Hours", "1.5")
    await chain.vera.explains("Return", "It leaks again", on="Newer gasket")
    await world.later(hours=1)
    await chain.sara.resolves("Newest gasket")

    assert "Hours: 1.5 × 900.00 = 1,350.00" in bill(chain.vera)


async def test_a_ticket_that_is_taken_back_costs_nothing(world: World) -> None:
    chain = await worked(world)

    await chain.vera.explains("Return", "It leaks", on="New gasket")
    await chain.vera.explains("Recall", "We do it ourselves")
    await chain.sara.writes("/lines 1")

    assert "was recalled or cancelled, so nothing is to be paid" in chain.sara.inbox[-1]
    assert await chain.sara.presses("Hours") == (
        "SRV-1 has ended, so what it costs stays as it is. If something is wrong, the one above "
        "can reopen it, as long as that was agreed."
    )


async def test_results_that_go_up_unseen_cost_what_they_cost_then(world: World) -> None:
    chain = await worked(world, TARIFF + 'result = "auto"')

    assert "The ticket is closed, so this stays as it is." in chain.sara.find("🧾").text
    assert bill(chain.sara) == bill(chain.vera)
    assert not chain.sara.find("🧾").labels


@pytest.mark.parametrize("agreed", ["", 'penalty = "10%"'])
async def test_where_nothing_was_agreed_nothing_is_said_of_money(world: World, agreed: str) -> None:
    chain = await worked(world, agreed)
    await chain.vera.writes("/lines 1")

    assert "🧾" not in chain.vera.everything + chain.sara.everything
    assert chain.vera.inbox[-1].startswith("Nothing is to be paid for VND-1 as yet.")


async def test_prices_in_words_from_earlier_days_are_shown_and_not_counted(world: World) -> None:
    chain = await chained(world)
    async with world.lease.transaction() as store:
        [link, *_] = await store.links()
        link.tariff = {"callout": "as in the contract", "hour": "900 RUB"}
    await chain.asks()
    await chain.taken(2)
    await world.later(hours=1)
    await chain.sara.resolves("New gasket")

    said = "Call-out: 1, at what you agreed in words: as in the contract"
    assert bill(chain.vera) == [said, "Hours: 1 × 900.00 = 900.00", "Total: 900.00 RUB"]
