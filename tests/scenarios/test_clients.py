"""What clients meet: one case or several, a company to choose, a private chat or a group."""

from __future__ import annotations

from tests.actors import Person, World
from tests.scenarios.conftest import CHAIN, Cast, everybody

TWO_DOORS = CHAIN.replace('code = "SRV"', 'code = "SRV"\nclients = true')


async def test_two_first_messages_at_the_same_moment_make_one_case(chain: Cast) -> None:
    ann = chain.ann
    for text in ("It leaks", "And it hisses"):
        shown = chain.world.messenger.show(ann.place, text, by_bot=False)
        await chain.world.comes_in({"message": ann._message(shown)})
    await chain.world.settles()

    assert chain.vera.card("VND-1").text.endswith("It leaks")
    assert chain.vera.reads("VND-1 · Ann Client\nAnd it hisses")
    assert not chain.vera.reads("VND-2")


async def test_new_opens_another_case(chain: Cast) -> None:
    await chain.asks("The machine leaks")

    await chain.ann.writes("/new The fridge is warm")

    assert "The fridge is warm" in chain.vera.card("VND-2").text
    assert chain.ann.card("VND-2").text.startswith("VND-2 · Iceberg\nReceived")


async def test_with_several_open_cases_a_reply_finds_the_right_one(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.ann.writes("/new The fridge is warm")

    await chain.ann.replies("It is worse now", to="VND-1 · Iceberg")

    assert chain.vera.reads("VND-1 · Ann Client\nIt is worse now")


async def test_with_several_open_cases_the_client_is_asked_which_is_meant(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.ann.writes("/new The fridge is warm")

    await chain.ann.writes("It is worse now")
    question = chain.ann.find("What is this about?")
    assert question.labels == [
        "VND-2 · The fridge is warm",
        "VND-1 · The machine leaks",
        "A new request",
    ]
    assert not chain.vera.reads("It is worse now")
    await chain.ann.presses("VND-2 · The fridge is warm", on=question)

    assert chain.vera.reads("VND-2 · Ann Client\nIt is worse now")
    assert question.labels == []


async def test_a_message_without_a_place_can_become_a_new_case(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.ann.writes("/new The fridge is warm")
    await chain.ann.writes("The lamp is broken")

    await chain.ann.presses("A new request")

    assert "The lamp is broken" in chain.vera.card("VND-3").text


async def test_a_message_finds_its_place_once(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.ann.writes("/new The fridge is warm")
    await chain.ann.writes("It is worse now")
    question = chain.ann.find("What is this about?")
    buttons = list(question.buttons)
    await chain.ann.presses("VND-2 · The fridge is warm", on=question)
    question.buttons = buttons

    toast = await chain.ann.presses("VND-1 · The machine leaks", on=question)

    assert toast == "That is done already."
    assert not chain.vera.reads("VND-1 · Ann Client\nIt is worse now")


async def test_the_link_says_which_company_is_asked(world: World) -> None:
    await world.chain(TWO_DOORS.format(vendor="", service="", local=""))
    chain = everybody(world)

    await chain.ann.writes("/start service")
    assert chain.ann.inbox[-1].startswith("Hello! This is Cold Repair.")
    await chain.ann.writes("It leaks")

    assert "It leaks" in chain.paul.card("SRV-1").text


async def test_without_a_link_the_client_is_asked_which_company_is_meant(world: World) -> None:
    await world.chain(TWO_DOORS.format(vendor="", service="", local=""))
    chain = everybody(world)

    await chain.ann.writes("It leaks")
    assert chain.ann.find("Which company is this for?").labels == ["Iceberg", "Cold Repair"]
    assert await chain.ann.presses("Cold Repair") == "Thank you, Cold Repair has it."

    assert "It leaks" in chain.paul.card("SRV-1").text


async def test_a_link_to_nobody_says_so(chain: Cast) -> None:
    await chain.ann.writes("/start nobody")

    assert chain.ann.inbox[-1].startswith("Nobody takes requests here at the moment.")


async def test_a_client_group_works_as_well_as_a_private_chat(chain: Cast) -> None:
    bea = Person(chain.world, 111, "Bea", -2000, title="Café Luna")
    carl = Person(chain.world, 112, "Carl", -2000, title="Café Luna")

    await bea.writes("Did anybody call them?")
    assert bea.inbox == []
    await bea.writes("/new The oven is cold")
    assert "Client: Café Luna" in chain.vera.card("VND-1").text
    await carl.replies("It is the upper one", to="VND-1")
    assert chain.vera.reads("VND-1 · Carl\nIt is the upper one")

    await chain.victor.replies("On our way", to="VND-1")
    assert bea.reads("VND-1 · Iceberg\nOn our way")


async def test_a_client_sees_the_first_company_only(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(4)
    await chain.egor.replies("Seal is worn", to="ENG-1")
    await chain.vera.presses("Pass on", on="Seal is worn")

    await chain.ann.writes("/status")
    await chain.ann.writes("/status VND-1")

    for word in ("Cold Repair", "SRV", "LOC", "ENG", "Egor", "level"):
        assert word not in chain.ann.everything, word


async def test_a_client_cancels_by_command(chain: Cast) -> None:
    await chain.asks()

    await chain.ann.writes("/cancel")

    assert chain.ann.inbox[-1] == "VND-1 is cancelled."
    assert "Cancelled ·" in chain.ann.card("VND-1 · Iceberg").text


async def test_a_client_with_several_cases_names_the_one_to_cancel(chain: Cast) -> None:
    await chain.asks()
    await chain.ann.writes("/new The fridge is warm")

    await chain.ann.writes("/cancel")
    assert chain.ann.inbox[-1] == ("Several are open: VND-2, VND-1. Please name one: /cancel VND-2")
    await chain.ann.writes("/cancel vnd-1")

    assert "Cancelled ·" in chain.ann.card("VND-1 · Iceberg").text
    assert "Received ·" in chain.ann.card("VND-2 · Iceberg").text


async def test_each_chat_has_its_own_language(chain: Cast) -> None:
    chain.ann.language = "ru"
    await chain.asks()

    assert chain.ann.card("VND-1").labels == ["Отменить"]
    assert chain.vera.card("VND-1").labels == ["Take", "Pass on", "Decline", "Cancel"]
    await chain.vera.writes("/lang")
    assert await chain.vera.presses("Русский") == "Теперь я пишу здесь по-русски."
    assert "Взять" in chain.vera.card("VND-1").labels


async def test_what_is_said_in_one_breath_with_a_reopening_belongs_to_the_reopened_case(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.victor.resolves("Fixed")
    await chain.ann.presses("Accept")
    await chain.ann.presses("Reopen")
    question = chain.ann.find("Why should it be reopened?")

    await chain.world.comes_in(chain.ann.reply("It leaks again", question))
    shown = chain.world.messenger.show(chain.ann.place, "From below", by_bot=False)
    await chain.world.comes_in({"message": chain.ann._message(shown)})
    await chain.world.settles()

    assert chain.vera.reads("VND-1 · Ann Client\nFrom below")
    assert not chain.vera.reads("VND-2")


async def test_words_after_the_matter_was_settled_are_a_new_request(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.victor.resolves("Fixed")
    await chain.ann.presses("Return")
    await chain.ann.presses("Accept", on=chain.ann.card("VND-1"))

    await chain.ann.writes("The fridge is broken")

    assert "The fridge is broken" in chain.vera.card("VND-2").text
