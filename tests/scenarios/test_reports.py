"""What leads read of what was done: each as far as it is theirs to know, and both ends alike."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from handlers import pictures
from handlers.forms import Press
from relay.channel import Act
from relay.pictures import Chart
from tests.actors import World
from tests.scenarios.conftest import CHAIN, Cast, chained

TIMES = "week, last week, month, last month, 2026-11, or 2026-11-01..2026-11-15."


async def a_case(chain: Cast) -> None:
    """Let a case go three levels down, where it is done twice, and come up to its end."""
    world = chain.world
    await chain.asks()
    await world.later(minutes=10)
    await chain.taken(3)
    await world.later(hours=2)
    await chain.leo.resolves("New gasket")
    await world.later(minutes=30)
    await chain.paul.explains("Return", "It still leaks", on="New gasket")
    await world.later(hours=1)
    await chain.leo.resolves("Newer gasket")
    await chain.paul.presses("Accept", on="Newer gasket")
    await chain.paul.presses("4 ★", on="How good")
    await world.later(minutes=20)
    await chain.sara.resolves("Done")
    await world.later(minutes=5)
    await chain.vera.presses("Accept", on="Done")
    await chain.victor.resolves("All done")
    await world.later(minutes=15)
    await chain.ann.presses("Accept", on="All done")
    await world.later(minutes=1)


async def test_each_company_reads_of_a_case_what_is_its_own_to_know(world: World) -> None:
    chain = await chained(world, local='resolve_within = "8h"', service='resolve_within = "8h"')
    await a_case(chain)

    await chain.vera.writes("/report")
    assert chain.vera.inbox[-1] == (
        "Report of Iceberg: Feb 24 – Mar 2, 2026\n\n"
        "Opened: 1\nClosed: 1\nReopened: 0\n\n"
        "To take: half within 10 min, nine of ten within 10 min\n"
        "To resolve: half within 3 hr 55 min, nine of ten within 3 hr 55 min\n"
        "In check: half within 15 min, nine of ten within 15 min\n"
        "In time: –\nSent back: 0%\nRating: –\n\n"
        "Where the time went, in cases that were closed\n"
        "Clients: 6%, 15 min\nIceberg: 6%, 15 min\nYour partners: 19%, 50 min\n"
        "Level 3: 69%, 3 hr"
    )
    await chain.paul.writes("/report week")
    assert chain.paul.inbox[-1].endswith(
        "Those above you: 6%, 15 min\nCold Repair: 20%, 50 min\nYour partners: 74%, 3 hr"
    )
    await chain.lucy.writes("/report")
    told = chain.lucy.inbox[-1]
    assert "In check: half within 30 min, nine of ten within 30 min\n" in told
    assert "In time: 100%\nSent back: 100%\nRating: 4.0" in told
    assert told.endswith("Those above you: 22%, 50 min\nMain Street: 78%, 3 hr")


async def test_both_ends_of_a_link_read_the_same(world: World) -> None:
    chain = await chained(world, service='resolve_within = "8h"')
    await a_case(chain)

    await chain.paul.writes("/report month Main Street")
    await chain.lucy.writes("/report month srv")

    above, below = chain.paul.inbox[-1], chain.lucy.inbox[-1]
    assert above == below
    assert above.startswith("From Cold Repair to Main Street: Mar 1 – 2, 2026")
    assert above.endswith("Cold Repair: 22%, 50 min\nMain Street: 78%, 3 hr")

    await chain.paul.writes("/partners")
    await chain.lucy.writes("/partners")

    told = "in time 100% ···█; rated 4.0 by 1; sent back 100%; opened 1, closed 1; half resolved"
    assert f"1. Main Street\n{told} within 3 hr" in chain.paul.inbox[-1]
    assert f"What you do for others\n\nCold Repair\n{told} within 3 hr" in chain.lucy.inbox[-1]


async def test_a_period_is_compared_with_the_one_before(chain: Cast) -> None:
    await a_case(chain)
    await chain.world.later(days=7)
    await chain.asks("The fridge is warm")
    await chain.ann.writes("/new The oven is cold")
    await chain.world.books()

    await chain.vera.writes("/report yesterday")
    assert "Compared with" not in chain.vera.inbox[-1]
    await chain.vera.writes("/report неделя")

    told = chain.vera.inbox[-1]
    assert "Report of Iceberg: Mar 9, 2026\nCompared with Mar 2, 2026.\n" in told
    assert "Opened: 2 ↑ (before: 1)\nClosed: 0 ↓ (before: 1)\n" in told
    assert "To take: – (before: 10 min, 10 min)" in told
    assert "Level 3: –, 0 min (before: 69%)" in told


async def test_partners_stand_in_the_order_of_what_they_keep(world: World) -> None:
    chain = await chained(world)
    second = '[[links]]\nupper = "vendor"\nlower = "local"\nresolve_within = "1h"\n'
    await world.chain(CHAIN.format(vendor='resolve_within = "8h"', service="", local="") + second)
    for lead, partner in ((chain.sara, "Cold Repair"), (chain.leo, "Main Street")):
        await chain.ann.writes("/new The machine leaks")
        await chain.vera.presses("Pass on")
        await chain.vera.presses(partner)
        await lead.presses("Take")
        await world.later(hours=2)
        await lead.resolves(f"Done by {partner}")
        await chain.vera.presses("Accept", on=f"Done by {partner}")
    await world.books()

    await chain.vera.writes("/partners")

    told = chain.vera.inbox[-1]
    assert "1. Cold Repair\nin time 100% ···█" in told
    assert "2. Main Street\nin time 0% ···▁" in told


async def test_a_contribution_tells_time_messages_and_who_caused_rework(chain: Cast) -> None:
    await a_case(chain)

    await chain.vera.writes("/contribution 1")
    assert chain.vera.inbox[-1] == (
        "VND-1 · who had which share\nThe machine leaks\n\n"
        "The client\n   6% of the time: 15 min, 17% of the messages: 1\n"
        "VND-1 · Iceberg\n   6% of the time: 15 min, 17% of the messages: 1\n"
        "SRV-1 · Cold Repair\n"
        "   19% of the time: 50 min, 33% of the messages: 2, sent back 1 time to below\n"
        "LOC-1 · level 3\n"
        "   69% of the time: 3 hr, 33% of the messages: 2, result sent back 1 time\n\n"
        "Work that is done again counts for whose result was sent back."
    )
    await chain.lucy.writes("/contribution LOC-1")
    told = chain.lucy.inbox[-1]
    assert "LOC-1 · Main Street\n   78% of the time: 3 hr" in told
    assert "VND-1 · level 1: accepted\n" in told
    assert "Iceberg" not in told


async def test_a_report_is_taken_along_with_the_tickets_that_it_counts(chain: Cast) -> None:
    await a_case(chain)
    await chain.paul.writes("/report")
    await chain.paul.presses("CSV")

    rows = [*csv.DictReader(io.StringIO(chain.paul.sees[-1].file.decode("utf-8-sig")))]
    assert [(row["Number"], row["From"], row["To"], row["Sent back"]) for row in rows] == [
        ("LOC-1", "Cold Repair", "Main Street", "1"),
        ("SRV-1", "Iceberg", "Cold Repair", "0"),
    ]
    assert (rows[0]["Opened"], rows[0]["To resolve, h"]) == ("2026-03-02 09:10:00", "3.00")
    assert chain.paul.sees[-1].text == "Report of Cold Repair: Feb 24 – Mar 2, 2026"

    await chain.paul.presses("XLSX", on="Report of")

    book = load_workbook(io.BytesIO(chain.paul.sees[-1].file))
    assert book.sheetnames == ["Summary", "By level", "By partner", "Tickets"]
    told = [[cell.value for cell in row] for row in book["By partner"].rows]
    assert [row[:4] for row in told] == [
        ["From", "To", "Opened", "Closed"],
        ["Iceberg", "Cold Repair", 1, 1],
        ["Cold Repair", "Main Street", 1, 1],
    ]
    await chain.paul.writes("/partners")
    await chain.paul.presses("XLSX", on="Partners of")
    assert load_workbook(io.BytesIO(chain.paul.sees[-1].file)).sheetnames == ["Scorecards"]


async def test_a_report_is_drawn_as_a_picture(chain: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Chart] = []

    def draw(chart: Chart) -> bytes:
        drawn.append(chart)
        return chart_of(chart)

    chart_of = pictures.chart
    monkeypatch.setattr(pictures, "chart", draw)
    await a_case(chain)
    await chain.vera.writes("/report")

    await chain.vera.presses("Picture")

    assert chain.vera.sees[-1].file.startswith(b"\x89PNG")
    groups = {name: [(bar.label, bar.shown) for bar in bars] for name, bars in drawn[0].groups}
    assert groups["Tickets"] == [("Opened", "1"), ("Closed", "1"), ("Reopened", "0")]
    assert ("Level 3", "69%") in groups["Where the time went, %"]
    assert ("To take, half", "10 min") in groups["Done within, hours"]


LISTED = "/links lists those you have. If you mean a time, write:"
REFUSED = [
    ("/report 2026-13", f"There is no such time as “2026-13”. Please write: {TIMES}"),
    (
        "/report 2026-11-15..2026-11-01",
        "“2026-11-15..2026-11-01” ends before it begins. Please write the earlier day first: "
        "2026-11-01..2026-11-15.",
    ),
    ("/report 2027", "“2027” has not begun yet, so there is nothing to tell."),
    (
        "/partners yesterday evening",
        f"There is no such time as “yesterday evening”. Please write: {TIMES}",
    ),
    ("/contribution", "Please say which ticket you mean: /contribution 17"),
    ("/contribution 99", "There is no ticket 99 here. /status lists those there are."),
    # One further away looks like one that is nowhere.
    ("/report Crew", f"You have no partner “Crew”: {LISTED} {TIMES}"),
    ("/report Nobody", f"You have no partner “Nobody”: {LISTED} {TIMES}"),
    ("/contribution ENG-1", "There is no ticket ENG-1 here. /status lists those there are."),
]


async def test_what_cannot_be_told_is_refused_in_words(chain: Cast) -> None:
    await chain.asks()
    await chain.down(4)

    for words, said in REFUSED:
        await chain.paul.writes(words)
        assert chain.paul.inbox[-1] == said, words


async def test_reports_are_for_leads_and_of_ones_own_chat(chain: Cast) -> None:
    await a_case(chain)
    for words in ("/report", "/partners", "/contribution 1"):
        await chain.sara.writes(words)
        assert chain.sara.inbox[-1].startswith("Only a lead of this chat may do that."), words

    await chain.paul.writes("/report")
    shown = chain.paul.find("Report of")
    await chain.sara.presses("CSV", on=shown)
    assert chain.world.messenger.toasts[-1].startswith("Only a lead of this chat may do that.")
    theirs = 3  #: the link between two other companies
    for act, about, choice in ((Act.CSV, theirs, 20_514_007), (Act.XLSX, 0, 0), (Act.CARDS, 0, -1)):
        before = len(chain.paul.sees)
        press = Press(act=act, about=about, choice=choice).pack()
        await chain.paul.presses_data(shown, press)
        assert len(chain.paul.sees) == before, act


async def test_both_ends_of_a_link_read_the_same_by_the_clocks_of_the_one_who_passes_on(
    world: World,
) -> None:
    """It is April already where Iceberg is when the work is accepted, and March elsewhere."""
    chain = await chained(world, first='timezone = "Asia/Vladivostok"')
    world.now = datetime(2026, 3, 31, 13, 0, tzinfo=UTC)
    await chain.asks()
    await chain.taken(2)
    await world.later(hours=2)
    await chain.sara.resolves("Done")
    await chain.vera.presses("Accept", on="Done")
    world.now = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    await world.books()

    for month, closed in (("2026-03", 0), ("2026-04", 1)):
        await chain.vera.writes(f"/report {month} Cold Repair")
        await chain.paul.writes(f"/report {month} Iceberg")
        upper, lower = chain.vera.inbox[-1], chain.paul.inbox[-1]
        assert f"Closed: {closed}" in upper
        assert upper.split("\n\n")[1:3] == lower.split("\n\n")[1:3]
        await chain.vera.writes(f"/partners {month}")
        await chain.paul.writes(f"/partners {month}")
        for card in (chain.vera.inbox[-1], chain.paul.inbox[-1]):
            assert ("opened 0, closed 1" in card) == bool(closed)


async def test_what_was_kept_stays_so_when_nothing_is_promised_any_more(world: World) -> None:
    chain = await chained(world, vendor='resolve_within = "8h"')
    await chain.asks()
    await chain.taken(2)
    await world.later(hours=2)
    await chain.sara.resolves("Done")
    await chain.vera.presses("Accept", on="Done")
    await world.books()
    await chain.vera.writes("/report month Cold Repair")
    assert "In time: 100%" in chain.vera.inbox[-1]

    await world.chain(CHAIN.format(vendor="", service="", local=""))
    await chain.vera.presses("5 ★", on="SRV-1 · How good")
    await world.books()

    await chain.vera.writes("/report month Cold Repair")
    assert "In time: 100%" in chain.vera.inbox[-1]
    assert "Rating: 5" in chain.vera.inbox[-1]
