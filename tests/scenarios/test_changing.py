"""A chain is changed in its chats: told before and after, made by leads, told to its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from handlers.forms import Press
from relay import chain as chain_file
from relay import changing, setup
from relay.channel import Act
from relay.pages import STEP
from relay.refusals import Already
from relay.store import Store
from relay.text import PERSON
from relay.values import LINK, PARTY
from tests.actors import BOT, Person, World
from tests.messenger import Shown
from tests.scenarios.conftest import CHAIN, Cast, chained, everybody
from tests.scenarios.test_invitations import at_once

#: Where the database makes no difference.
on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)

WIDTH = 48  #: characters that two lines of a telephone hold, with room to spare


def asked(person: Person) -> Shown:
    """Return the last question that waits for a reply."""
    return [each for each in person.sees if each.asks][-1]


async def shown(person: Person, *labels: str) -> Shown:
    """Press buttons one after the other, and return what stands there then."""
    for label in labels:
        await person.presses(label)
    return person.sees[-1]


async def party_page(person: Person) -> list[str]:
    """Return the lines of a company's page."""
    await person.writes("/party")
    return person.inbox[-1].split("\n")


async def link_page(person: Person, other: str) -> list[str]:
    """Return the lines of a link's page."""
    await person.writes("/links")
    await person.presses(other)
    return person.inbox[-1].split("\n")


async def in_words(person: Person, label: str, words: str) -> Shown:
    """Say in words what something is to be; return what is said to that."""
    await person.presses(label)
    if not person.sees[-1].asks:
        await person.presses("Something else")
    await person.replies(words, to=asked(person))
    return person.sees[-1]


def forged(person: Person, act: Act, about: int, choice: int | None = None) -> dict[str, Any]:
    """Return the press of a button that this person may never have been shown."""
    somewhere = person.sees[-1]
    return person.press(somewhere, Press(act=act, about=about, choice=choice).pack())


async def export(world: World) -> str:
    async with world.lease.transaction() as store:
        return await setup.export(store)


# A company


async def test_everybody_may_look_at_how_their_company_is_set(chain: Cast) -> None:
    lines = await party_page(chain.victor)

    assert lines[:4] == ["🏢 Iceberg", "", "Code: VND", "Language: English"]
    assert "Working hours: Mon-Sun 00:00-24:00" in lines
    assert "Can be reopened within: 14 days" in lines
    assert chain.vera.sees[-1].labels[:3] == ["Name", "Code", "Language"]
    assert chain.vera.sees[-1].labels[-2:] == ["Links", "Changes"]


async def test_a_company_without_clients_is_not_shown_what_is_for_them(chain: Cast) -> None:
    lines = await party_page(chain.paul)

    assert "Clients may write: no" in lines
    assert not [line for line in lines if line.startswith(("To be", "Clients are"))]


async def test_a_code_is_changed_in_words_and_told_to_the_neighbours(chain: Cast) -> None:
    await chain.sara.writes("/party")

    before = await in_words(chain.paul, "Code", "cold")
    assert before.text == ("Code\nSRV → COLD\nTickets that are there keep their numbers.")
    assert "Code: SRV" in await party_page(chain.paul)
    await chain.paul.presses("Confirm")

    assert before.text == "✅ Code\nSRV → COLD\nDone by Paul"
    assert before.labels == []
    assert "Code: COLD" in await party_page(chain.paul)
    told = "🔁 Cold Repair has another code now: its new tickets begin with it.\n\nCode\nSRV → COLD"
    assert (chain.vera.inbox[-1], chain.lucy.inbox[-1]) == (told, told)
    assert (chain.eve.inbox, chain.ann.inbox) == ([], [])
    await chain.asks()
    await chain.vera.presses("Pass on")
    assert chain.paul.card("COLD-1")


async def test_what_cannot_be_meant_is_told_with_an_example_and_may_be_said_again(
    chain: Cast,
) -> None:
    await chain.vera.writes("/party")
    await chain.vera.presses("Code")
    question = asked(chain.vera)
    assert question.text.startswith("Iceberg\nWhat shall your ticket numbers begin with?")
    assert question.text.endswith("Now: VND\nFor example: VND\nVera, please reply to this message.")
    assert [mark.value for mark in question.marks if mark.kind == PERSON] == ["201"]

    for words, answer in (
        ("V", "A code has 2 to 6 capital letters from A to Z, for example: VND."),
        ("SRV", "The code SRV is somebody else's. Please choose another one."),
        ("VND", "It is so already: nothing would change."),
    ):
        await chain.vera.replies(words, to=question)
        assert chain.vera.inbox[-1].startswith(answer)
    await chain.vera.replies("LOC", to="It is so already: nothing would change.")
    await chain.vera.replies("ICE", to="The code LOC is somebody else's.")

    assert chain.vera.inbox[-1].startswith("Code\nVND → ICE")
    await chain.vera.replies("ICY", to=question)
    assert chain.vera.inbox[-1] == "That is done already."


