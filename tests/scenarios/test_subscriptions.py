"""Reports that come by themselves: who may want them, when they come, and that it is once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.forms import Press
from relay import due_reports, reporter
from relay.periods import Period
from relay.pictures import Chart
from relay.store import Store
from relay.tables import Party
from tests.actors import Person, World
from tests.scenarios.conftest import Cast, chained


@pytest.fixture
async def berlin(world: World) -> Cast:
    """Return a chain whose first company is in Berlin, on a Monday at ten."""
    return await chained(world, first='timezone = "Europe/Berlin"')


def reports(person: Person) -> list[str]:
    found = [text.splitlines()[0] for text in person.inbox if text.startswith("Report of")]
    return [each.replace("\u2009", " ") for each in found]


async def until(world: World, *moment: int) -> None:
    """Let it become a moment of 2026, and what is due then happen."""
    world.now = datetime(2026, *moment, tzinfo=UTC)  # type: ignore[arg-type,misc]
    await world.later()


async def test_a_weekly_report_comes_each_week_about_the_one_before(berlin: Cast) -> None:
    vera, world = berlin.vera, berlin.world
    await vera.writes("/subscribe report weekly Mon 09:00")
    assert vera.inbox[-1] == (
        "Every week the report of the week before comes here: Monday at 09:00.\n"
        "The first one comes 9 Mar 09:00. /subscribe shows and stops them."
    )

    await until(world, 3, 9, 7, 59)
    assert reports(vera) == []
    await until(world, 3, 9, 8, 0)
    await world.later(minutes=1)
    assert reports(vera) == ["Report of Iceberg: Mar 2 – 8, 2026"]
    await until(world, 3, 16, 8, 0)

    assert reports(vera)[1:] == ["Report of Iceberg: Mar 9 – 15, 2026"]


async def test_it_tells_figures_in_words_and_as_a_picture(berlin: Cast) -> None:
    vera, world = berlin.vera, berlin.world
    await vera.writes("/subscribe report daily 09:00")
    await berlin.asks()
    await vera.presses("Take")
    await vera.resolves("Fixed")
    await berlin.ann.presses("Accept", on="Fixed")
    await world.books()

    await until(world, 3, 3, 8, 0)

    shown = vera.find("Report of Iceberg")
    assert "Opened: 1\nClosed: 1" in shown.text
    assert isinstance(shown.picture, Chart)
    assert "Report of Iceberg" in shown.picture.title
    assert shown.labels == ["XLSX", "CSV"]
    await vera.presses("XLSX", on=shown)
    assert vera.sees[-1].file


async def test_what_was_done_in_the_last_second_of_a_day_is_told(berlin: Cast) -> None:
    vera, world = berlin.vera, berlin.world
    await vera.writes("/subscribe report daily 00:00")
    world.now = datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)
    await berlin.asks()

    await until(world, 3, 2, 23, 0)
    await world.later(seconds=10)

    assert "Mar 2, 2026\n\nOpened: 1" in vera.find("Report of Iceberg").text


async def test_it_comes_at_the_same_hour_on_the_wall_when_the_clocks_change(berlin: Cast) -> None:
    vera, world = berlin.vera, berlin.world
    await vera.writes("/subscribe report daily 09:00")
    await until(world, 3, 28, 8, 0)
    before = len(reports(vera))

    await until(world, 3, 29, 6, 59)
    assert len(reports(vera)) == before
    await until(world, 3, 29, 7, 0)

    assert reports(vera)[-1] == "Report of Iceberg: Mar 28, 2026"
    assert len(reports(vera)) == before + 1


async def test_it_comes_by_the_clock_of_a_company_that_has_moved(berlin: Cast) -> None:
    vera, world = berlin.vera, berlin.world
    await vera.writes("/subscribe report daily 09:00")
    await until(world, 3, 2, 20, 0)

    await chained(world, first='timezone = "Asia/Omsk"')
    await until(world, 3, 3, 2, 59)
    assert reports(vera) == []
    await until(world, 3, 3, 3, 0)

    assert reports(vera) == ["Report of Iceberg: Mar 2, 2026"]


async def test_after_an_outage_only_the_last_one_that_was_missed_comes(berlin: Cast) -> None:
    vera, world = berlin.vera, berlin.world
    await vera.writes("/subscribe report weekly Mon 09:00")
    world.now = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)

    for _ in range(2):
        await world.start()
        await world.later(minutes=1)

    assert reports(vera) == ["Report of Iceberg: Mar 16 – 22, 2026"]


async def test_a_report_is_made_once_however_often_the_bot_dies_over_it(berlin: Cast) -> None:
    vera, world = berlin.vera, berlin.world
    await vera.writes("/subscribe report daily 09:00")
    world.now = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    async with world.lease.transaction() as store:
        (due,) = await store.subscriptions_due()

    await world.reporter.look()
    async with world.lease.transaction() as store:  # as if it had not been noted that it was made
        found = await store.subscription(due)
        assert found
        found.next_at = world.now
    await world.reporter.look()
    await world.settles()

    assert len(reports(vera)) == 1


async def test_who_could_not_be_reached_for_long_reads_the_last_one_alone(berlin: Cast) -> None:
    vera, world = berlin.vera, berlin.world
    await vera.writes("/subscribe report daily 09:00")
    world.messenger.closed.add(vera.place)
    for day in range(3, 7):
        await until(world, 3, day, 8, 0)
    world.messenger.closed.clear()

    await until(world, 3, 6, 20, 0)

    assert reports(vera)[-1] == "Report of Iceberg: Mar 5, 2026"
    assert len(reports(vera)) <= 2


async def test_one_that_the_database_cannot_make_keeps_no_other_waiting(
    berlin: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lead in (berlin.vera, berlin.paul):
        await lead.writes("/subscribe report daily 09:00")
    made = due_reports.facts

    async def fails(store: Store, party: Party, period: Period) -> dict[str, Any]:
        if party.name == "Iceberg":
            raise OSError("it cannot be read")
        return await made(store, party, period)

    monkeypatch.setattr(reporter, "facts", fails)
    with pytest.raises(OSError, match="cannot be read"):
        await until(berlin.world, 3, 3, 10, 0)
    await berlin.world.settles()
    assert [len(reports(each)) for each in (berlin.vera, berlin.paul)] == [0, 1]

    monkeypatch.undo()
    await berlin.world.later(minutes=1)
    assert [len(reports(each)) for each in (berlin.vera, berlin.paul)] == [1, 1]


async def test_leads_alone_subscribe_and_stop(berlin: Cast) -> None:
    for command in ("/subscribe report daily 09:00", "/subscribe", "/unsubscribe"):
        await berlin.victor.writes(command)
        assert "Only a lead" in berlin.vera.inbox[-1]
    await berlin.vera.writes("/subscribe report daily 09:00")
    await berlin.vera.writes("/subscribe")

    listed = berlin.vera.sees[-1]
    assert listed.labels == ["every day, 09:00"]
    assert "Only a lead" in await berlin.victor.presses("every day, 09:00")
    data = Press(act="unsubscribe", about=listed.buttons[0].about).pack()
    await berlin.paul.writes("/subscribe")
    await berlin.paul.presses_data(berlin.paul.sees[-1], data)
    foreign = berlin.world.messenger.toasts[-1]
    assert await berlin.vera.presses("every day, 09:00") == "This report comes no more."
    await berlin.vera.presses_data(listed, data)

    assert foreign == berlin.world.messenger.toasts[-1]
    assert listed.text.startswith("No report comes here by itself.")
    await until(berlin.world, 3, 9, 8, 0)
    assert reports(berlin.vera) == []


async def test_nonsense_twice_the_same_and_too_much_are_refused_in_words(berlin: Cast) -> None:
    vera = berlin.vera
    for words in ("report sometimes", "weather daily", "report"):
        await vera.writes(f"/subscribe {words}")
        assert f"“{words}”" in vera.inbox[-1]
        assert "/subscribe report weekly Mon 09:00" in vera.inbox[-1]
    for hour in range(10, 20):
        await vera.writes(f"/subscribe report daily {hour}:00")
    await vera.writes("/subscribe report daily 10:00")
    assert vera.inbox[-1] == "It is so already: nothing would change."
    await vera.writes("/subscribe report daily 20:00")

    assert vera.inbox[-1].startswith("10 reports come here by themselves")
