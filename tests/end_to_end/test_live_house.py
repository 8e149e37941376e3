"""What people meet on an ordinary day: one bot that runs, and many small things."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from signal import SIGHUP

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from tests.end_to_end.live_people import Person, people
from tests.end_to_end.live_processes import Process, Stage

HERE = Path(__file__).parent
BOT = "https://t.me/baton_demo_bot"
MENUS = 6  #: of commands: two kinds of chat in two languages, and two companies

#: One bot serves all tests of this file, and so one process runs them.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("a house")]


@dataclass
class House:
    """A bot that runs, and the people around it."""

    stage: Stage
    bot: Process
    chain: Path
    database: str
    people: dict[str, Person]

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    async def asked(self, client: str, words: str) -> str:
        """Let a client ask for something, and return the number of the vendor's ticket."""
        await self[client].writes(f"/new {words}")
        card = await self["Vera"].sees(words, "waiting to be taken")
        return card.text.split(" ")[0]


@pytest.fixture(scope="module")
def address(with_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a database of the house's own."""
    path = shutil.copy(with_tables, tmp_path_factory.mktemp("database") / "baton.db")
    return f"sqlite:///{path}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(address: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("house")
    chain = Path(shutil.copy(HERE / "town_chain.toml", folder / "chain.toml"))
    async with Stage(folder, casts=[HERE / "town.toml"]) as stage:
        bot = await stage.bot(DATABASE_URL=address, CHAIN_FILE=chain)
        house = House(stage, bot, chain, address, people(stage))
        await house.asked("Anna", "The sign is dark")  # where it has spoken, it hears commands
        yield house


async def test_whoever_watches_the_process_hears_that_it_is_well(house: House) -> None:
    await house.stage.does("wait", calls={"method": "setMyCommands", "count": MENUS})

    async with ClientSession() as http, http.get(house.stage.health) as answer:
        told = await answer.json()

    assert (answer.status, told["ok"]) == (200, True)


async def test_everybody_finds_the_commands_of_their_chat_in_their_language(house: House) -> None:
    await house.stage.does("wait", calls={"method": "setMyCommands", "count": MENUS})

    assert await house["Anna"].finds_in_the_menu() == [
        "new: another request",
        "status: your requests and how they stand",
        "cancel: call a request off",
        "skip: go on without answering",
        "retract: take a message back: reply to it",
        "lang: another language",
        "help: what I can do",
    ]
    assert (await house["Olga"].finds_in_the_menu())[5] == "lang: другой язык"
    in_group = ["new", "status", "retract", "lang", "id", "help"]
    in_company = [
        *("status", "overdue", "mine", "find", "say", "note", "report", "partners"),
        *("contribution", "subscribe", "lines", "settlement", "dashboard"),
        *("equipment", "qr", "invite", "retract"),
        *("check", "party", "links", "lead", "link", "block", "unblock", "lang", "id", "help"),
    ]
    for name, wanted in (("Carl", in_group), ("Victor", in_company), ("Paul", in_company)):
        found = await house[name].finds_in_the_menu()
        assert [each.split(":")[0] for each in found] == wanted, name


async def test_what_the_bot_lacks_in_a_chat_is_said_there(house: House) -> None:
    vera, does = house["Vera"], house.stage.does
    bot = {"chat": vera.chat, "person": "bot"}
    await does("permissions", chat=vera.chat, permissions={"can_send_videos": False})

    await vera.writes("/check")
    await vera.sees("✓ I may write here.", "⚠️ This cannot be sent here: videos.")
    await does("member", **bot, status="administrator")
    await vera.sees("Thank you. I may do all again that I need here.")
    await does("member", **bot, status="member")

    await vera.sees("I may do less here than before.", "This cannot be sent here: videos.")
    await does("permissions", chat=vera.chat, permissions={"can_send_videos": True})


async def test_a_link_leads_to_the_company_that_gave_it(house: House) -> None:
    ben = house["Ben"]

    await ben.opens(f"{BOT}?start=vendor")
    await ben.sees("Hello! This is Iceberg. Write what happened")
    said = await ben.writes("My kettle whistles")

    await house["Vera"].sees("My kettle whistles", "Client: Ben")
    await ben.sees_that_it_arrived(said)


async def test_a_company_gets_its_link_and_a_picture_of_it(house: House) -> None:
    await house["Victor"].writes("/link")

    shown = await house["Victor"].sees(f"{BOT}?start=vendor")

    assert shown.photo is not None


async def test_a_link_to_nobody_says_so(house: House) -> None:
    await house["Ben"].opens(f"{BOT}?start=nobody")

    await house["Ben"].sees("Nobody takes requests here at the moment.")


async def test_a_client_is_spoken_to_in_the_language_of_their_app(house: House) -> None:
    number = await house.asked("Olga", "Машина течёт")

    card = await house["Olga"].sees("Машина течёт", f"{number} · Iceberg", "Получено")

    assert card.labels == ["Отменить"]


async def test_a_cafe_asks_and_answers_as_a_group(house: House) -> None:
    bea, carl = house["Bea"], house["Carl"]
    await bea.adds_the_bot()
    await bea.sees(f"the id of this chat is {bea.chat}.", "write /new and what happened")
    await bea.writes("Did anybody call them?")
    number = await house.asked("Bea", "The oven is cold")
    card = await house["Vera"].sees("The oven is cold", "Client: Café Luna")

    await carl.replies("It is the upper one", to=f"{number} · Iceberg")
    await house["Vera"].sees(f"{number} · Carl\nIt is the upper one")
    await house["Victor"].replies("On our way", to=card)

    await bea.sees(f"{number} · Iceberg\nOn our way")
    assert not await house["Vera"].has_read("Did anybody call them?")


async def test_a_group_that_is_nobodys_is_left_alone_and_told_what_it_asks(house: House) -> None:
    zoe = house["Zoe"]
    await zoe.adds_the_bot()
    await zoe.sees("Hello! To ask for help here, write /new")

    await zoe.writes("Who has read it to the end?")
    await zoe.writes("/start")
    await zoe.sees("This chat is no partner's yet.")

    assert len(await zoe.read()) == 2


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("Dan", "/frobnicate", "I do not know this command."),
        ("Dan", "/new", "Please write what happened after /new"),
        ("Dan", "/cancel NONSENSE", "There is no ticket NONSENSE here."),
        ("Victor", "/frobnicate", "I do not know this command."),
        ("Victor", "/status 99999999999999999999999", "There is no ticket 9999999999"),
        ("Victor", "/note 999 words", "There is no ticket 999 here."),
        ("Victor", "/say VND-999 words", "There is no ticket VND-999 here."),
        ("Victor", "/cancel", "This is for clients."),
    ],
)
async def test_nonsense_is_answered_with_what_to_do(
    house: House, name: str, text: str, answer: str
) -> None:
    said = await house[name].writes(text)

    await house[name].sees(answer, after=said.id)


