"""A start that cannot be: one sentence that says what to do, and an exit code that is not 0."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.end_to_end.live_processes import TOKEN, Process, Stage

NOT_ACCEPTED = (
    "Baton: BOT_TOKEN is not accepted by the Bot API server. BotFather shows the valid one."
)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"BOT_TOKEN": TOKEN, "SEND_LIMIT": "none"},
            "Baton: SEND_LIMIT is not a setting. Did you mean SEND_LIMITS?",
        ),
        (
            {"BOT_TOKEN": TOKEN},
            "Baton: The database is not ready for this version. Run: python -m bot migrate",
        ),
    ],
    ids=["unknown setting", "no tables"],
)
async def test_what_is_wrong_is_named(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    bot = await Process.start("bot", folder=tmp_path, **settings)

    assert await bot.ends() == 1
    assert bot.lines == [sentence]


async def test_a_foreign_token_is_named(stage: Stage, sqlite_file: str) -> None:
    bot = await stage.runs(DATABASE_URL=sqlite_file, BOT_TOKEN="42:SOMEBODY_ELSES")

    assert await bot.ends() == 1
    assert bot.lines == [NOT_ACCEPTED]


async def test_after_a_backup_somebody_has_to_be_there_who_agrees(
    stage: Stage, sqlite_file: str
) -> None:
    bot = await stage.runs("--restored", DATABASE_URL=sqlite_file)

    assert await bot.ends() == 1
    assert bot.lines == [
        "Baton: OPERATORS is not set: after a start with --restored nothing is sent until one of "
        "them agrees. README.md says how to name them."
    ]


async def test_after_a_backup_the_bot_runs_and_is_silent_also_when_it_is_started_again(
    stage: Stage, sqlite_file: str
) -> None:
    for command in (["run", "--restored"], []):
        bot = await stage.runs(*command, DATABASE_URL=sqlite_file, OPERATORS=900)
        await bot.writes("nothing is sent until an operator agrees")
        await bot.writes("is running")
        assert await bot.stop() == 0


async def test_who_watches_a_running_bot_is_told_how_it_runs(
    stage: Stage, sqlite_file: str
) -> None:
    await stage.bot(DATABASE_URL=sqlite_file)

    async with ClientSession() as http:
        async with http.get(stage.health) as answer:
            told = await answer.json()
        async with http.get(stage.health.replace("/health", "/metrics")) as answer:
            numbers = await answer.text()

    parts = ("ok", "database", "taking_in", "handling", "sending", "lease", "disk")
    assert told == dict.fromkeys(parts, True) | {"bots": {"running": 1, "stopped": 0}}
    assert 'baton_bots{state="running"} 1.0' in numbers
    assert "baton_disk_used_ratio 0." in numbers


async def test_a_port_that_is_taken_is_named(stage: Stage, sqlite_file: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        bot = await stage.runs(DATABASE_URL=sqlite_file, HTTP_PORT=port, LOG_LEVEL="WARNING")

        assert await bot.ends() == 1
    assert len(bot.lines) == 1
    assert "HTTP_PORT" in bot.lines[0]