#: What is pressed or written, and how it reads then.
SETTINGS = {
    "Name": ("Iceberg  Service\n", "Iceberg Service", True),
    "Language": ("Русский", "Русский", False),
    "Time zone": ("Asia/Omsk", "Asia/Omsk", False),
    "Working hours": ("Mon–Fri 09:00—17:30", "Mon-Fri 09:00-17:30", True),
    "Public holidays": ("fr", "France", True),
    "Work is offered": ("to all at once", "to all at once", False),
    "Daily digest": ("08:00", "08:00", False),
    "From partners to clients": ("at once", "at once", False),
    "Clients are told until when": ("yes", "yes", False),
    "Clients are asked for": ("a telephone number", "a telephone number", False),
    "To be taken within": ("90m", "1 hr 30 min", True),
    "To be done within": ("1 day", "1 day", False),
    "To be checked within": ("48h", "2 days", True),
    "Can be reopened within": ("7 days", "7 days", False),
    "Clients may write": ("no", "no", False),
}


@on_sqlite
async def test_everything_can_be_set_and_what_was_set_survives_the_chain_file(
    chain: Cast,
) -> None:
    for label, (value, reads, words) in SETTINGS.items():
        if label == "Language":
            continue
        await chain.vera.writes("/party")
        before = (
            await in_words(chain.vera, label, value)
            if words
            else await shown(chain.vera, label, value)
        )
        assert before.text.split("\n")[1].endswith(f"→ {reads}"), before.text
        await chain.vera.presses("Confirm")
    await chain.vera.writes("/party")
    await shown(chain.vera, "Language", "Русский", "Confirm")

    text = await export(chain.world)
    async with chain.world.lease.transaction() as store:
        assert list(await setup.apply(store, chain_file.parse(text))) == []
    assert (await party_page(chain.vera))[3] == "Язык: Русский"


@on_sqlite
@pytest.mark.parametrize(
    ("label", "words", "answer"),
    [
        ("Name", " \n ", "A name has 1 to 100 characters"),
        ("Name", "x" * 101, "A name has 1 to 100 characters"),
        ("Time zone", "Moscow", "I do not know this time zone."),
        ("Working hours", "9-18", "I cannot read these hours."),
        ("Working hours", f"{'Mon,' * 20}Tue 09:00-10:00", "I cannot read these hours."),
        ("Public holidays", "Atlantis", "I do not know the holidays"),
        ("Daily digest", "9 o'clock", "I cannot read this time. Write it like this: 09:00."),
        ("To be taken within", "soon", "I cannot read this time. Write minutes, hours or days"),
        ("Can be reopened within", "none", "I cannot read this time. Write minutes"),
    ],
)
async def test_every_bad_value_has_a_sentence(
    chain: Cast, label: str, words: str, answer: str
) -> None:
    await chain.vera.writes("/party")

    await in_words(chain.vera, label, words)

    assert chain.vera.inbox[-1].startswith(answer)
    assert chain.vera.inbox[-1].endswith("\nVera, please reply to this message.")


@on_sqlite
@pytest.mark.parametrize(
    ("label", "words", "meant"),
    [
        ("Working hours", "пн-Пт 9:00 – 18:00", "Mon-Fri 09:00-18:00"),
        ("Working hours", "mon, sat 9:30-18:00", "Mon,Sat 09:30-18:00"),
        ("Daily digest", "8:30", "08:30"),
        ("To be taken within", "45 мин.", "45 min"),
        ("To be done within", "8 Hours", "8 hr"),
        ("To be checked within", "3 дня", "3 days"),
    ],
)
async def test_hours_and_times_are_taken_as_people_write_them(
    chain: Cast, label: str, words: str, meant: str
) -> None:
    await chain.vera.writes("/party")

    await in_words(chain.vera, label, words)

    assert chain.vera.sees[-1].text.splitlines()[1].endswith(f" → {meant}")


async def test_to_leave_it_as_it_was_changes_nothing(chain: Cast) -> None:
    await chain.vera.writes("/party")

    page = await shown(chain.vera, "Clients may write", "no", "Leave as it was")

    assert page.text == "✖️ Clients may write\nyes → no\nLeft as it was by Vera"
    await chain.world.happens(forged(chain.vera, Act.CONFIRM, 1))
    assert chain.world.messenger.toasts[-1] == "That is done already."
    assert "Clients may write: yes" in await party_page(chain.vera)


