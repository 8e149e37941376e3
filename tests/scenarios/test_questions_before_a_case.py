"""What a company asks its clients first; whatever they answer, the request goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.actors import Person, World
from tests.samples import SAMPLES
from tests.scenarios.conftest import CHAIN, Cast, everybody

KINDS = 'match = { kind = ["repair", "cleaning"] }'
NOTED = "Your request is noted. In a moment it goes to Iceberg; just this before:\n"
WHERE = "Where is help needed? Please reply with the address."
NUMBER = "At which telephone number can you be reached? Please reply with it."
WHICH = "What kind of help is needed?"


async def asking(world: World, *asks: str, vendor: str = KINDS, file: str = CHAIN) -> Cast:
    """Return the people of a chain whose first company asks its clients something."""
    wants = f"clients = true\nasks = [{', '.join(map(repr, asks))}]"
    file = file.replace("clients = true", wants, 1)
    await world.chain(file.format(vendor=vendor, service="", local=""))
    return everybody(world)


async def test_a_client_is_asked_one_thing_after_the_other_and_the_card_shows_it(
    world: World,
) -> None:
    chain = await asking(world, "address", "contact", "kind")

    await chain.ann.writes("The machine leaks")
    assert chain.ann.inbox == [NOTED + WHERE]
    assert chain.ann.sees[-1].labels == ["Skip"]
    await chain.ann.writes("Main Street 5,\nsecond door")
    assert chain.ann.inbox[-1] == NUMBER
    assert world.messenger.keyboards[chain.ann.place] == ["Send my number", "Skip"]
    await chain.ann.sends_number("49301234567", to=NUMBER)
    assert chain.ann.inbox[-2:] == ["Thank you.", WHICH]
    assert chain.ann.place not in world.messenger.keyboards
    assert chain.ann.sees[-1].labels == ["repair", "cleaning", "Something else", "Skip"]
    assert chain.vera.inbox == []
    assert await chain.ann.presses("cleaning", on=WHICH) == "Thank you."

    card = chain.vera.card("VND-1").text
    assert card.endswith(
        "What is needed: cleaning\nAddress: Main Street 5, second door\n"
        "Telephone: +49301234567\n●VND-1, since 09:00\nThe machine leaks"
    )
    assert chain.ann.card("VND-1 · Iceberg").text.startswith("VND-1 · Iceberg\nReceived")
    await chain.ann.writes("Please hurry")
    assert chain.vera.reads("VND-1 · Ann Client\nPlease hurry")


async def test_every_question_can_be_skipped_and_all_of_them_at_once(world: World) -> None:
    chain = await asking(world, "address", "contact", "kind")

    await chain.ann.writes("The machine leaks")
    first = chain.ann.find(WHERE)
    data = chain.ann._data(first, "Skip")
    assert await chain.ann.presses("Skip") == "Skipped."
    await chain.ann.presses_data(first, data)
    assert world.messenger.toasts[-1] == "That is done already."
    await chain.ann.writes("⏭ Skip")
    assert chain.ann.inbox[-2:] == ["All right, without a telephone number.", WHICH]
    await chain.ann.presses("Something else")
    await chain.ann.writes("/new The fridge is warm")
    await chain.ann.writes("/skip")

    for number in ("VND-1", "VND-2"):
        for told in ("Address", "Telephone", "What is needed"):
            assert told not in chain.vera.card(number).text
    await chain.ann.writes("/skip")
    assert chain.ann.inbox[-1].startswith("Nothing is asked here at the moment.")


async def test_who_skips_all_is_told_so_once(world: World) -> None:
    chain = await asking(world, "contact", "kind")
    await chain.ann.writes("The machine leaks")
    await chain.ann.writes("/skip")

    said = [each for each in chain.ann.inbox if each.startswith("All right")]
    assert said == ["All right, without any more questions."]
    assert chain.ann.place not in world.messenger.keyboards


async def test_a_client_who_does_not_go_on_is_not_waited_for(world: World) -> None:
    chain = await asking(world, "address", "contact")
    await chain.ann.writes("The machine leaks")
    await world.later(minutes=10)
    await chain.ann.writes("Main Street 5")

    await world.start()
    await world.later(minutes=14)
    assert chain.vera.inbox == []
    await world.later(minutes=2)

    card = chain.vera.card("VND-1").text
    assert "Address: Main Street 5" in card
    assert "Telephone" not in card
    assert chain.ann.place not in world.messenger.keyboards
    await world.later(minutes=20)
    assert not chain.vera.reads("VND-2")


async def test_what_is_written_meanwhile_belongs_to_the_request(world: World) -> None:
    chain = await asking(world, "contact")
    photo = SAMPLES["photo"]
    for text in ("The machine leaks", "And it hisses"):  # in one breath: before it was asked
        shown = world.messenger.show(chain.ann.place, text, by_bot=False)
        await world.comes_in(chain.ann.says(shown))
    await world.settles()
    await chain.ann.writes("Here it is", photo="door.jpg")
    await chain.ann.sends_album(photo, photo)
    await chain.ann.edits("And it hisses", "And it whistles")
    await chain.ann.writes("It is not my fault")
    assert chain.vera.inbox == []

    await chain.ann.writes("030 123 45-67")

    assert "The machine leaks" in chain.vera.card("VND-1").text
    assert "Telephone: 030 123 45-67" in chain.vera.card("VND-1").text
    told = [text.removeprefix("VND-1 · Ann Client\n") for text in chain.vera.inbox[1:]]
    drips = SAMPLES["photo"]["caption"]
    assert told == ["And it whistles", "Here it is", drips, drips, "It is not my fault"]
    pictures = [each.photo is not None for each in chain.vera.sees[1:]]
    assert pictures == [False, True, True, True, False]
    assert not chain.vera.reads("VND-2")


async def test_a_request_that_was_taken_back_is_none_and_an_answer_can_be_corrected(
    world: World,
) -> None:
    chain = await asking(world, "address", "contact")
    gone = await chain.ann.writes("Never mind me")
    await chain.ann.replies("/retract", to=gone)
    await chain.ann.writes("/skip")
    assert chain.vera.inbox == []

    await chain.ann.writes("The machine leaks")
    await chain.ann.writes("Main Street 5")
    await chain.ann.edits("Main Street 5", "Main Street 6")
    await chain.ann.presses_data(chain.ann.find(NUMBER), "x")
    await chain.ann.writes("/skip")
    assert "Address: Main Street 6" in chain.vera.card("VND-1").text
    await chain.ann.edits("Main Street 6", "Main Street 7")

    assert "Address: Main Street 7" in chain.vera.card("VND-1").text


async def test_cancel_takes_a_request_back_about_which_something_is_asked(world: World) -> None:
    chain = await asking(world, "contact")
    await chain.ann.writes("The machine leaks")

    await chain.ann.writes("/status")
    assert chain.ann.inbox[-1].startswith(
        "Not with Iceberg yet: answer my question, or write /skip."
    )
    await chain.ann.writes("/cancel")
    assert chain.ann.inbox[-1] == "Your new request is called off: nothing of it was passed on."
    await world.later(minutes=20)

    assert chain.vera.inbox == []
    assert chain.ann.place not in world.messenger.keyboards


async def test_somebody_elses_contact_goes_along_and_is_no_answer(world: World) -> None:
    chain = await asking(world, "contact")
    await chain.ann.writes("The machine leaks")

    await chain.ann.sends_number("+4930999", to=NUMBER, of=999)
    assert chain.ann.inbox[-1].startswith("That is the contact of somebody else")
    await chain.ann.sends_number("+4930111", to="That is the contact of somebody else")

    assert "Telephone: +4930111" in chain.vera.card("VND-1").text
    assert chain.vera.sees[1].media is not None
    assert chain.vera.sees[1].media.facts["phone_number"] == "+4930999"


async def test_in_a_group_the_answer_is_a_reply(world: World) -> None:
    chain = await asking(world, "address", "contact")
    bea = Person(world, 111, "Bea", -2000, title="Café Luna")

    await bea.writes("/new The oven is cold")
    await bea.writes("What do they want from us?")
    assert bea.inbox == [NOTED + WHERE]
    await bea.replies("Moon Street 1", to=WHERE)
    assert bea.sees[-1].labels == ["Skip"]  # groups have no button for telephone numbers
    await bea.replies("+49 30 777777", to=NUMBER)

    card = chain.vera.card("VND-1").text
    assert "Address: Moon Street 1\nTelephone: +49 30 777777\n" in card
    assert not chain.vera.reads("What do they want")


async def test_with_several_companies_the_company_comes_first(world: World) -> None:
    doors = CHAIN.replace('code = "SRV"', 'code = "SRV"\nclients = true')
    chain = await asking(world, "address", file=doors)
    bob = Person(world, 102, "Bob", 102)
    for person in (chain.ann, bob):
        await person.writes("It leaks")

    await bob.presses("Cold Repair")
    assert "It leaks" in chain.paul.card("SRV-1").text
    assert await chain.ann.presses("Iceberg") == "Thank you."
    assert chain.ann.inbox[-1] == NOTED + WHERE
    await chain.ann.writes("Main Street 5")

    assert "Address: Main Street 5" in chain.vera.card("VND-1").text


async def test_kinds_that_nobody_knows_are_not_asked_for(world: World) -> None:
    chain = await asking(world, "kind", vendor="")

    await chain.ann.writes("The machine leaks")

    assert "The machine leaks" in chain.vera.card("VND-1").text


async def test_another_request_lets_the_first_one_go(world: World) -> None:
    chain = await asking(world, "kind")
    await chain.ann.writes("The machine leaks")

    await chain.ann.writes("/new The fridge is warm")
    assert "The machine leaks" in chain.vera.card("VND-1").text
    await chain.ann.writes("Repair")

    assert "What is needed: repair" in chain.vera.card("VND-2").text


async def test_an_open_case_is_still_talked_about_by_replies(world: World) -> None:
    chain = await asking(world, "address")
    await chain.ann.writes("The machine leaks")
    await chain.ann.writes("Main Street 5")
    await chain.victor.presses("Take")
    await chain.ann.writes("/new The fridge is warm")

    await chain.victor.explains("Ask", "Which floor?")
    await chain.ann.replies("The third", to="Which floor?")
    await chain.ann.replies("It leaks more", to="VND-1 · Iceberg")
    assert chain.vera.reads("The third")
    assert chain.vera.reads("It leaks more")
    await chain.ann.writes("Hill Road 9")

    assert "Address: Hill Road 9" in chain.vera.card("VND-2").text


@pytest.mark.parametrize(
    ("sees", "reads"),
    [
        ("full", ["zqstreet", "4930777", "repair"]),
        ("name", ["repair"]),
        ("hidden", ["repair"]),
        ("when_taken", ["repair"]),
    ],
)
async def test_what_was_answered_is_read_as_far_as_the_link_lets_one(
    world: World, sees: str, reads: list[str]
) -> None:
    chain = await asking(world, "address", "contact", "kind", vendor=f'{KINDS}\nclient = "{sees}"')
    await chain.ann.writes("The machine leaks")
    await chain.ann.writes("zqstreet 5")
    await chain.ann.writes("4930777")
    await chain.ann.presses("repair")

    await chain.vera.presses("Pass on")
    for person in (chain.vera, chain.paul):
        await person.writes("/status 1")

    words = ["zqstreet", "4930777", "repair"]
    assert [word for word in words if word in chain.vera.everything] == words
    assert [word for word in words if word in chain.paul.everything] == reads
    await chain.sara.presses("Take")
    if sees == "when_taken":
        assert [word for word in words if word in chain.paul.everything] == words


async def test_who_is_blocked_meanwhile_has_said_enough(world: World) -> None:
    chain = await asking(world, "address")
    await chain.ann.writes("The machine leaks")
    await chain.ann.writes("Main Street 5")
    await chain.ann.writes("/new The fridge is warm")
    await chain.vera.writes("/block 1 never pays")

    await chain.ann.writes("Hill Road 9")
    assert chain.ann.inbox[-1].startswith("Iceberg takes no messages from you here any more")
    await chain.ann.presses("Skip", on=WHERE)
    await world.later(minutes=16)

    assert "The fridge is warm" in chain.vera.card("VND-2").text
    assert not chain.vera.reads("Hill Road")


async def test_no_operator_is_needed_for_a_request_to_go_on_in_time(world: World) -> None:
    chain = await asking(world, "address")
    await chain.ann.writes("The machine leaks")
    world.now += timedelta(minutes=16)

    await world.timekeeper.look()
    await world.settles()

    assert "The machine leaks" in chain.vera.card("VND-1").text
