"""Offers: to whom work goes, what becomes of it when nobody wants it, and several at once."""

import asyncio

import pytest

from handlers.forms import Press
from relay.tables import Party
from tests.actors import Person, World

FORK = """
[parties.vendor]
name = "Iceberg"
code = "VND"
chat = -1001
clients = true
{vendor}

[parties.alpha]
name = "Alpha"
code = "ALP"
chat = -1002

[parties.beta]
name = "Beta"
code = "BET"
chat = -1003

[parties.gamma]
name = "Gamma"
code = "GAM"
chat = -1004

[[links]]
upper = "vendor"
lower = "alpha"
rank = 1
take_within = "1h"
{alpha}

[[links]]
upper = "vendor"
lower = "beta"
rank = 2
{beta}

[[links]]
upper = "vendor"
lower = "gamma"
rank = 3
{gamma}
"""


class Fork:
    """A vendor with three partners, and a client."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ann = Person(world, 101, "Ann", 101)
        self.vera = Person(world, 201, "Vera", -1001, title="VND")
        self.al = Person(world, 202, "Al", -1002, title="ALP")
        self.bo = Person(world, 203, "Bo", -1003, title="BET")
        self.gus = Person(world, 204, "Gus", -1004, title="GAM")
        world.leads |= {-1001: [201], -1002: [202], -1003: [203], -1004: [204]}


async def forked(world: World, **terms: str) -> Fork:
    await world.chain(FORK.format(**{"vendor": "", "alpha": "", "beta": "", "gamma": ""} | terms))
    return Fork(world)


@pytest.fixture
async def fork(world: World) -> Fork:
    return await forked(world)


async def passed_to(fork: Fork, name: str) -> None:
    """Let the client ask, and the vendor pass it on."""
    await fork.ann.writes("The machine leaks")
    await fork.vera.presses("Pass on")
    await fork.vera.presses(name, on="Pass it on to whom?")


async def passed_to_two(fork: Fork) -> None:
    """Let the vendor pass it on to one partner, and then to another as well."""
    await passed_to(fork, "Alpha")
    await fork.vera.presses("Pass on")
    await fork.vera.presses("Beta", on=fork.vera.sees[-1])


async def test_what_is_declined_or_not_taken_goes_to_the_next_and_at_last_back(fork: Fork) -> None:
    await passed_to(fork, "Alpha")
    await fork.world.later(hours=1)
    assert fork.bo.card("BET-1")
    await fork.bo.explains("Decline", "We are full")
    assert fork.gus.card("GAM-1")
    assert not fork.vera.reads("Nobody has taken it")

    await fork.gus.explains("Decline", "Too far")

    offer = fork.vera.find("Nobody has taken it")
    assert offer.text == (
        "VND-1 · Nobody has taken it:\nALP-1 · Alpha: not taken in time\nBET-1 · Beta: declined\n"
        "GAM-1 · Gamma: declined\nPass it on again, or do it yourselves: it is your move."
    )
    assert offer.labels == ["Alpha", "Beta", "Gamma"]
    await fork.vera.presses("Beta", on=offer)
    assert fork.bo.card("BET-2")


async def test_of_all_who_are_offered_it_the_first_to_take_it_has_it(world: World) -> None:
    fork = await forked(world, vendor='offer = "all"')
    await passed_to(fork, "To all: the first to take it")
    assert all(each.card() for each in (fork.al, fork.bo, fork.gus))

    await fork.bo.presses("Take")

    assert fork.al.reads("ALP-1 · Somebody else was first: there is nothing to do for you.")
    assert "taken back" in fork.gus.card("GAM-1").text
    assert "in work" in fork.bo.card("BET-1").text
    assert not fork.vera.reads("Nobody has taken it")


async def test_when_all_of_them_decline_it_is_the_uppers_move_once(fork: Fork) -> None:
    await passed_to(fork, "To all: the first to take it")
    await fork.al.explains("Decline", "No")
    await fork.bo.explains("Decline", "No")
    assert not fork.vera.reads("Nobody has taken it")
    await fork.gus.explains("Decline", "No")

    assert sum("Nobody has taken it" in text for text in fork.vera.inbox) == 1


async def test_work_that_goes_down_by_itself_is_offered_to_all_where_the_party_says_so(
    world: World,
) -> None:
    auto = 'forward = "auto"'
    fork = await forked(world, vendor='offer = "all"', alpha=auto, beta=auto, gamma=auto)
    await fork.ann.writes("The machine leaks")

    assert all(each.card() for each in (fork.al, fork.bo, fork.gus))


async def test_links_are_for_what_they_name(world: World) -> None:
    fork = await forked(
        world,
        alpha='match = { region = ["msk"], kind = ["repair"] }\nforward = "auto"',
        beta='match = { kind = ["Repair", "cleaning"] }\nforward = "auto"',
    )
    await about(fork, kind="repair")

    await fork.vera.presses("Pass on")

    assert fork.vera.find("Pass it on to whom?").labels == [
        *("Beta", "Gamma", "Alpha", "To all: the first to take it")
    ]


async def about(fork: Fork, **facts: str) -> None:
    """Let the client ask, about something of which these facts are known."""
    await fork.ann.writes("The machine leaks")
    async with fork.world.lease.transaction() as store:
        party = await store.party_at("-1001")
        assert isinstance(party, Party)
        [seen] = await store.open_tickets(party)
        ticket = await store.ticket(seen.id)
        assert ticket is not None
        for name, value in facts.items():
            setattr(ticket.case, name, value)


async def test_several_may_work_at_once_and_only_some_are_waited_for(fork: Fork) -> None:
    await passed_to_two(fork)
    await fork.al.presses("Take")
    await fork.bo.presses("Take")
    assert fork.vera.reads("Do you have to wait for the result of Beta, BET-1")

    await fork.vera.presses("No, go ahead without")
    assert "BET-1 · Beta: in work · 09:00, not waited for" in fork.vera.card("VND-1").text
    assert "Resolve" not in fork.vera.card("VND-1").labels
    await fork.al.resolves("Sealed")
    await fork.vera.presses("Accept", on="Sealed")
    await fork.vera.presses("Pass on", on="Pass this result on as yours?")
    await fork.ann.presses("Accept")

    assert fork.bo.reads("BET-1 · The work is closed without it. Please stop.")
    assert "taken back" in fork.bo.card("BET-1").text


async def test_who_was_not_waited_for_but_is_done_has_done_it(fork: Fork) -> None:
    await passed_to_two(fork)
    await fork.vera.presses("No, go ahead without")
    await fork.bo.presses("Take")
    await fork.bo.resolves("The part is there")
    await fork.al.presses("Take")
    await fork.al.resolves("Sealed")
    await fork.vera.presses("Accept", on="Sealed")
    await fork.vera.presses("Pass on", on="Pass this result on as yours?")

    await fork.ann.presses("Accept")

    assert fork.bo.reads("BET-1 · Nobody has objected in time: the result counts as accepted.")
    assert "accepted" in fork.bo.card("BET-1").text


async def test_a_result_waits_for_all_who_are_needed(fork: Fork) -> None:
    await passed_to_two(fork)
    await fork.vera.presses("Yes, wait")
    await fork.al.presses("Take")
    await fork.al.resolves("Sealed")
    await fork.vera.presses("Accept", on="Sealed")

    assert "Resolve" not in fork.vera.card("VND-1").labels
    assert not fork.vera.reads("Pass this result on as yours?")


async def test_only_a_lead_of_the_party_above_says_whether_it_waits(fork: Fork) -> None:
    await passed_to_two(fork)
    asked = fork.vera.find("Do you have to wait")
    victor = Person(fork.world, 205, "Victor", -1001, title="VND")

    assert "lead" in await victor.presses("No, go ahead without", on=asked)
    assert "no such ticket" in await fork.gus.presses("No, go ahead without", on=asked)
    assert "not waited for" not in fork.vera.card("VND-1").text


async def test_of_fifty_who_take_the_last_candidates_offer_one_has_it(fork: Fork) -> None:
    await passed_to(fork, "To all: the first to take it")
    people = [Person(fork.world, 300 + n, f"P{n}", -1002 - n % 3, title="-") for n in range(50)]
    presses = [each.press(each.card(), each._data(each.card(), "Take")) for each in people]

    await fork.world.comes_in(*presses)
    await asyncio.gather(fork.world.inbox.settle())
    await fork.world.settles()

    taken = [each for each in (fork.al, fork.bo, fork.gus) if "in work" in each.card().text]
    assert len(taken) == 1
    assert sum(" is yours." in said for said in fork.world.messenger.toasts) == 1
    assert len(fork.world.messenger.toasts) >= 50


async def test_who_cancels_may_say_why(fork: Fork) -> None:
    await passed_to(fork, "Alpha")

    await fork.ann.writes("/cancel It works again")

    assert fork.vera.reads("It works again")
    assert fork.al.reads("ALP-1 · The case was cancelled. Please stop the work.")


async def test_what_moves_on_while_a_question_waits_does_so_all_the_same(fork: Fork) -> None:
    await passed_to(fork, "Alpha")
    await fork.vera.explains("Ask", "Which floor?")
    await fork.al.explains("Decline", "We are full")
    assert fork.bo.card("BET-1")
    assert "waiting for an answer" in fork.vera.card("VND-1").text

    await fork.bo.explains("Decline", "So are we")
    await fork.gus.explains("Decline", "Too far")

    assert fork.vera.find("Nobody has taken it").text.endswith(
        "Once your question is answered, pass it on again, or do it yourselves."
    )


async def test_who_waits_for_several_learns_that_nobody_takes_one_of_them(world: World) -> None:
    fork = await forked(world, gamma='match = { region = ["msk"] }')
    await passed_to_two(fork)
    await fork.bo.presses("Take")

    await world.later(hours=1)

    assert fork.vera.reads("VND-1 · Nobody has taken it:\nALP-1 · Alpha: not taken in time")


async def test_nobody_is_told_that_nobody_took_what_was_passed_on_again_since(world: World) -> None:
    fork = await forked(
        world, beta='match = { region = ["msk"] }', gamma='match = { kind = ["x"] }'
    )
    await passed_to(fork, "Alpha")
    shown = fork.vera.card("VND-1")
    world.messenger.closed.add("-1001")
    await fork.al.explains("Decline", "We are full")
    await fork.vera.presses_data(shown, Press(act="pass_on", about=1, choice=3).pack())
    await fork.vera.presses_data(shown, Press(act="none", about=1, choice=3).pack())
    world.messenger.closed.clear()
    await world.later(hours=2)

    assert fork.bo.card("BET-1")
    assert not fork.vera.reads("Nobody has taken it")


@pytest.mark.parametrize("why", ["declined", "expired", "expired out of reach"])
async def test_the_next_one_reads_as_much_of_the_story_as_the_one_before(
    fork: Fork, why: str
) -> None:
    await fork.ann.writes("The machine leaks")
    await fork.vera.presses("Take")
    for words in ("My code is 4711", *"abcdef"):
        await fork.ann.writes(words)
    if why == "expired out of reach":
        fork.world.messenger.closed.add("-1002")
    await fork.vera.presses("Pass on")
    await fork.vera.presses("Alpha", on="Pass it on to whom?")
    await fork.vera.presses("The last 5", on="What is Alpha to read")
    await fork.ann.writes("It is on fire now")
    if why == "declined":
        await fork.al.explains("Decline", "We are full")
    await fork.world.later(hours=1)

    assert fork.bo.card("BET-1")
    assert fork.bo.reads("fire")
    assert fork.bo.reads("b")
    assert not fork.bo.reads("4711")


async def test_who_was_to_read_the_request_alone_is_followed_by_one_who_does(fork: Fork) -> None:
    await fork.ann.writes("The machine leaks")
    await fork.vera.presses("Take")
    await fork.ann.writes("My code is 4711")
    await fork.vera.presses("Pass on")
    await fork.vera.presses("Alpha", on="Pass it on to whom?")
    await fork.vera.presses("The request alone", on="What is Alpha to read")

    await fork.al.explains("Decline", "We are full")

    assert "The machine leaks" in fork.bo.card("BET-1").text
    assert not fork.bo.reads("4711")


RELAYED = """
[parties.vendor]
name = "Iceberg"
code = "VND"
chat = -1001
clients = true

