"""Every name, note and way to reach somebody is a word of its own; none shows where it may not."""

from __future__ import annotations

import io
from datetime import timedelta
from zipfile import ZipFile

import pytest

from relay.registers import Row
from tests.actors import Person, World
from tests.scenarios.conftest import CHAIN
from tests.scenarios.test_equipment import keeps

NAMED = (
    CHAIN.replace("Iceberg", "Partyvendor")
    .replace("Cold Repair", "Partyservice")
    .replace("Main Street", "Partylocal")
    .replace('"Crew"', '"Partycrew"')
    .replace("clients = true", 'clients = true\nasks = ["address", "contact"]')
)

COMPANIES = {
    "vendor": ("Vendorlead", "Vendormember", -1001),
    "service": ("Servicelead", "Servicemember", -1002),
    "local": ("Locallead", "Localmember", -1003),
    "crew": ("Crewlead", "Crewmember", -1004),
}

CLIENT = {"Clientfirst", "Clientlast", "clientuser", "49305550199", "clientmail", "clientprofile"}
CLIENT |= {"Clientstreet", "+49305550188"}  #: what they answer before their case is opened
#: Where the machine stands that it is about, and whose it is.
MACHINE = {"Machinesite", "Machineowner"}
OVEN = Row("M-1", "Oven of Machineowner", site="Machinesite", client="Machineowner")
PARTIES = ("Partyvendor", "Partyservice", "Partylocal", "Partycrew")
PEOPLE = {name for lead, member, _chat in COMPANIES.values() for name in (lead, member)}
NOTES = {f"note{key}" for key in COMPANIES}
#: What each pair has agreed on, from the top.
PRICES = ("71,001.00", "72,002.00", "73,003.00")


def neighbours(level: int) -> set[str]:
    """Return the companies whose names a level may read: its own and those beside it."""
    return {name for number, name in enumerate(PARTIES) if abs(number - level) <= 1}


def may_read(level: int, sees: str, *, names: bool) -> set[str]:
    """Return the words that a level may read, if all links tell this about the client."""
    key = list(COMPANIES)[level]
    allowed = neighbours(level) | {f"note{key}"} | set(COMPANIES[key][:2])
    if names:
        allowed |= {
            name
            for number, (lead, member, _chat) in enumerate(COMPANIES.values())
            if abs(number - level) <= 1
            for name in (lead, member)
        }
    if level == 0 or sees == "full":
        allowed |= CLIENT | MACHINE
    elif sees == "name":
        allowed |= {"Clientfirst", "Clientlast", "Machineowner"}
    return allowed


def somebody(world: World) -> tuple[Person, list[tuple[Person, Person]]]:
    """Return the client, and a lead and a member of each company."""
    chats: list[tuple[Person, Person]] = []
    for number, (lead, member, chat) in enumerate(COMPANIES.values()):
        people = [
            Person(world, 200 + 2 * number + k, name, chat, title=f"Chat{chat}")
            for k, name in enumerate((lead, member))
        ]
        world.leads[chat] = [people[0].id]
        chats.append((people[0], people[1]))
    return Person(world, 101, "Clientfirst Clientlast", 101, username="clientuser"), chats


@pytest.mark.parametrize(
    ("sees", "names", "scans"),
    [
        ("hidden", False, True),
        ("hidden", False, False),
        ("name", False, True),
        ("full", False, False),
        ("full", True, True),
    ],
)
async def test_no_chat_reads_a_word_that_is_not_for_it(
    world: World, sees: str, names: bool, scans: bool
) -> None:
    terms = f'client = "{sees}"\nnames = {str(names).lower()}'
    vendor, service, local = (
        f'{terms}\ntariff = {{ callout = "{each.replace(",", "")} RUB" }}' for each in PRICES
    )
    await world.chain(NAMED.format(vendor=vendor, service=service, local=local))
    ann, chats = somebody(world)

    sticker = (await keeps(world, OVEN))["M-1"]
    if scans:  # then it is known where to go, and not asked
        await ann.writes(sticker)
    await a_long_case(ann, chats, "" if scans else "Clientstreet 7")
    if (sees, scans) in {("hidden", False), ("full", True)}:
        for lead, _member in chats:
            await looks_around(lead)

    everywhere = PEOPLE | NOTES | set(PARTIES) | CLIENT | MACHINE
    everywhere -= set() if scans else {"Machineowner"}  # a word like any other then
    for level, (person, _member) in enumerate(chats):
        key = list(COMPANIES)[level]
        allowed = may_read(level, sees, names=names)
        read = person.everything + files(person)
        seen = {word for word in everywhere if word.lower() in read.lower()}
        assert seen <= allowed, (key, seen - allowed)
        assert f"note{key}" in seen
        prices = {each for each in PRICES if each in read or each.replace(",", "") in read}
        assert prices == {*PRICES[max(0, level - 1) : level + 1]}
    assert not [each for each in PRICES if each in ann.everything]
    seen = {word for word in everywhere if word.lower() in ann.everything.lower()}
    assert seen <= CLIENT | MACHINE | {"Partyvendor"}, seen