async def test_of_two_who_press_one_is_first_and_the_other_is_told_so(house: House) -> None:
    vera, victor = house["Vera"], house["Victor"]
    number = await house.asked("Cleo", "The lamp is dark")
    card = await vera.sees("The lamp is dark", button="Take")

    toasts = await asyncio.gather(
        vera.presses_at_once("Take", card), victor.presses_at_once("Take", card)
    )

    first = "Vera" if toasts[0] == f"{number} is yours." else "Victor"
    assert {*toasts} == {f"{number} is yours.", f"{first} was first: {number} is in work already."}
    await victor.sees(f"{number} · in work ·")


async def test_a_button_that_should_be_gone_says_how_things_stand(house: House) -> None:
    vera, victor = house["Vera"], house["Victor"]
    number = await house.asked("Cleo", "The door is stuck")
    card = await vera.sees("The door is stuck", button="Decline")
    late = {"method": "editMessageText", "chat": vera.chat, "answer": {"delay": 1}}
    await house.stage.does("faults", **late)

    assert await vera.presses_at_once("Take", card) == f"{number} is yours."
    toast = await victor.presses_at_once("Decline", card)

    assert toast == f"Vera was first: {number} is in work already."
    card = await vera.sees(f"{number} · in work ·")
    assert "Decline" not in card.labels


async def test_who_replies_to_a_message_whose_receipt_was_lost_is_understood(house: House) -> None:
    vera, victor, emma = house["Vera"], house["Victor"], house["Emma"]
    number = await house.asked("Emma", "The freezer is warm")
    await house.stage.quiet()
    late = {"method": "sendMessage", "chat": vera.chat, "after": True, "answer": {"reset": True}}
    await house.stage.does("faults", **late)
    await emma.writes("Where are you?")
    question = await vera.sees("Where are you?")

    await victor.replies_at_once("Ten minutes", question)

    await emma.sees(f"{number} · Iceberg\nTen minutes")


async def test_a_changed_chain_file_is_read_when_the_bot_is_told_to(house: House) -> None:
    vera, text = house["Vera"], house.chain.read_text("utf-8")
    number = await house.asked("Dan", "The fan is loud")

    house.chain.write_text(text.replace("VND", "no code"), "utf-8")
    house.bot.signal(SIGHUP)
    assert "Nothing was changed." in await house.bot.writes("chain.toml")
    house.chain.write_text(text.replace("Cold Repair", "Hot Repair"), "utf-8")
    house.bot.signal(SIGHUP)
    await house.bot.writes("Hot Repair")

    toast = await vera.presses("Pass on", on="The fan is loud")
    assert toast.startswith("Passed on to Hot Repair as SRV-")
    await vera.sees("Hot Repair: not taken yet", number, "Hot Repair's move")


async def test_a_client_hands_over_their_number_by_a_key(house: House) -> None:
    emma, text = house["Emma"], house.chain.read_text("utf-8")
    house.chain.write_text(text.replace("clients = true", 'clients = true\nasks = ["contact"]'))
    house.bot.signal(SIGHUP)
    await house.bot.writes("party vendor: asks")
    await emma.writes("/new The toaster smokes")
    asked = await emma.sees("At which telephone number can you be reached?")

    key = {"message": asked.id, "button": "Send my number"}
    await house.stage.does("press", as_=emma.id, chat=emma.chat, **key)

    await house["Vera"].sees("The toaster smokes", f"Telephone: +4930{emma.id:07d}")
    await emma.sees("The toaster smokes", "Received ·")


@pytest.mark.parametrize("command", [(), ("apply", "chain.toml")], ids=["run", "apply"])
async def test_nobody_else_uses_the_file_of_a_bot_that_runs(
    house: House, command: tuple[str, ...]
) -> None:
    other = await house.stage.runs(*command, DATABASE_URL=house.database)

    assert await other.ends() == 1
    assert other.lines == [
        f"Baton: {house.database.removeprefix('sqlite:///')} is in use by another Baton. "
        "Stop that one first; to apply a changed chain file, send the running one SIGHUP instead."
    ]
    await house["Anna"].writes("/id")
    await house["Anna"].sees("The id of this chat is 101.")
