"""The past that the benchmark writes in one go is as the product would have written it down."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import inspect

from bench import cases
from bench.scenario import Scenario
from relay import chain, setup
from relay.store import Database
from relay.tables import Tally
from relay.tallies import tallies

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)


async def test_nothing_of_the_past_has_to_be_worked_out_again(
    migrated: Path, tmp_path: Path
) -> None:
    path = tmp_path / "past.db"
    shutil.copy(migrated, path)
    scenario = Scenario(parties=3, clients=6)
    database = Database(f"sqlite+aiosqlite:///{path}", clock=lambda: NOW)
    async with database.transaction(cases.BOT) as store:
        await setup.apply(store, chain.parse(scenario.chain()))
    await database.close()

    cases.write(path, 12, scenario, NOW)

    columns = [each.key for each in inspect(Tally).columns]
    async with database.look(cases.BOT) as store:
        assert await store.stale_cases(1) == []
        for number in range(1, 9):
            case = await store.case(number)
            found = [
                {name: getattr(each, name) for name in columns}
                for each in await store.tallies(case)
            ]
            assert found == tallies(case, await store.events(case))
    await database.close()
