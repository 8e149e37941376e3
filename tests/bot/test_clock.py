"""The clock follows the machine's, but never jumps with it."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from bot.clock import Clock
from bot.disk import Disk
from bot.fleet import Fleet
from bot.metrics import Metrics
from bot.polling import line
from bot.settings import Settings
from relay.store import Database

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A machine whose clock somebody sets."""

    def __init__(self) -> None:
        self.told, self.passed = START, 0.0
        self.clock = Clock(lambda: self.told, lambda: self.passed)

    def runs(self, seconds: float) -> datetime:
        self.told += timedelta(seconds=seconds)
        self.passed += seconds
        return self.clock()


def test_it_tells_the_machines_time() -> None:
    machine = Machine()

    assert machine.clock() == START
    assert machine.runs(90) == START + timedelta(seconds=90)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_step_of_an_hour_moves_it_by_no_more_than_half_of_what_has_passed(
    step: timedelta,
) -> None:
    machine = Machine()
    machine.told += step

    assert machine.clock() == START
    moved = machine.runs(60) - START

    assert timedelta(seconds=30) <= moved <= timedelta(seconds=90)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_it_catches_up_in_the_end(step: timedelta) -> None:
    machine = Machine()
    machine.told += step

    for _minute in range(3 * 60):
        machine.runs(60)

    assert machine.clock() == machine.told


def test_a_process_that_starts_after_the_clock_was_set_back_goes_on_where_the_last_one_was() -> (
    None
):
    machine = Machine()
    machine.clock.go_on_from(START + HOUR)

    assert START + HOUR <= machine.runs(60) <= START + HOUR + timedelta(seconds=60)


async def test_who_takes_a_bot_over_is_no_earlier_than_who_ran_it_before(url: str) -> None:
    before = Database(url, clock=lambda: START + HOUR)
    async with before.transaction(42) as store:
        await store.receive([line({"update_id": 1, "message": {}}) | {"numbering": 1}])
    await before.close()
    machine = Machine()
    database = Database(url, clock=machine.clock)
    settings = Settings(bot_token="42:TEST", database_url=url)
    metrics = Metrics(CollectorRegistry())
    fleet = Fleet(database, settings, None, metrics, Disk(None), machine.clock, alone=True)

    assert await fleet._take(42)

    assert machine.clock() >= START + HOUR
    await database.close()


def test_a_moment_in_the_far_future_is_not_believed() -> None:
    machine = Machine()
    machine.clock.go_on_from(START + timedelta(days=400))

    assert machine.clock() == START


def test_it_never_goes_back() -> None:
    machine = Machine()
    before = machine.runs(1)
    machine.told -= HOUR

    told = [before, *(machine.runs(1) for _second in range(100))]

    assert told == sorted(told)