async def test_what_was_shown_is_not_confirmed_if_it_has_changed_meanwhile(chain: Cast) -> None:
    await chain.vera.writes("/party")
    first = await in_words(chain.vera, "Name", "Iceberg One")
    await chain.vera.writes("/party")
    second = await in_words(chain.vera, "Name", "Iceberg Two")
    await chain.vera.presses("Confirm", on=second)

    toast = await chain.vera.presses("Confirm", on=first)

    assert toast.startswith("It is not as it was shown here any more")
    assert (await party_page(chain.vera))[0] == "🏢 Iceberg Two"


async def test_what_was_shown_a_week_ago_is_not_confirmed(chain: Cast) -> None:
    await chain.vera.writes("/party")
    before = await in_words(chain.vera, "Name", "Iceberg One")
    await chain.world.later(days=8)

    toast = await chain.vera.presses("Confirm", on=before)

    assert toast.startswith("It is not as it was shown here any more")
    assert (await party_page(chain.vera))[0] == "🏢 Iceberg"


async def test_cards_that_are_open_follow_a_new_name(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.paul.writes("/party")
    await in_words(chain.paul, "Name", "Warm Repair")

    await chain.paul.presses("Confirm")

    assert "Warm Repair" in chain.vera.card("VND-1").text


# Who may


def presses_of(lead: Person, party: int, link: int) -> Iterator[dict[str, Any]]:
    """Return all presses that change something, or lead to that."""
    for number in range(len(PARTY)):
        for option in (1, 99):
            yield forged(lead, Act.SET, party, number * STEP + option)
    for number in range(len(LINK)):
        for option in (0, 3):
            yield forged(lead, Act.TERM, link, number * STEP + option)
    for act in (Act.CONFIRM, Act.CONSENT, Act.LEAVE):
        for proposal in (1, 2, 3):
            yield forged(lead, act, proposal)
    yield forged(lead, Act.UNLEAD, 1)


async def open_proposals(chain: Cast) -> str:
    """Let VND propose a name, a deadline, and a deadline that waits for SRV; return the chain."""
    await chain.sara.writes("/party")
    await chain.egor.writes("/party")
    await chain.vera.writes("/party")
    await in_words(chain.vera, "Name", "Iceberg One")
    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "To be done within", "8 hr")
    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "To be taken within", "30 min", "Confirm")
    chain.world.messenger.toasts.clear()
    return await export(chain.world)


@on_sqlite
@pytest.mark.parametrize("who", ["victor", "sara"])
async def test_who_does_not_lead_changes_nothing(chain: Cast, who: str) -> None:
    before = await open_proposals(chain)
    person: Person = getattr(chain, who)

    await chain.world.comes_in(*presses_of(person, 1 if who == "victor" else 2, 1))
    await chain.world.settles()

    toasts = chain.world.messenger.toasts
    assert len(toasts) == (len(PARTY) + len(LINK)) * 2 + 10
    assert {toast[:24] for toast in toasts} == {"Only a lead of this chat"}

    assert await export(chain.world) == before


async def test_a_member_is_told_so_when_they_answer_for_a_lead(chain: Cast) -> None:
    await chain.vera.writes("/party")
    await chain.vera.presses("Name")

    await chain.victor.replies("Victor's", to=asked(chain.vera))

    assert chain.vera.inbox[-1].startswith("Only a lead of this chat may do that.")


@on_sqlite
async def test_what_is_another_chats_looks_as_if_it_were_not_there(chain: Cast) -> None:
    before = await open_proposals(chain)

    await chain.world.comes_in(*presses_of(chain.eve, 1, 1))
    await chain.world.comes_in(forged(chain.eve, Act.LINK, 1), forged(chain.eve, Act.LINK, 99))
    await chain.world.comes_in(forged(chain.eve, Act.TERM, 99, 0), forged(chain.eve, Act.LEAVE, 99))
    await chain.world.settles()

    assert {toast[:39] for toast in chain.world.messenger.toasts} == {
        "There is no such thing here any more. /"
    }
    assert await export(chain.world) == before


@on_sqlite
async def test_in_a_clients_chat_none_of_it_exists(chain: Cast) -> None:
    before = await open_proposals(chain)
    await chain.asks()
    for command in ("/party", "/links", "/lead"):
        await chain.ann.writes(command)
        assert chain.ann.inbox[-1].startswith("I do not know this command.")
    chain.world.messenger.toasts.clear()

    for press in presses_of(chain.ann, 1, 1):
        await chain.world.happens(press)
        await chain.world.later(seconds=2)  # faster than that nobody is heard

    assert {*chain.world.messenger.toasts} == {"This button does nothing here any more."}
    assert await export(chain.world) == before


