"""A messenger that is as strict as Telegram, and a bot that knows its limits."""

from __future__ import annotations

from itertools import pairwise

from tests.end_to_end.live_people import people
from tests.end_to_end.live_processes import ROOT, Stage

SENDS = {"sendMessage", "sendPhoto", "editMessageText", "editMessageReplyMarkup"}


async def test_who_talks_fast_is_heard_in_order_and_no_limit_is_broken(
    strict_stage: Stage, migrated_postgres: str
) -> None:
    stage, who = strict_stage, people(strict_stage)
    anna, vera, paul, sara = (who[name] for name in ("Anna", "Vera", "Paul", "Sara"))
    chain = ROOT / "bot" / "demo.toml"
    await stage.bot(DATABASE_URL=migrated_postgres, CHAIN_FILE=chain)
    await anna.writes("Our espresso machine leaks")
    await vera.presses("Pass on", on="VND-1")
    await sara.presses("Take", on="SRV-1")

    said = [await anna.writes(f"Drop number {number}") for number in range(1, 5)]
    await anna.edits(said[3], "Drop number four")
    seal = await sara.shows("The seal is worn", to="SRV-1")
    await vera.presses("Pass on", on="The seal is worn")

    await anna.sees("VND-1 · Iceberg Coffee Machines\nThe seal is worn")
    for reader in (vera, paul):
        await reader.sees("Drop number four")
    await anna.sees_that_it_arrived(said[3])
    await sara.sees_that_it_arrived(seal)
    await stage.quiet(1.5)
    for reader in (vera, paul):
        heard = "\n".join(await reader.read())
        places = [heard.index(f"Drop number {number}") for number in (1, 2, 3, "four")]
        assert places == sorted(places)
        assert heard.count("Drop number") == 4
    calls = await stage.calls()
    assert [call for call in calls if call.get("ok") is False] == []
    for chat in (anna.chat, vera.chat, paul.chat):
        sends = [call for call in calls if call["method"] in SENDS and call.get("chat") == chat]
        assert all(later["arrived"] - each["arrived"] >= 1 for each, later in pairwise(sends))
