"""A month of a link: what it comes to, confirmed by both ends, and read by nobody else."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from handlers.forms import Press
from relay.channel import Act
from relay.months import Month
from relay.settlements import MARKS
from tests.actors import Person, World
from tests.scenarios.conftest import Cast, chained

TARIFF = """
tariff = { callout = "2500 RUB", hour = "900 RUB" }
penalty = "10%"
resolve_within = "4h"
reopen_within = "60d"
"""
APRIL = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


async def closed(world: World, *, hours: float = 2, terms: str = TARIFF, more: str = "") -> Cast:
    """Return the people of a chain in which SRV has done something for VND in March."""
    chain = await chained(world, vendor=terms, service=more)
    await works(chain, hours)
    return chain


async def works(chain: Cast, hours: float = 2, *, what: str = "The machine leaks") -> None:
    """Let one more case be done and accepted by VND."""
    await chain.ann.writes(f"/new {what}")
    await chain.vera.presses("Pass on", on=what)
    await chain.sara.presses("Take", on=what)
    await chain.world.later(hours=hours)
    await chain.sara.explains("Resolve", f"Done: {what}", on=what)
    await chain.vera.presses("Accept", on=f"Done: {what}")


async def april(chain: Cast) -> None:
    """Let the next month begin."""
    chain.world.now = APRIL


async def confirmed(world: World) -> Cast:
    """Return them in April, when VND has confirmed what was done in March."""
    chain = await closed(world)
    await april(chain)
    await settles(chain.vera)
    await chain.vera.presses("Confirm")
    return chain


async def settles(person: Person, words: str = "") -> str:
    """Ask for a settlement, and return what is read."""
    await person.writes(f"/settlement {words}".strip())
    return person.inbox[-1]


def page(person: Person) -> str:
    return person.find("🧾 Settlement").text


async def test_both_ends_read_the_same_month_and_confirm_it(world: World) -> None:
    chain = await closed(world)
    await works(chain, hours=5, what="It drips")
    await april(chain)

    read = await settles(chain.vera)
    assert read == await settles(chain.paul, "march")
    assert read.splitlines()[:8] == [
        "🧾 Settlement · March 2026",
        "Cold Repair works for Iceberg",
        "",
        "SRV-1 (VND-1): 4,300.00 RUB",
        "Call-out: 2,500.00; Hours: 2 × 900.00 = 1,800.00",
        "SRV-2 (VND-2): 6,300.00 RUB",
        "Call-out: 2,500.00; Hours: 5 × 900.00 = 4,500.00; Deducted, as it was late: 10% = -700.00",
        "",
    ]
    assert "Work: 11,300.00 RUB\nDeducted for late work: -700.00 RUB" in read
    assert "Total: 10,600.00 RUB, 2 tickets" in read
    assert "Nobody has confirmed it yet." in read

    await chain.paul.presses("Confirm")
    said = "✅ Paul (Cold Repair) confirmed it on 1 Apr 2026 over 10,600.00 RUB."
    assert said in page(chain.paul)
    assert "🧾 Cold Repair has confirmed the settlement for March 2026" in chain.vera.inbox[-1]
    await chain.vera.presses("Show it")
    await chain.vera.presses("Confirm")

    assert "Both of you have confirmed it." in page(chain.vera)
    assert chain.paul.inbox[-1].endswith("10,600.00 RUB.\nNow both of you have.")
    assert "Confirm" not in chain.vera.find("🧾 Settlement").labels


async def test_what_was_billed_before_sums_were_kept_reads_as_it_did(world: World) -> None:
    chain = await closed(world)
    await works(chain, hours=5, what="It drips")
    await april(chain)
    read = await settles(chain.vera)
    await chain.vera.presses("Confirm")

    async with world.lease.transaction() as store:
        (of,) = [each for each in (await store.case(2)).tickets if each.number == "SRV-2"]
        bill = await store.bill(of)
        assert bill
        bill.currency, bill.gross, bill.deducted, bill.digest = None, Decimal(), Decimal(), ""

    again = await settles(chain.vera)
    assert again.split("\n\n")[:3] == read.split("\n\n")[:3]
    assert "✅ Vera (Iceberg) confirmed it on 1 Apr 2026 over 10,600.00 RUB." in again


async def test_stars_of_the_next_month_leave_work_in_the_month_in_which_it_was_accepted(
    world: World,
) -> None:
    chain = await confirmed(world)

    await chain.vera.presses("5 ★", on="SRV-1 · How good")

    read = await settles(chain.vera, "march")
    assert "SRV-1 (VND-1): 4,300.00 RUB" in read
    assert "since then changed" not in read
    assert "SRV-1" not in await settles(chain.paul, "april")


async def test_what_is_opened_again_is_in_dispute_and_undoes_what_was_confirmed(
    world: World,
) -> None:
    chain = await closed(world)
    await works(chain, what="It drips")
    await april(chain)
    await settles(chain.vera)
    await chain.vera.presses("Confirm")

    await chain.vera.explains("Reopen", "It drips again", on="SRV-2")

    read = await settles(chain.vera)
    assert "Total: 4,300.00 RUB, 1 ticket" in read
    assert "In dispute, not counted: 1 ticket, 4,300.00 RUB\nSRV-2 (VND-2)" in read
    assert "over 8,600.00 RUB; since then changed: SRV-2. It has to be confirmed again." in read
    await chain.vera.presses("Confirm")
    assert "over 4,300.00 RUB." in page(chain.vera)

    await world.later(hours=1)
    await chain.sara.explains("Resolve", "Dry now", on="It drips")
    await chain.sara.explains("Hours", "2.5")
    await chain.vera.presses("Accept", on="Dry now")

    assert "in dispute" not in (await settles(chain.vera, "march")).lower()
    assert "over 4,300.00 RUB." in chain.vera.inbox[-1]
    assert "SRV-2 (VND-2): 4,750.00 RUB" in await settles(chain.vera, "april")


async def test_a_month_that_has_not_ended_is_not_confirmed(world: World) -> None:
    chain = await closed(world)

    read = await settles(chain.vera, "this month")
    assert "The month has not ended yet." in read
    assert "Confirm" not in chain.vera.sees[-1].labels
    forged = Press(act=Act.SETTLED, about=1, choice=Month(2026, 3).index * MARKS).pack()
    await chain.vera.presses_data(chain.vera.sees[-1], forged)

    assert world.messenger.toasts[-1].startswith("This month has not ended, and more may come.")


async def test_the_month_is_that_of_the_one_who_pays(world: World) -> None:
    chain = await chained(world, TARIFF, first='timezone = "Asia/Vladivostok"')
    world.now = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
    await works(chain)  # it is still March where SRV is

    assert "SRV-1" in await settles(chain.paul, "2026-04")
    assert "SRV-1" not in await settles(chain.paul, "march")


async def test_where_nothing_is_left_of_a_month_nobody_is_told_to_confirm_it(
    world: World,
) -> None:
    chain = await confirmed(world)

    await chain.vera.explains("Reopen", "It leaks again", on="SRV-1")
    await chain.sara.resolves("Tight now")
    await chain.vera.presses("Accept", on="Tight now")

    read = await settles(chain.vera, "march")
    assert "since then changed: SRV-1. Nothing of it counts any more" in read
    assert "Confirm" not in chain.vera.sees[-1].labels


async def test_nothing_is_confirmed_that_is_not_as_it_was_shown(world: World) -> None:
    chain = await closed(world)
    await works(chain, what="It drips")
    await april(chain)
    await settles(chain.paul)
    await chain.vera.explains("Reopen", "It drips again", on="SRV-2")

    toast = await chain.paul.presses("Confirm")

    assert toast.startswith("It is not as it was shown here any more, so nothing was confirmed.")
    assert not chain.vera.reads("has confirmed")


async def test_fifty_presses_at_once_confirm_once(world: World) -> None:
    chain = await closed(world)
    await april(chain)
    await settles(chain.vera)
    shown = chain.vera.sees[-1]
    press = chain.vera.press(shown, chain.vera._data(shown, "Confirm"))

    await world.comes_in(*[press] * 50)
    await world.settles()

    assert world.messenger.toasts[-50:].count("Confirmed. Your partner is told.") == 1
    assert world.messenger.toasts.count("That is done already.") == 49
    assert [each for each in chain.paul.inbox if "has confirmed" in each] == [chain.paul.inbox[-1]]


async def test_it_is_for_leads_and_for_the_two_ends_alone(world: World) -> None:
    """Three companies in a row: each pair has prices of its own."""
    second = 'tariff = { callout = "8001 EUR" }'
    chain = await closed(world, terms='tariff = { callout = "7001 RUB" }', more=second)
    await chain.ann.writes("/new The door sticks")
    await chain.vera.presses("Pass on", on="The door sticks")
    await chain.paul.presses("Pass on", on="The door sticks")
    await chain.leo.presses("Take")
    await chain.leo.resolves("Planed")
    await chain.paul.presses("Accept", on="Planed")
    await chain.paul.presses("Pass on", on="Pass this result on")
    await chain.vera.presses("Accept", on="Planed")
    await april(chain)
    assert (await settles(chain.sara)).startswith("Only a lead of this chat may do that.")

    for person in (chain.vera, chain.lucy):
        await settles(person)
        await person.presses("Confirm")
        await person.presses("As a spreadsheet")
        await person.presses("All partners")
    read = await settles(chain.paul)
    await chain.paul.presses("Main Street")

    assert "Iceberg pays you 14,002.00 RUB" in read
    assert "You pay Main Street 8,001.00 EUR" in read
    vera, lucy = (each.everything + files(each) for each in (chain.vera, chain.lucy))
    assert "7,001.00" in vera
    assert "8,001.00" in lucy
    assert not [each for each in ("8,001", "8001", "EUR", "Main Street") if each in vera]
    assert not [each for each in ("7,001", "7001", "RUB", "14,002", "Iceberg") if each in lucy]
    await settles(chain.eve)
    for number in (1, 2, 7):
        for act in (Act.SETTLE, Act.SHEETS, Act.SETTLED):
            data = Press(act=act, about=number, choice=Month(2026, 3).index).pack()
            await chain.eve.presses_data(chain.eve.sees[-1], data)
            assert world.messenger.toasts[-1].startswith("There is no such thing here any more.")


def files(person: Person) -> str:
    """Return all that stands in the spreadsheets of a chat."""
    books = [load_workbook(io.BytesIO(each.file)) for each in person.sees if each.file]
    cells = [str(cell) for book in books for page in book for row in page.values for cell in row]
    return "\n".join(cells)


async def test_a_month_is_a_spreadsheet_of_totals_lines_and_confirmations(world: World) -> None:
    chain = await closed(world)
    await april(chain)
    await settles(chain.vera)
    await chain.vera.presses("Confirm")
    await chain.vera.presses("As a spreadsheet")

    book = load_workbook(io.BytesIO(chain.vera.sees[-1].file or b""))

    assert [*book["Totals"].values][1] == (
        *("2026-03", "Iceberg", "Cold Repair", "counts", "RUB", 1),
        *(4300, 0, 4300),
    )
    lines = [(row[0], row[4], row[5], row[6], row[8]) for row in book["Lines"].values]
    assert lines[1:] == [("SRV-1", "Call-out", 1, 2500, 2500), ("SRV-1", "Hours", 2, 900, 1800)]
    assert [*book["Confirmations"].values][1][0] == "Vera (Iceberg)"


async def test_who_asks_for_somebody_else_is_told_how_to_ask(world: World) -> None:
    chain = await closed(world)

    assert "SRV-1" in await settles(chain.vera, "march cold")
    assert "SRV-1" in await settles(chain.vera, "SRV march")
    assert (await settles(chain.vera, "mrach")).startswith("I do not know what “mrach” is.")
    assert "There is no link with a tariff" in await settles(chain.eve)


@pytest.mark.parametrize("words", ["ноябрь", "2025-11"])
async def test_in_russian_it_reads_in_russian(world: World, words: str) -> None:
    chain = await closed(world)
    async with world.lease.transaction() as store:
        for party in await store.parties():
            party.language = "ru"

    assert "Расчёт · ноябрь 2025" in await settles(chain.vera, words)
    assert "4\xa0300,00 RUB" in await settles(chain.vera, "этот месяц")