async def test_nobody_decides_for_the_other_end(chain: Cast) -> None:
    before = await open_proposals(chain)

    await chain.world.comes_in(
        forged(chain.vera, Act.CONSENT, 3),
        *(forged(chain.paul, act, 2) for act in (Act.CONFIRM, Act.CONSENT, Act.LEAVE)),
    )
    await chain.world.settles()

    toasts = chain.world.messenger.toasts
    assert [toast[:27] for toast in toasts] == ["There is no such thing here"] * 4
    assert await export(chain.world) == before


@on_sqlite
async def test_a_company_that_is_no_part_of_the_chain_any_more_changes_nothing(chain: Cast) -> None:
    await chain.vera.writes("/party")
    alone = CHAIN[CHAIN.index("[parties.service]") : CHAIN.index("[[links]]")]
    await chain.world.chain(alone)

    toast = await chain.vera.presses("Clients may write")

    assert toast.startswith("There is no such thing here any more.")


# Links


@on_sqlite
async def test_many_links_come_in_pages(world: World) -> None:
    one = '[parties.p{0}]\nname = "Partner {0}"\ncode = "P{1}"\nchat = -2{0}\n'.format
    parties = "".join(one(number, "ABCDEFGHIJ"[number - 10]) for number in range(10, 20))
    link = '[[links]]\nupper = "vendor"\nlower = "p{}"\n'.format
    vendor = CHAIN[: CHAIN.index("[parties.service]")]
    await world.chain(vendor + parties + "".join(map(link, range(10, 20))))
    vera = everybody(world).vera

    await vera.writes("/links")
    assert vera.sees[-1].labels == [*(f"Partner {number}" for number in range(10, 18)), "More ➡️"]
    await vera.presses("More ➡️")

    assert vera.sees[-1].labels == ["Partner 18", "Partner 19", "Back"]


async def test_links_shows_both_sides_and_each_end_its_own_terms(chain: Cast) -> None:
    await chain.sara.writes("/links")

    assert chain.paul.inbox[-1] == (
        "Work comes from\n▶️ Iceberg (VND) · active\n\nWork goes to\n▶️ Main Street (LOC) · active"
    )
    above = await link_page(chain.sara, "Iceberg")
    assert above[:2] == ["Iceberg → Cold Repair", "State: active"]
    assert "Messages go up: at once" in above
    assert not [line for line in above if line.startswith(("Rank", "Requests go on"))]
    below = await link_page(chain.sara, "Main Street")
    assert "Rank: 1" in below
    assert not [line for line in below if line.startswith("Messages go up")]


async def test_what_binds_both_is_made_when_the_other_end_agrees(chain: Cast) -> None:
    await link_page(chain.vera, "Cold Repair")

    before = await shown(chain.vera, "To be taken within", "30 min")
    change = "Iceberg → Cold Repair\nTo be taken within\nno deadline → 30 min"
    assert before.text == f"{change}\nIt is made when a lead of Cold Repair agrees."
    await chain.vera.presses("Confirm")
    assert before.text == f"⏳ {change}\nIt waits for Cold Repair to agree."
    assert "To be taken within: no deadline" in await link_page(chain.vera, "Cold Repair")
    asks = chain.paul.sees[-1]
    assert asks.text == f"🤝 Iceberg proposes to change what you agreed.\n\n{change}"
    await chain.paul.presses("Agree")

    assert asks.text == f"✅ {change}\nDone by Paul"
    assert chain.vera.reads(f"🔁 Cold Repair agrees to the change.\n\n{change}")
    assert "To be taken within: 30 min" in await link_page(chain.sara, "Iceberg")
    assert await chain.vera.presses("Leave as it was", on=before) == "That is done already."


async def test_the_other_end_may_leave_it_as_it_was(chain: Cast) -> None:
    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "The client is shown", "not at all", "Confirm")

    await chain.paul.presses("Leave as it was")

    assert chain.vera.inbox[-1].startswith("✖️ Cold Repair leaves it as it was.")
    assert "The client is shown: fully, once it is taken" in await link_page(
        chain.vera, "Cold Repair"
    )
    await chain.world.happens(forged(chain.paul, Act.CONSENT, 1))
    assert chain.world.messenger.toasts[-1] == "That is done already."


