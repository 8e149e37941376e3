"""Whoever kills the bot while people talk loses nothing of what they said: the short version."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.kill.campaign import Plan, run


@pytest.fixture(params=["sqlite", "postgresql"])
def plan(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Plan:
    """Return a short run: by polling on SQLite, by webhook on PostgreSQL."""
    on_postgres = request.param == "postgresql"
    if on_postgres:
        url = request.getfixturevalue("migrated_postgres")
    else:
        url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'baton.db')}"
    return Plan(url, kills=2, messages=100, webhook=on_postgres, pairs=4, regulars=8)


async def test_a_bot_that_is_killed_loses_nothing_and_doubles_only_what_it_marks(
    plan: Plan, tmp_path: Path
) -> None:
    outcome = await run(plan, tmp_path)

    assert outcome.verdict.faults == []
    assert outcome.verdict.relayed == 2 * outcome.verdict.said >= 200
    assert outcome.verdict.unclear > 0