async def a_long_case(
    ann: Person, chats: list[tuple[Person, Person]], address: str = "Clientstreet 7"
) -> None:
    """Let everything happen that puts somebody's words or name before others."""
    (vera, vic), (paul, sara), (lucy, leo), (_eve, egor) = chats
    await ann.writes(
        "Clientfirst Clientlast here, call +49 30 555-01-99 or clientmail@example.org, "
        "t.me/clientprofile, @clientuser; the oven of machineowner"
    )
    if address:
        await ann.writes(address)
    await ann.writes("+49305550188")
    for lead in (vera, paul, lucy):
        await lead.presses("Pass on")
    await egor.presses("Take")
    await ann.writes("My number is +49 (30) 5550199, ask for CLIENTFIRST", photo="door.jpg")
    await egor.replies("I called Clientfirst at 0049305550199", to="ENG-1", photo="seal.jpg")
    await vic.presses("Pass on", on="I called")
    await egor.edits("I called Clientfirst at 0049305550199", "I called @clientuser again")
    for number, (lead, member) in enumerate(chats):
        key = list(COMPANIES)[number]
        await member.writes(f"/note 1 note{key}")
        await lead.replies(f"For all: {key}", to=lead.card(), photo=None)
        if number < 3:
            await lead.presses("To both")
        await member.writes("/status")
        await member.writes("/status 1")
    await egor.explains("Ask", "Is clientmail@example.org right?")
    await leo.replies("Yes, says Clientlast", to="Is ")
    await egor.explains("Resolve", "Done for Clientfirst", photo="done.jpg")
    await lucy.explains("Return", "Ask clientuser about it")
    await egor.explains("Resolve", "Done")
    for lead, lower in ((lucy, "ENG-1"), (paul, "LOC-1"), (vera, "SRV-1")):
        await lead.presses("Accept")
        await lead.presses("1 ★", on=f"{lower} · How good")
        await lead.replies("Clientfirst was not amused", to="What went wrong?")
        await lead.presses("Pass on", on="Pass this result on")
    await ann.presses("Accept")
    await ann.presses("2 ★")
    await ann.replies("Clientlast is not happy, +49305550199", to="What went wrong?")
    await ann.presses("Reopen")
    await ann.replies("Reopened by Clientfirst", to="Why should it be reopened?")
    await vera.presses("Pass on", on=vera.card())
    await sara.explains("Decline", "No more for clientuser")
    await vic.explains("Resolve", "Clientfirst agreed by phone")
    await ann.writes("/status")
    await ann.writes("/status VND-1")
    for _lead, member in chats:
        await member.writes("/status 1")
    await ann.world.books()


async def looks_around(lead: Person) -> None:
    """Let a lead ask for all there is, without haste: replies have to wait for their turn."""
    for command in ("/overdue", "/mine", "/contribution 1", "/lines 1", "/find oven"):
        await asks(lead, command)
    for command, title, labels in (
        ("/report month", "Report of", ("Picture", "XLSX", "CSV")),
        ("/partners month", "Partners of", ("XLSX",)),
    ):
        await asks(lead, command)
        for label in labels:
            lead.world.now += timedelta(minutes=1)
            await lead.presses(label, on=title)
    await asks(lead, "/settlement this month")
    for each in [each for each in lead.sees if "As a spreadsheet" in each.labels]:
        lead.world.now += timedelta(minutes=1)
        await lead.presses("As a spreadsheet", on=each)


async def asks(lead: Person, command: str) -> None:
    """Let somebody ask for something a while after the last time."""
    lead.world.now += timedelta(minutes=1)
    await lead.writes(command)


def files(person: Person) -> str:
    """Return all that can be read in the files that the bot has sent."""
    return "".join(plain(each.file) for each in person.sees if each.by_bot and each.file)


def plain(body: bytes) -> str:
    """Return all that can be read in a file."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8-sig", "replace")
    with ZipFile(io.BytesIO(body)) as packed:
        return "".join(packed.read(each).decode("utf-8", "replace") for each in packed.namelist())