async def test_of_two_proposals_the_later_one_counts(chain: Cast) -> None:
    for value in ("8 hr", "1 day"):
        await link_page(chain.vera, "Cold Repair")
        await shown(chain.vera, "To be done within", value, "Confirm")
    first, second = [each for each in chain.paul.sees if "Agree" in each.labels]

    assert await chain.paul.presses("Agree", on=first) == "That is done already."
    await chain.paul.presses("Agree", on=second)

    assert "To be done within: 1 day" in await link_page(chain.vera, "Cold Repair")


async def test_a_proposal_that_is_taken_back_can_not_be_agreed_to(chain: Cast) -> None:
    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "To be done within", "8 hr", "Confirm", "Leave as it was")

    assert chain.paul.inbox[-1].startswith("✖️ Iceberg leaves it as it was.")
    assert await chain.paul.presses("Agree") == "That is done already."
    assert "To be done within: no deadline" in await link_page(chain.paul, "Iceberg")


async def test_deadlines_of_open_tickets_follow_what_is_agreed_and_when_people_work(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    assert "Due" not in chain.paul.card("SRV-1").text

    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "To be done within", "8 hr", "Confirm")
    await chain.paul.presses("Agree")
    assert "Due 17:00" in chain.paul.card("SRV-1").text
    await chain.paul.writes("/party")
    await in_words(chain.paul, "Working hours", "Mon-Fri 09:00-15:00")
    await chain.paul.presses("Confirm")

    assert "Due 3 Mar 11:00" in chain.paul.card("SRV-1").text
    assert "Due 3 Mar 11:00" in chain.vera.card("VND-1").text


@on_sqlite
async def test_each_end_sets_its_own_alone_and_the_other_is_not_told(chain: Cast) -> None:
    await chain.sara.writes("/links")
    quiet = len(chain.paul.inbox), len(chain.lucy.inbox)
    for label, value, words in (
        ("Rank", "7", True),
        ("For requests about", "Регион: msk, spb\nkind=repair", True),
        ("Requests go on", "at once", False),
        ("Messages go down", "when passed on", False),
    ):
        await link_page(chain.vera, "Cold Repair")
        await (in_words if words else shown)(chain.vera, label, value)
        await chain.vera.presses("Confirm")
    assert (len(chain.paul.inbox), len(chain.lucy.inbox)) == quiet

    lines = await link_page(chain.vera, "Cold Repair")
    assert "Rank: 7" in lines
    assert "For requests about: region: msk, spb; kind: repair" in lines
    await link_page(chain.paul, "Iceberg")
    await shown(chain.paul, "Messages go up", "when passed on", "Confirm")
    assert "Messages go up: when passed on" in await link_page(chain.paul, "Iceberg")
    await chain.world.happens(forged(chain.paul, Act.TERM, 1, 10 * STEP))
    assert chain.world.messenger.toasts[-1] == "That is for Iceberg to change."
    text = await export(chain.world)
    async with chain.world.lease.transaction() as store:
        assert list(await setup.apply(store, chain_file.parse(text))) == []


@on_sqlite
async def test_a_tariff_is_agreed_and_survives_the_chain_file(chain: Cast) -> None:
    await link_page(chain.vera, "Cold Repair")
    await in_words(chain.vera, "Tariff", "just a lot of money")
    assert chain.vera.inbox[-1].startswith("I cannot read these prices.")
    await chain.vera.replies("Выезд: 2 500,50 ₽; hour = 900 rub", to=asked(chain.vera))
    await chain.vera.presses("Confirm")
    await chain.paul.presses("Agree")
    await link_page(chain.vera, "Cold Repair")
    await in_words(chain.vera, "Deducted if late", "20 EUR")
    assert chain.vera.inbox[-1].startswith("I cannot read what is to be deducted.")
    await chain.vera.replies("12,5 %", to=asked(chain.vera))
    await chain.vera.presses("Confirm")
    await chain.paul.presses("Agree")

    page = await link_page(chain.paul, "Iceberg")
    assert "Tariff: callout: 2500.50 RUB; hour: 900 RUB" in page
    assert "Deducted if late: 12.50%" in page
    text = await export(chain.world)
    async with chain.world.lease.transaction() as store:
        assert list(await setup.apply(store, chain_file.parse(text))) == []


async def test_a_paused_link_gets_nothing_new_while_what_is_open_goes_on(world: World) -> None:
    chain = await chained(world, vendor='forward = "auto"\nclient = "full"')
    await chain.ann.writes("It leaks")
    await link_page(chain.paul, "Iceberg")

    await shown(chain.paul, "Pause", "Confirm")
    assert chain.vera.reads("Cold Repair has paused your link")
    await chain.ann.writes("/new It hisses")
    assert not chain.paul.reads("SRV-2")
    assert "Pass on" not in chain.vera.card("VND-2").labels
    await chain.paul.replies("On our way", to="SRV-1")
    assert chain.vera.reads("On our way")
    await chain.world.start()
    await link_page(chain.vera, "Cold Repair")
    assert "State: paused" in chain.vera.inbox[-1]
    await shown(chain.vera, "Resume", "Confirm")

    assert chain.paul.reads("Iceberg has resumed your link")
    assert "It hisses" in chain.paul.card("SRV-2").text


