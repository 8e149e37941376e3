"""Five companies become a chain by invitations alone, and a request runs down it and up again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.end_to_end.live_people import Person, people
from tests.end_to_end.live_processes import Stage

CAST = Path(__file__).with_name("five.toml")
COMPANIES = ("Vera", "Iceberg"), ("Paul", "Cold Repair"), ("Lucy", "Main Street"), ("Eve", "Crew")
LAST = ("Max", "Spare Parts")
NUMBERS = ("ICE-1", "COL-1", "MAI-1", "CRE-1", "SPA-1")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Set a stage with five companies that the bot does not know."""
    async with Stage(tmp_path, casts=[CAST]) as stage:
        yield stage


async def invited(host: Person, guest: Person, name: str) -> str:
    """Let one invite another, who accepts the terms in their group; return what they read then."""
    await host.writes(f"/invite {name}")
    said = (await host.sees(f"Send this to {name}.")).text
    wanted, bare = re.findall(r"https://\S+startgroup=\S+", said)
    assert wanted == f"{bare}&admin=manage_topics+pin_messages"
    await guest.opens(wanted, group=True)
    assert await guest.presses("Accept", on="A lead of this chat can accept until") == "Accepted."
    await host.sees(f"{name} has accepted", "You can pass requests on" if host.chat < 0 else "")
    return (await guest.sees(f"This chat is {name} now")).text


async def test_five_companies_set_themselves_up_and_a_request_runs_through_them(
    stage: Stage, sqlite_file: str
) -> None:
    await stage.bot(DATABASE_URL=sqlite_file, OPERATORS="900")
    who = people(stage)
    olga, anna, mia = who["Olga"], who["Anna"], who["Mia"]
    await olga.opens("https://t.me/baton_demo_bot?start")

    # Each invites the next: nobody has a file, a form or an account.

    host = olga
    for person, name in (*COMPANIES, LAST):
        told = await invited(host, who[person], name)
        assert f"tickets have the code {name[:3].upper()}" in told
        host = who[person]
    link = re.search(r"https://\S+", (await who["Vera"].sees("come through this link")).text)
    assert link

    # A request goes down all five, and the answer comes back to the client.

    await anna.opens(link[0])
    await anna.writes("Our espresso machine leaks")
    leads = [who[person] for person, _ in COMPANIES]
    for upper, own, (_, below), number in zip(
        leads, NUMBERS, (*COMPANIES[1:], LAST), NUMBERS[1:], strict=False
    ):
        toast = await upper.presses("Pass on", on=own)
        assert toast == f"Passed on to {below} as {number}."
    assert await mia.presses("Take", on="SPA-1") == "SPA-1 is yours."
    await who["Vera"].sees("ICE-1 › COL-1 › MAI-1 › CRE-1 › ●SPA-1")

    await mia.explains("Resolve", "A new seal is in", on="SPA-1", asked="What was done?")
    for upper, below in zip(reversed(leads), reversed(NUMBERS), strict=False):
        assert await upper.presses("Accept", on="A new seal is in") == f"{below} is accepted."
        toast = await upper.presses("Pass on", on="Pass this result on as yours?")
        assert toast.endswith("is resolved.")
    await anna.sees("ICE-1 · Iceberg · result\nA new seal is in")
    assert await anna.presses("Accept", on="A new seal is in") == "ICE-1 is accepted."

    await stage.quiet()
    assert "invite: bring a partner in" in await mia.finds_in_the_menu()
    refused = [call for call in await stage.calls() if call.get("ok") is False]
    assert refused == []