[parties.service]
name = "Cold Repair"
code = "SRV"
chat = -1002

[parties.alpha]
name = "Alpha"
code = "ALP"
chat = -1003

[parties.beta]
name = "Beta"
code = "BET"
chat = -1004

[[links]]
upper = "vendor"
lower = "service"
result = "auto"

[[links]]
upper = "service"
lower = "alpha"

[[links]]
upper = "service"
lower = "beta"
"""


async def test_what_is_not_waited_for_ends_also_below_a_result_that_goes_up_unseen(
    world: World,
) -> None:
    await world.chain(RELAYED)
    fork = Fork(world)  # Al leads the service here, Bo and Gus what is below it
    await fork.ann.writes("The machine leaks")
    await fork.vera.presses("Pass on")
    await fork.al.presses("Pass on")
    await fork.al.presses("Alpha", on="Pass it on to whom?")
    await fork.al.presses("Pass on")
    await fork.al.presses("No, go ahead without")
    await fork.bo.presses("Take")
    await fork.gus.presses("Take")
    await fork.bo.resolves("Sealed")
    await fork.al.presses("Accept", on="Sealed")
    await fork.al.presses("Pass on", on="Pass this result on as yours?")

    assert "accepted" in fork.al.card("SRV-1").text
    assert fork.gus.reads("BET-1 · The work is closed without it. Please stop.")
    assert "taken back" in fork.gus.card("BET-1").text


async def test_a_result_can_be_passed_on_also_while_a_question_waits(fork: Fork) -> None:
    await passed_to(fork, "Alpha")
    await fork.al.presses("Take")
    await fork.vera.explains("Ask", "Which floor?")
    await fork.al.resolves("Sealed")
    await fork.vera.presses("Accept", on="Sealed")

    await fork.vera.presses("Pass on", on="Pass this result on as yours?")

    assert "waiting to be checked" in fork.vera.card("VND-1").text