async def test_a_resumed_link_decides_no_race_between_those_who_were_offered_the_same(
    world: World,
) -> None:
    chain = await chained(world, service='forward = "auto"')
    await world.chain(
        CHAIN.format(vendor="", service='forward = "auto"', local="")
        + '[[links]]\nupper = "vendor"\nlower = "engineer"\n'
    )
    await link_page(chain.paul, "Main Street")
    await shown(chain.paul, "Pause", "Confirm")
    await chain.asks()
    await chain.vera.presses("Pass on")
    await chain.vera.presses("To all: the first to take it")
    await link_page(chain.paul, "Main Street")

    await shown(chain.paul, "Resume", "Confirm")

    assert "not taken yet" in chain.vera.card("VND-1").text
    await chain.eve.presses("Take")
    assert chain.paul.reads("Somebody else was first")


async def test_ending_a_link_gives_open_tickets_back_and_tells_both_ends(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(3)
    await chain.ann.writes("/new It hisses")
    await chain.vera.presses("Pass on", on="VND-2")
    await link_page(chain.paul, "Iceberg")

    before = await shown(chain.paul, "End")
    assert before.text.endswith("2 open tickets go back to Iceberg, and work on them stops.")
    await chain.paul.presses("Confirm")

    assert chain.paul.inbox[-1] == (
        "The link with Iceberg has ended, so these were taken back. Please stop the work.\n"
        "SRV-1, SRV-2"
    )
    assert chain.vera.inbox[-1] == (
        "The link with Cold Repair has ended. It works on these no more, and they are your "
        "move:\nVND-1, VND-2"
    )
    assert chain.lucy.reads("LOC-1 · The ticket was taken back. Please stop the work.")
    assert "taken back" in chain.paul.card("SRV-1").text
    assert "●VND-1" in chain.vera.card("VND-1").text
    await chain.vera.writes("/links")
    assert chain.vera.inbox[-1].startswith("There are no links yet")
    assert "upper" not in (await export(chain.world)).split("[[links]]")[0]
    await chain.world.happens(forged(chain.paul, Act.TERM, 1, 15 * STEP + 1))
    assert chain.world.messenger.toasts[-1].startswith("There is no such thing here any more.")


async def test_a_proposal_about_a_link_that_has_ended_comes_to_nothing(chain: Cast) -> None:
    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "To be done within", "8 hr", "Confirm")
    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "End", "Confirm")

    toast = await chain.paul.presses("Agree")

    assert toast.startswith("It is not as it was shown here any more")


async def test_uppers_never_see_one_another(world: World) -> None:
    """Two vendors have the same partner: neither reads anything of the other."""
    text = CHAIN.format(vendor="", service="", local="")
    text += '\n[[links]]\nupper = "engineer"\nlower = "service"\ntariff = { hour = "1234 CNY" }\n'
    ends = 'upper = "{}"\nlower = "{}"\n'.format
    await world.chain(text.replace(ends("local", "engineer"), ends("vendor", "local")))
    chain = everybody(world)
    await chain.paul.writes("/links")
    assert "Iceberg (VND)" in chain.paul.inbox[-1]
    assert "Crew (ENG)" in chain.paul.inbox[-1]

    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "To be done within", "8 hr", "Confirm")
    await chain.paul.presses("Agree")
    await link_page(chain.paul, "Crew")
    await shown(chain.paul, "Pause", "Confirm")
    await chain.vera.writes("/party log")
    await chain.eve.writes("/party log")
    await link_page(chain.eve, "Cold Repair")

    for word in ("Crew", "ENG", "1234", "paused"):
        assert word not in chain.vera.everything, word
    for word in ("Iceberg", "VND", "8 hr", "Vera", "Paul"):
        assert word not in chain.eve.everything, word


# The log


