"""A client whom a company does not want to hear any more: refused, told so, and nobody else."""

from __future__ import annotations

from tests.actors import Person, World
from tests.scenarios.conftest import CHAIN, Cast, everybody

REFUSED = (
    "Iceberg takes no messages from you here any more, so this was not passed on. Please turn to "
    "Iceberg another way."
)


async def test_a_blocked_client_is_refused_with_a_sentence_and_heard_again_when_let_in(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.ann.writes("You are all fools")

    await chain.vera.replies("/block insults us", to="You are all fools")
    assert chain.vera.inbox[-1] == (
        "VND-1 · Vera has blocked Ann Client:\ninsults us\n"
        "What they write is not passed on from now on, and they are told to turn to you another "
        "way.\nTheir open cases stay until you end them: VND-1\n"
        "To hear them again, reply to this with /unblock."
    )
    assert chain.ann.inbox[-1] != REFUSED
    for attempt in ("Fools again", "/new And here"):
        await chain.ann.writes(attempt)
        assert chain.ann.inbox[-1] == REFUSED
    await chain.ann.replies("And here as well", to="VND-1 · Iceberg")
    await chain.ann.sends(photo=[{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}])
    await chain.ann.edits("You are all fools", "You are all greater fools")
    assert chain.ann.inbox[-4:] == [REFUSED] * 4
    for words in ("Fools again", "And here", "greater"):
        assert words not in chain.vera.everything
    assert not chain.vera.reads("VND-2")

    await chain.vera.replies("/unblock", to="Vera has blocked")
    assert chain.vera.inbox[-1] == "VND-1 · What Ann Client writes reaches you again."
    await chain.ann.writes("I am sorry")
    assert chain.vera.reads("VND-1 · Ann Client\nI am sorry")


async def test_the_reason_is_asked_for_if_it_is_missing_and_stays_in_the_chat(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)

    await chain.vera.writes("/block vnd-1")
    await chain.vera.replies("Never pays", to="Why is the client blocked?")

    assert chain.vera.reads("VND-1 · Vera has blocked Ann Client:\nNever pays")
    for other in (chain.paul, chain.ann):
        assert not other.reads("Never pays")


async def test_open_cases_go_on_until_the_company_ends_them(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.vera.writes("/block 1 calls at night")

    await chain.victor.replies("We come at nine", to=chain.victor.card("VND-1"))
    assert chain.ann.reads("We come at nine")
    await chain.victor.resolves("Fixed")
    assert await chain.ann.presses("Accept") == REFUSED
    await chain.ann.presses("Return")
    assert chain.world.messenger.toasts[-1] == REFUSED
    assert "waiting to be checked" in chain.vera.card("VND-1").text
    await chain.vera.explains("Cancel", "We are done with you")

    assert "Cancelled ·" in chain.ann.card("VND-1 · Iceberg").text


async def test_what_was_asked_before_the_block_is_not_answered_after_it(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.victor.explains("Ask", "Which floor?")
    await chain.vera.writes("/block 1 calls at night")

    await chain.ann.replies("The third", to="Which floor?")

    assert chain.ann.inbox[-1] == REFUSED
    assert "waiting for an answer" in chain.vera.card("VND-1").text


async def test_only_a_lead_of_the_company_that_was_asked_can_block(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)

    await chain.victor.writes("/block 1 rude")
    assert chain.victor.inbox[-1] == (
        "Only a lead of this chat may do that. Please ask an administrator, or whoever was "
        "named with /lead."
    )
    await chain.paul.writes("/block 1 rude")
    assert chain.paul.inbox[-1] == (
        "Only the company that the client wrote to can do that, and SRV-1 came to you from another "
        "company."
    )
    await chain.ann.writes("Still here")
    assert chain.vera.reads("Still here")


async def test_who_is_meant_is_never_guessed(chain: Cast) -> None:
    await chain.asks()

    for command, answer in {
        "/block": "Who is meant? Reply with /block and the reason to a card",
        "/block rude": "Who is meant? Reply with /block and the reason to a card",
        "/unblock": "Who is meant? Reply with /unblock to a card",
        "/block 99 rude": "There is no ticket 99 here.",
        "/unblock 1": "Ann Client is not blocked: what they write reaches you.",
    }.items():
        await chain.vera.writes(command)
        assert chain.vera.inbox[-1].startswith(answer)


async def test_a_client_is_blocked_once(chain: Cast) -> None:
    await chain.asks()
    await chain.vera.writes("/block 1")
    await chain.vera.writes("/block 1 rude")

    await chain.vera.replies("Rude", to="Why is the client blocked?")
    assert chain.vera.inbox[-1] == "That is done already."
    await chain.vera.writes("/block 1")
    assert chain.vera.inbox[-1] == "That is done already."


async def test_another_company_still_hears_the_client(world: World) -> None:
    doors = CHAIN.replace('code = "SRV"', 'code = "SRV"\nclients = true')
    await world.chain(doors.format(vendor="", service="", local=""))
    chain = everybody(world)
    bob = Person(world, 102, "Bob", 102)
    for person in (chain.ann, bob):
        await person.writes("/start vendor")
        await person.writes("It leaks")
    await chain.vera.writes("/block 1 rude")

    await chain.ann.writes("Hello?")
    assert chain.ann.inbox[-1] == REFUSED
    await chain.ann.writes("/start service")
    await chain.ann.writes("It leaks, and they do not answer")
    await bob.writes("Faster now")

    assert "they do not answer" in chain.paul.card("SRV-1").text
    assert chain.vera.reads("VND-2 · Bob\nFaster now")


async def test_a_client_is_blocked_and_heard_again_as_often_as_the_company_says(
    chain: Cast,
) -> None:
    await chain.asks()
    for number in range(3):
        await chain.vera.writes(f"/block VND-1 insult {number}")
        await chain.ann.writes(f"Fools {number}")
        assert chain.ann.inbox[-1] == REFUSED
        await chain.vera.writes("/unblock VND-1")
        await chain.ann.writes(f"Sorry {number}")
        assert chain.vera.reads(f"Sorry {number}")

    assert "Fools" not in chain.vera.everything
