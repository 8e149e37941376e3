"""What ``python -m bot check`` says: to whoever runs the bot, and by its exit code to scripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.check import PRIVACY_ON, check
from bot.settings import read
from relay import chain, setup
from relay.lease import Lease
from relay.store import Database
from relay.tables import Delivery, Doing, Kind, Progress
from tests import nursery
from tests.end_to_end.live_processes import surroundings
from tests.sandbox.stage import GROUP, SMALL, STRANGE, TOKEN, Stage

BOT = 42
WELL = "ok   Nothing is stuck, nothing waits."
MEMBER = "the bot is a member and may write."

CHAIN = f"""
[parties.vendor]
name = "Iceberg"
code = "VND"
chat = {GROUP}
clients = true
leads = [201]

[parties.service]
name = "Cold Repair"
code = "SRV"
chat = {SMALL}

[[links]]
upper = "vendor"
lower = "service"
"""


@dataclass
class Desk:
    """A messenger, a database with a chain, and somebody at the command line."""

    stage: Stage
    url: str
    database: Database

    folder: Path

    async def checks(self, **settings: str) -> tuple[bool, list[str]]:
        """Look; return whether all is well, and what was said."""
        chosen = read(self._given(settings), env_file=self.folder / "none")
        said: list[str] = []
        well = await check(chosen, chosen.tokens, said.append)
        return well, "".join(said).splitlines()

    async def runs(self, *arguments: str, **settings: str) -> tuple[int, list[str]]:
        """Run the command; return its exit code, and what it wrote."""
        env = surroundings(**self._given(settings))
        process = await nursery.start("bot", "check", *arguments, folder=self.folder, env=env)
        said = await process.stdout.read()
        return await process.wait(), said.decode().splitlines()

    def _given(self, settings: dict[str, str]) -> dict[str, str]:
        usual = {"BOT_TOKEN": TOKEN, "DATABASE_URL": self.url, "TELEGRAM_API_URL": self.stage.url}
        return usual | settings

    async def owes(self, **delivery: Any) -> None:
        """Leave something in the outbox."""
        usual: dict[str, Any] = {"lane": str(GROUP), "place": str(GROUP), "kind": Kind.MESSAGE}
        usual |= {"cause": "test", "doing": Doing.NOTICE, "payload": {"what": "ended"}}
        usual |= {"queued_at": app.now(), "due_at": app.now(), "state": Progress.QUEUED}
        async with self.database.transaction(BOT) as store:
            await store.add(Delivery(bot=BOT, **{**usual, **delivery}))


@pytest.fixture
async def desk(url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Return a desk whose bot is running."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(Stage())
        app.own(stack, url)  # as the running bot does
        database = Database(url, clock=app.now)
        stack.push_async_callback(database.close)
        lease = await Lease.take(database, BOT, "test", alone=True)
        async with database.transaction(BOT) as store:
            assert lease
            assert await store.renew_lease(lease.epoch, timedelta(hours=1))  # it keeps running
            await setup.apply(store, chain.parse(CHAIN))
        yield Desk(stage, url, database, tmp_path)


async def test_all_is_well_beside_a_running_bot(desk: Desk) -> None:
    well, said = await desk.checks()

    assert said == [
        "Bot 42 (times are UTC)",
        WELL,
        f"ok   {PRIVACY_ON}",
        f"ok   Iceberg ({GROUP}): {MEMBER}",
        f"ok   Cold Repair ({SMALL}): {MEMBER}",
        "",
    ]
    assert well


async def test_what_is_stuck_is_listed_with_chat_and_reason(desk: Desk) -> None:
    long_ago = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    await desk.owes(state=Progress.FAILED, reason="file", queued_at=long_ago)
    await desk.owes(cause="late", due_at=long_ago, queued_at=long_ago)

    well, said = await desk.checks()

    assert said[1:4] == [
        "LOOK Iceberg",
        "     A notice, 2 Mar 09:00 – not delivered: the file could not be passed on. Please send "
        "it again.",
        "LOOK Iceberg",
    ]
    assert said[4].startswith("     Waiting: 1, the first since 2 Mar 09:00.")
    assert not well


async def test_it_changes_nothing(desk: Desk) -> None:
    await desk.owes(state=Progress.UNCLEAR, reason="may_have_arrived")
    before = await everything(desk)

    await desk.checks()

    assert await everything(desk) == before


async def everything(desk: Desk) -> list[Any]:
    async with desk.database.transaction(BOT) as store:
        connection = await store._session.connection()
        tables = Delivery.metadata.sorted_tables
        return [list((await connection.execute(each.select())).all()) for each in tables]


async def test_a_bot_that_does_not_run_needs_somebody(desk: Desk) -> None:
    async with desk.database.transaction(BOT) as store:
        assert await store.renew_lease(1, -timedelta(seconds=1))

    well, said = await desk.checks()

    assert "LOOK ⛔ The bot is not running." in said
    assert not well


async def test_a_bot_that_hears_everything_is_told_plainly(desk: Desk) -> None:
    await desk.stage.control("privacy", on=False)

    well, said = await desk.checks()

    found = next(line for line in said if "Privacy mode is off" in line)
    assert found.startswith("LOOK ")
    assert "/setprivacy, Enable" in found
    assert "once the bot is taken out of a group and added again." in found
    assert not well


async def test_where_it_is_an_administrator_it_hears_everything_too(desk: Desk) -> None:
    await desk.stage.control("member", chat=GROUP, person="bot", status="administrator")

    well, said = await desk.checks()

    words = "the bot is an administrator, and hears everything there."
    assert f"ok   Iceberg ({GROUP}): {words}" in said
    assert well


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_a_chat_that_it_is_no_member_of(desk: Desk, status: str) -> None:
    await desk.stage.control("member", chat=GROUP, person="bot", status=status)

    well, said = await desk.checks()

    found = next(line for line in said if "Iceberg" in line)
    assert found.startswith(f"LOOK Iceberg ({GROUP}): the bot is no member")
    assert f"ok   Cold Repair ({SMALL}): {MEMBER}" in said
    assert not well


async def test_a_chat_where_it_may_not_write(desk: Desk) -> None:
    denied = {"can_send_messages": False, "can_send_photos": False}
    wish = {"chat": GROUP, "person": "bot", "status": "restricted", "rights": denied}
    await desk.stage.control("member", **wish)

    well, said = await desk.checks()

    at = said.index(f"LOOK Iceberg ({GROUP}):")
    assert said[at + 1].startswith(
        "     Nothing can be written here. Allow “Send messages” in the "
    )
    assert said[at + 2].startswith(
        "     This cannot be sent here: photos, videos, video messages, "
    )
    assert said[at + 3] == f"ok   Cold Repair ({SMALL}): {MEMBER}"
    assert not well


async def test_a_chat_where_no_member_may_send_photos(desk: Desk) -> None:
    denied = {"can_send_photos": False}
    await desk.stage.control("permissions", chat=GROUP, permissions=denied)

    well, said = await desk.checks()

    at = said.index(f"LOOK Iceberg ({GROUP}):")
    assert said[at + 1].startswith("     This cannot be sent here: photos. ")
    assert "under “Permissions”, “Send media”." in said[at + 1]
    assert not well


async def test_a_chat_with_topics_in_which_it_may_open_none(desk: Desk) -> None:
    await desk.stage.control("forum", chat=GROUP, on=True)

    well, said = await desk.checks()

    at = said.index(f"LOOK Iceberg ({GROUP}):")
    assert said[at + 1].startswith("     This group has topics, but the bot may not manage them")
    assert not well
    administrator = {"chat": GROUP, "person": "bot", "status": "administrator"}
    rights = {"can_manage_topics": True}
    await desk.stage.control("member", **administrator, rights=rights)
    assert (await desk.checks())[0]


async def test_a_chat_that_has_moved_is_named_with_its_new_id(desk: Desk) -> None:
    moved = await desk.stage.control("upgrade", chat=SMALL, tell=[])

    _, said = await desk.checks()

    found = next(line for line in said if "Cold Repair" in line)
    assert f"the group has become a supergroup, {moved['chat']['id']}." in found


async def test_a_token_that_is_not_accepted(desk: Desk) -> None:
    await desk.stage.control("revoke")

    well, said = await desk.checks()

    words = "Telegram does not accept the token. BotFather shows the valid one."
    assert said[1:3] == [WELL, f"LOOK {words}"]
    assert not well


async def test_a_messenger_that_does_not_answer(desk: Desk) -> None:
    well, said = await desk.checks(TELEGRAM_API_URL="http://127.0.0.1:9")

    assert said[1] == WELL
    assert said[2].startswith("LOOK Telegram cannot be asked: ")
    assert TOKEN not in "".join(said)
    assert not well


async def test_a_chat_that_it_has_never_seen(desk: Desk) -> None:
    async with desk.database.transaction(BOT) as store:
        party = await store.party_at(str(GROUP))
        assert party
        party.place = str(STRANGE)

    well, said = await desk.checks()

    assert any(line.startswith(f"LOOK Iceberg ({STRANGE}): the bot is no member") for line in said)
    assert not well


# By hand, and in scripts


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # a process starts alike on both
async def test_scripts_see_by_the_exit_code_whether_all_is_well(desk: Desk) -> None:
    code, said = await desk.runs()
    assert (code, said[1]) == (0, WELL)
    await desk.owes(state=Progress.UNCLEAR, reason="may_have_arrived")

    code, said = await desk.runs()

    assert (code, said[1]) == (1, "LOOK Iceberg")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # a process starts alike on both
async def test_of_several_bots_all_are_checked_or_the_one_that_is_named(desk: Desk) -> None:
    tokens = f"{TOKEN},43:OTHER"

    code, said = await desk.runs(BOT_TOKEN=tokens)
    assert [line.split()[1] for line in said if line.startswith("Bot ")] == ["42", "43"]
    assert code == 1  # the messenger knows no bot 43
    code, said = await desk.runs("--bot", "42", BOT_TOKEN=tokens)

    assert [line.split()[1] for line in said if line.startswith("Bot ")] == ["42"]
    assert code == 0