async def test_the_log_says_who_changed_what_and_of_others_their_company_alone(
    chain: Cast,
) -> None:
    await chain.vera.writes("/party")
    await in_words(chain.vera, "Code", "ICE")
    await chain.vera.presses("Confirm")
    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "To be done within", "8 hr", "Confirm")
    await chain.world.later(days=1)
    await chain.paul.presses("Agree")

    await chain.victor.writes("/party log")

    term = "Iceberg → Cold Repair\n{}To be done within\nno deadline → 8 hr"
    assert chain.vera.inbox[-1] == "\n\n".join(
        [
            "🕓 The last changes",
            "09:00 Cold Repair\n" + term.format(""),
            "2 Mar 09:00 Vera\n" + term.format("Proposed: "),
            "2 Mar 09:00 Vera\nCode\nVND → ICE",
        ]
    )
    await chain.lucy.writes("/party log")
    assert chain.lucy.inbox[-1] == "Nothing was changed here yet."


async def test_the_log_keeps_from_the_other_end_what_concerns_one_end_alone(chain: Cast) -> None:
    for lead, other, label, value in (
        (chain.vera, "Cold Repair", "Requests go on", "at once"),
        (chain.vera, "Cold Repair", "Messages go down", "when passed on"),
        (chain.paul, "Iceberg", "Messages go up", "when passed on"),
    ):
        await link_page(lead, other)
        await shown(lead, label, value, "Confirm")

    for lead, own, others in (
        (chain.vera, ["Requests go on", "Messages go down"], ["Messages go up"]),
        (chain.paul, ["Messages go up"], ["Requests go on", "Messages go down"]),
    ):
        await lead.writes("/party log")
        assert [label for label in own + others if label in lead.inbox[-1]] == own


# Leads


def names(by: Person, whom: Person, text: str = "/lead") -> dict[str, Any]:
    """Return the update of a reply to what somebody wrote in the same chat."""
    said = by.world.messenger.show(by.place, "Good morning", by_bot=False)
    shown = by.world.messenger.show(by.place, text, by_bot=False)
    update = by.says(shown, to=said)
    update["message"]["reply_to_message"]["from"] = whom._user()
    return update


async def test_who_is_named_a_lead_may_what_leads_may_at_once_and_after_a_restart(
    chain: Cast,
) -> None:
    await chain.asks()
    card = chain.victor.card("VND-1")
    assert (await chain.victor.presses("Pass on", on=card)).startswith("Only a lead")

    await chain.world.happens(names(chain.vera, chain.victor))
    assert chain.vera.inbox[-1] == "Victor\nmember → lead"
    await chain.vera.presses("Confirm")
    await chain.world.start()
    await chain.victor.presses("Pass on", on=card)

    assert chain.paul.card("SRV-1")
    await chain.vera.writes("/lead")
    assert chain.vera.inbox[-1].startswith("👤 Who leads here\nVera, administrator\nVictor\n\n")
    await chain.vera.writes("/party")
    assert "Leads: Vera, Victor" in chain.vera.inbox[-1]


async def test_who_is_a_lead_no_more_is_refused_at_once_also_on_old_buttons(chain: Cast) -> None:
    await chain.asks()
    await chain.world.happens(names(chain.vera, chain.victor))
    await chain.vera.presses("Confirm")
    await chain.victor.writes("/party")
    mine = await in_words(chain.victor, "Name", "Victor's")
    await chain.vera.writes("/lead")
    await shown(chain.vera, "Victor leads no more", "Confirm")

    for label, on in (("Confirm", mine), ("Pass on", chain.victor.card("VND-1"))):
        assert (await chain.victor.presses(label, on=on)).startswith("Only a lead")
    await chain.vera.writes("/party log")

    assert "Vera\nLead\nVictor → –" in chain.vera.inbox[-1]
    assert "Vera\nLead\n– → Victor" in chain.vera.inbox[-1]


async def test_somebody_is_a_lead_as_often_as_they_are_named(chain: Cast) -> None:
    for _again in range(3):
        await chain.world.happens(names(chain.vera, chain.victor))
        await chain.vera.presses("Confirm")
        await chain.victor.writes("/party")
        assert (await shown(chain.victor, "Clients may write")).text.endswith("Now: yes")
        await chain.vera.writes("/lead")
        await shown(chain.vera, "Victor leads no more", "Confirm")
        await chain.victor.writes("/party")
        assert (await chain.victor.presses("Clients may write")).startswith("Only a lead")


async def test_an_administrator_who_is_one_no_more_is_refused_at_once(chain: Cast) -> None:
    await chain.vera.writes("/party")
    before = await in_words(chain.vera, "Name", "Iceberg One")
    user = {"user": chain.vera._user(), "status": "member"}
    chain.world.leads[-1001] = []

    await chain.world.happens(
        {
            "chat_member": {
                "chat": chain.vera._chat(),
                "from": chain.victor._user(),
                "date": 0,
                "old_chat_member": user,
                "new_chat_member": user,
            }
        }
    )

    assert (await chain.vera.presses("Confirm", on=before)).startswith("Only a lead")


