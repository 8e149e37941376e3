"""One request, from the first message to the last star, while the bot dies and comes back."""

from __future__ import annotations

from collections import Counter
from signal import SIGTERM

from tests.end_to_end.live_people import Person, people
from tests.end_to_end.live_processes import ROOT, Stage
from tests.kill.records import bury

CHAIN = ROOT / "bot" / "demo.toml"
STRIP = "VND-1 › SRV-1 › LOC-1 › ENG-1"


async def test_a_request_goes_down_four_companies_and_the_answer_comes_back(
    stage: Stage, database: str
) -> None:
    settings = {"DATABASE_URL": database, "CHAIN_FILE": CHAIN}
    bot = await stage.bot(**settings)
    who = people(stage)
    anna, vera, paul, lucy = (who[name] for name in ("Anna", "Vera", "Paul", "Lucy"))
    eve, egor = who["Eve"], who["Egor"]
    leads = {"VND-1": vera, "SRV-1": paul, "LOC-1": lucy, "ENG-1": eve}

    # A request goes down the chain.

    request = await anna.writes("Our espresso machine leaks")
    await anna.sees("VND-1 · Iceberg Coffee Machines\nReceived ·", "espresso machine leaks")
    await anna.sees_that_it_arrived(request)
    card = await vera.sees(
        "VND-1 · waiting to be taken ·",
        "Your move",
        "Client: Anna Petrova (@anna_cafe)",
        "●VND-1, since",
        "Our espresso machine leaks",
    )
    assert card.labels == ["Take", "Pass on", "Decline", "Cancel"]

    assert await vera.presses("Take", on="VND-1") == "VND-1 is yours."
    await anna.sees("In work ·", "VND-1 · Iceberg Coffee Machines")
    toast = await vera.presses("Pass on", on="VND-1 · in work")
    assert toast == "Passed on to Cold Repair as SRV-1."
    await paul.sees("SRV-1 · waiting to be taken ·", "Client: •••", "VND-1 › ●SRV-1, since")
    await vera.sees("SRV-1 · Cold Repair: not taken yet ·", "Cold Repair's move")
    toast = await paul.presses("Pass on", on="SRV-1")
    assert toast == "Passed on to Main Street Service as LOC-1."
    toast = await lucy.presses("Pass on", on="LOC-1")
    assert toast == "Passed on to Engineers' crew as ENG-1."
    assert await egor.presses("Take", on="ENG-1") == "ENG-1 is yours."

    await eve.sees("ENG-1 · in work ·", "Your move", "VND-1 › SRV-1 › LOC-1 › ●ENG-1, since")
    await lucy.sees("ENG-1 · Engineers' crew: in work ·", "Engineers' crew's move")
    for number, lead in list(leads.items())[:3]:
        await lead.sees(f"{number} · passed on ·", "VND-1 › SRV-1 › LOC-1 › ●ENG-1, since")

    # Whoever asks how it stands sees a picture of it.

    await vera.writes("/status 1")
    pictured = await vera.sees("📋 VND-1 · passed on, for", "ENG-1 · level 4: in work")
    assert pictured.photo

    # What people say travels: down at once, up to the vendor's valve.

    more = await anna.writes("It drips faster now")
    for number, lead in leads.items():
        shown = await lead.sees("It drips faster now")
        assert shown.text.startswith(f"{number} · ")
    await anna.sees_that_it_arrived(more)

    seal = await egor.shows("The seal is wron", to="It drips faster now")
    await egor.replies("I have another one in the van", to="ENG-1 · in work")
    assert (await lucy.sees("LOC-1 · Engineers' crew\nThe seal is wron")).photo == seal.photo
    assert (await paul.sees("SRV-1 · level 4\nThe seal is wron")).photo == seal.photo
    waiting = await vera.sees("VND-1 · level 4\nThe seal is wron")
    assert (waiting.photo, waiting.labels) == (seal.photo, ["Pass on"])
    await vera.sees("VND-1 · level 4\nI have another one in the van", button="Pass on")
    await egor.sees_that_it_arrived(seal)
    assert not await anna.has_read("The seal")

    toast = await vera.presses("Pass on", on="The seal is wron")
    assert toast == "It is on its way."
    shown = await anna.sees("VND-1 · Iceberg Coffee Machines\nThe seal is wron")
    assert shown.photo == seal.photo
    await vera.sees_no_more("The seal is wron", button="Pass on")
    assert not await anna.has_read("another one in the van")

    await egor.edits(seal, "The seal is worn")
    for reader in (lucy, paul, vera, anna):
        assert (await reader.sees("The seal is worn")).photo == seal.photo
        await reader.sees_no_more("The seal is wron")

    # The bot is killed while it speaks, and people go on without it.

    await stage.quiet()
    await stage.does("faults", method="sendMessage", chat=vera.chat, answer={"hang": 2}, after=True)
    sends = len(await stage.calls("sendMessage", chat=vera.chat))
    await anna.writes("Will it take long?")
    await stage.called("sendMessage", vera.chat, sends + 1, begun=True)
    await bot.dies()
    await bury(database)

    today = await anna.writes("We open at noon")
    drips = await egor.sees("It drips faster now")
    half = await egor.replies_at_once("Half an our", drips)
    await egor.edits(half, "Half an hour")
    await anna.writes("And we are out of cups")
    bot = await stage.bot(**settings)

    for reader in leads.values():
        await reader.sees("And we are out of cups")
        await reader.sees("We open at noon")
    await anna.sees_that_it_arrived(today)
    await lucy.sees("LOC-1 · Engineers' crew\nHalf an hour")
    await vera.sees("VND-1 · level 4\nHalf an hour", button="Pass on")
    await vera.sees("(possibly a repeat)\nWill it take long?")

    # The result goes up one level, and comes back once.

    await egor.explains("Resolve", "It is dry", on="ENG-1 · in work", asked="What was done?")
    await eve.sees("ENG-1 · waiting to be checked ·", "Main Street Service's move")
    checked = await lucy.sees("LOC-1 · Engineers' crew · result\nIt is dry")
    assert checked.labels == ["Accept", "Return"]
    await lucy.explains("Return", "Show me the seal", on="It is dry", asked="missing or wrong?")
    await egor.sees("ENG-1 · Main Street Service · returned for rework\nShow me the seal")
    await eve.sees("ENG-1 · sent back for rework ·", "Sent back for rework: 1", "Your move")
    assert not await paul.has_read("It is dry")

    # It is stopped while it has something to say.

    await anna.writes("The first guests are here")
    assert await bot.stop(SIGTERM) == 0
    assert not any("Traceback" in line or "ERROR" in line for line in bot.lines)
    bot = await stage.bot(**settings)
    for reader in leads.values():
        await reader.sees("The first guests are here")

    # The engineer tries again, and shows it.

    question = await egor.is_asked("What was done?", at="Resolve", on="ENG-1 · sent back")
    assert "Egor Volt, please reply to this message." in question.text
    result = await egor.shows("Here is the new seal", to=question)

    # Everybody checks, rates, and passes it on up.

    stars = {"ENG-1": 5, "LOC-1": 4, "SRV-1": 3}
    for upper, lower in ((lucy, "ENG-1"), (paul, "LOC-1"), (vera, "SRV-1")):
        shown = await upper.sees("· result\nHere is the new seal", button="Accept")
        assert shown.photo == result.photo
        toast = await upper.presses("Accept", on="Here is the new seal")
        assert toast == f"{lower} is accepted."
        given = stars[lower]
        toast = await upper.presses(f"{given} ★", on=f"{lower} · How good was the work of")
        assert toast == f"Thank you: {given} of 5."
        await leads[lower].sees(f"{lower} · The result is accepted.")
        await leads[lower].sees(f"{lower} · Your work was rated {given} of 5.")
        toast = await upper.presses("Pass on", on="Pass this result on as yours?")
        assert toast.endswith("is resolved.")

    answer = await anna.sees("VND-1 · Iceberg Coffee Machines · result\nHere is the new seal")
    assert (answer.photo, answer.labels) == (result.photo, ["Accept", "Return"])
    await anna.sees("Done ·", "Please check: accept it, or return it")
    assert await anna.presses("Accept", on="Here is the new seal") == "VND-1 is accepted."
    assert await anna.presses("2 ★", on="How did we do?") == "Thank you: 2 of 5."
    await anna.replies("We lost a morning", to="What went wrong?")

    # Every rating arrives where it belongs.

    await vera.sees("VND-1 · Your work was rated 2 of 5.")
    await vera.sees("VND-1 · Why VND-1 was rated so:\nWe lost a morning")
    await vera.sees("VND-1 · ENG-1 was rated 5 of 5.")
    await vera.sees("VND-1 · LOC-1 was rated 4 of 5.")
    for number, lead in list(leads.items())[1:]:
        await lead.sees(f"{number} · The client rated the whole case 2 of 5.")

    # At the end every card shows every level, nothing is owed, and nothing was said twice.

    for number, lead in leads.items():
        rated = {"VND-1": 2, **stars}[number]
        await lead.sees(f"Rated {rated} of 5\n{STRIP}", f"{number} · accepted ·")
    await anna.sees("Finished ·", "VND-1 · Iceberg Coffee Machines")
    await stage.quiet()
    await nobody_was_told_twice([anna, *leads.values()])
    told = "\n".join(await anna.read())
    for secret in ("Cold Repair", "SRV", "LOC", "ENG", "Egor", "level"):
        assert secret not in told, secret
    assert not await paul.has_read("ENG-1 was rated")
    await no_call_failed(stage)


async def nobody_was_told_twice(readers: list[Person]) -> None:
    """Check that the bot has told each chat everything once; only questions come again."""
    for reader in readers:
        times = Counter(words for words in await reader.read() if "please reply" not in words)
        assert [words for words, count in times.items() if count > 1] == []


async def no_call_failed(stage: Stage) -> None:
    """Check that the messenger has refused nothing."""
    refused = [call for call in await stage.calls() if call.get("ok") is False]
    assert refused == []