async def test_leads_are_named_by_leads_in_reply_to_people_of_the_chat(chain: Cast) -> None:
    await chain.world.happens(names(chain.victor, chain.victor))
    assert chain.vera.inbox[-1].startswith("Only a lead of this chat may do that.")

    await chain.asks()
    await chain.vera.replies("/lead", to="VND-1")
    assert chain.vera.inbox[-1].startswith("To name a lead, reply with /lead to what a person")

    for _twice in range(2):
        await chain.world.happens(names(chain.vera, chain.victor))
        if "Confirm" in chain.vera.sees[-1].labels:
            await chain.vera.presses("Confirm")
    assert chain.vera.inbox[-1] == "It is so already: nothing would change."


async def test_who_leads_in_one_chat_leads_nowhere_else(chain: Cast) -> None:
    await chain.world.happens(names(chain.vera, chain.victor))
    await chain.vera.presses("Confirm")
    guest = Person(chain.world, chain.victor.id, "Victor", -1002, title="SRV")
    await guest.writes("/party")

    assert (await guest.presses("Code")).startswith("Only a lead of this chat")


# How it reads


@on_sqlite
async def test_pages_fit_a_telephone_in_both_languages(chain: Cast) -> None:
    for language, wanted in (("English", "Code"), ("Русский", "Код")):
        await chain.vera.writes("/lang")
        await chain.vera.presses(language)
        for command in ("/links", "/lead", "/party"):
            await chain.vera.writes(command)
        await chain.vera.presses("Cold Repair")
        pages = chain.vera.sees[-5::2]
        found = [line for page in pages for line in (*page.text.split("\n"), *page.labels)]

        assert wanted in found
        assert [line for line in found if len(line) > WIDTH and not line.endswith(".")] == []


# The chain file


async def follows(chain: Cast, text: str) -> list[str]:
    """Let the running bot read its chain file."""
    async with chain.world.lease.transaction() as store:
        changes = [*await setup.follow(store, chain_file.parse(text))]
    await chain.world.settles()
    return changes


async def test_a_file_that_has_not_changed_leaves_alone_what_was_changed_since(
    chain: Cast,
) -> None:
    text = CHAIN.format(vendor="", service="", local="")
    await follows(chain, text)
    await chain.vera.writes("/invite Newcomers")
    eva = Person(chain.world, 301, "Eva", -1009, title="New")
    chain.world.leads[-1009] = [301]
    await eva.writes("/start@" + chain.vera.find("/start@").text.rpartition("/start@")[2].strip())
    await eva.presses("Accept")

    assert await follows(chain, text) == []
    assert await follows(chain, text + "# a word\n") == []

    await chain.asks()
    await chain.vera.presses("Pass on")
    assert "Newcomers" in chain.vera.find("Pass it on to whom?").labels
    assert "- party newcomers" in await follows(chain, text.replace("Iceberg", "Glacier"))


async def test_what_is_open_over_a_link_that_the_file_ends_goes_back_and_both_are_told(
    chain: Cast,
) -> None:
    text = CHAIN.format(vendor="", service="", local="")
    await chain.asks()
    await chain.taken(3)

    cut = text.index("[[links]]", text.index('lower = "service"'))
    await follows(chain, text[:cut] + text[text.index("[[links]]", cut + 1) :])

    assert "taken back" in chain.leo.card("LOC-1").text
    assert "Your move" in chain.paul.card("SRV-1").text
    assert chain.leo.reads("The link with Cold Repair has ended, so these were taken back.")
    assert chain.paul.reads("The link with Main Street has ended. It works on these no more")


# Fifty at once


@pytest.mark.parametrize("decides", [changing.confirm, changing.agree])
async def test_of_fifty_who_decide_at_once_one_has_decided(chain: Cast, decides: Any) -> None:
    await link_page(chain.vera, "Cold Repair")
    await shown(chain.vera, "To be done within", "8 hr")
    lead = chain.vera
    if decides is changing.agree:
        await chain.vera.presses("Confirm")
        lead = chain.paul
    before = len(await log_of(chain.world))

    async def one(store: Store, who: Any) -> Any:
        try:
            return await decides(store, who, 1)
        except Already as refusal:
            return refusal

    found = await at_once(chain.world, [lead] * 50, one)

    assert [type(each) for each in found].count(Already) == 49
    assert len(await log_of(chain.world)) == before + 1


async def log_of(world: World) -> list[Any]:
    async with world.database.transaction(BOT) as store:
        party = (await store.parties())[0]
        return list(await store.changes_of(party, (), 100))
