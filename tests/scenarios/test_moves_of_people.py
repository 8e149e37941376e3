"""Every state and every move: who may make it can, and everybody else is told why not."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.forms import Press
from relay import making
from relay.moves import Move, State
from relay.speaker import TERMS
from tests.actors import BOT, Person
from tests.scenarios.conftest import Cast

#: DESIGN's table for SRV-1, which VND gave to Cold Repair: who may make each move, from where.
MEMBER = {"paul", "sara"}
LEAD = {"paul"}
UPPER = {"vera", "victor"}
UPPER_LEAD = {"vera"}
IN_HAND = {State.WORKING, State.RETURNED}
OPEN = IN_HAND | {State.OFFERED, State.WAITING, State.RESOLVED}

TABLE = {
    Move.TAKE: (MEMBER, {State.OFFERED}, State.WORKING),
    Move.DECLINE: (MEMBER, {State.OFFERED}, State.DECLINED),
    Move.EXPIRE: (set(), set(), State.EXPIRED),
    Move.PASS_ON: (LEAD, IN_HAND | {State.OFFERED}, State.WORKING),
    Move.ASK: (MEMBER, IN_HAND, State.WAITING),
    Move.ANSWER: (UPPER, {State.WAITING}, State.WORKING),
    Move.RESOLVE: (MEMBER, IN_HAND | {State.WAITING}, State.RESOLVED),
    Move.ACCEPT: (UPPER_LEAD, {State.RESOLVED}, State.CLOSED),
    Move.RETURN: (UPPER_LEAD, {State.RESOLVED}, State.RETURNED),
    Move.REOPEN: (UPPER_LEAD, {State.CLOSED}, State.RETURNED),
    Move.RECALL: (UPPER_LEAD, OPEN, State.RECALLED),
    Move.CANCEL: ({"vera"}, OPEN, State.CANCELLED),
}

PEOPLE = {"sara", "paul", "victor", "vera", "ann"}

WORDLESS = {Move.TAKE, Move.PASS_ON, Move.ACCEPT}

READS = {
    State.OFFERED: "waiting to be taken",
    State.WORKING: "in work",
    State.WAITING: "waiting for an answer",
    State.RESOLVED: "waiting to be checked",
    State.RETURNED: "sent back for rework",
    State.CLOSED: "accepted",
    State.DECLINED: "declined",
    State.EXPIRED: "not taken in time",
    State.RECALLED: "taken back",
    State.CANCELLED: "cancelled",
}


async def bring(chain: Cast, state: State) -> None:
    """Bring SRV-1 into a state as people would."""
    await chain.asks()
    await chain.vera.presses("Pass on")
    match state:
        case State.WORKING:
            await chain.sara.presses("Take")
        case State.WAITING:
            await chain.sara.presses("Take")
            await chain.sara.explains("Ask", "Which door?")
        case State.RESOLVED:
            await chain.sara.presses("Take")
            await chain.sara.resolves("Fixed")
        case State.RETURNED:
            await bring_on(chain)
            await chain.vera.explains("Return", "It drips")
        case State.CLOSED:
            await bring_on(chain)
            await chain.vera.presses("Accept")
        case State.DECLINED:
            await chain.sara.explains("Decline", "No time")
        case State.RECALLED:
            await chain.vera.explains("Recall", "Found somebody nearer")
        case State.CANCELLED:
            await chain.ann.presses("Cancel")
        case State.EXPIRED:
            async with chain.world.database.transaction(BOT) as store:
                ticket = await store.ticket(2)
                assert ticket
                event = await making.make(store, ticket, Move.EXPIRE, TERMS)
                await making.settled(store, ticket, event)
            await chain.world.settles()


async def bring_on(chain: Cast) -> None:
    await chain.sara.presses("Take")
    await chain.sara.resolves("Fixed")


async def state_of(chain: Cast) -> str:
    """Return what SRV's card says, as its party reads it."""
    return chain.sara.card("SRV-1").text.split(" · ")[1]


def pressed(chain: Cast, name: str, move: Move) -> dict[str, Any]:
    """Return the press of a button for SRV-1 that may never have been shown to this person."""
    person: Person = getattr(chain, name)
    somewhere = next(each for each in person.sees if each.by_bot)
    return person.press(somewhere, Press(act=move, about=2).pack())


@pytest.mark.parametrize("state", State)
async def test_who_may_not_make_a_move_is_told_why_and_nothing_changes(
    chain: Cast, state: State
) -> None:
    await bring(chain, state)
    toasts = chain.world.messenger.toasts
    toasts.clear()

    presses = [
        pressed(chain, name, move)
        for move, (who, before, _after) in TABLE.items()
        for name in sorted(PEOPLE - (who if state in before else set()))
    ]
    await chain.world.comes_in(*presses)
    await chain.world.settles()

    assert len(toasts) == len(presses)
    for toast in toasts:
        assert toast.endswith("."), toast
        assert "lease reply" not in toast, toast
    assert await state_of(chain) == READS[state]


@pytest.mark.parametrize(
    ("state", "move"),
    [(state, move) for move, (_who, before, _after) in TABLE.items() for state in sorted(before)],
)
async def test_who_may_make_a_move_can(chain: Cast, state: State, move: Move) -> None:
    await bring(chain, state)
    assert await state_of(chain) == READS[state]
    who, _before, after = TABLE[move]
    name = min(who)
    person: Person = getattr(chain, name)

    await chain.world.happens(pressed(chain, name, move))
    if move not in WORDLESS:
        asked = [each for each in person.sees if each.asks][-1]
        await person.replies("Because", to=asked)

    assert await state_of(chain) == ("passed on" if move is Move.PASS_ON else READS[after])


@pytest.mark.parametrize(
    ("before", "label", "words", "after"),
    [
        ("", "Cancel", "", "Cancelled"),
        ("resolved", "Accept", "", "Finished"),
        ("resolved", "Return", "Still wet", "In rework"),
        ("closed", "Reopen", "It came back", "In rework"),
        ("asked", "Answer", "The back door", "In work"),
    ],
)
async def test_the_client_is_the_upper_of_the_first_ticket(
    chain: Cast, before: str, label: str, words: str, after: str
) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    if before == "asked":
        await chain.victor.explains("Ask", "Which door?")
    elif before:
        await chain.victor.resolves("Fixed")
    if before == "closed":
        await chain.ann.presses("Accept")

    if words:
        await chain.ann.explains(label, words)
    else:
        await chain.ann.presses(label)

    assert after in chain.ann.card("VND-1").text
    assert not words or chain.vera.reads(words)


async def test_of_two_presses_at_once_one_wins_and_the_other_is_told_who_was_first(
    chain: Cast,
) -> None:
    await chain.asks()
    card = chain.vera.card("VND-1")
    data = Press(act=Move.TAKE, about=1).pack()

    await chain.world.comes_in(chain.vera.press(card, data))
    await chain.world.comes_in(chain.victor.press(card, data))
    await chain.world.settles()

    assert "VND-1 is yours." in chain.world.messenger.toasts
    assert "Vera was first: VND-1 is in work already." in chain.world.messenger.toasts


async def test_a_ticket_with_an_open_one_below_cannot_be_resolved(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)

    toast = await tries_first(chain, chain.vera, Move.RESOLVE)

    assert toast == (
        "VND-1 cannot be resolved yet: SRV-1 is still open. Wait for its result, or recall it."
    )


async def tries_first(chain: Cast, person: Person, move: Move) -> str:
    await person.presses_data(person.card("VND-1"), Press(act=move, about=1).pack())
    return chain.world.messenger.toasts[-1]


async def test_what_is_declined_goes_back_with_the_reason_and_can_be_given_to_another(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.vera.presses("Pass on")

    await chain.sara.explains("Decline", "Our van is broken")

    assert chain.vera.reads("VND-1 · Cold Repair · declined\nOur van is broken")
    assert "SRV-1 · Cold Repair: declined" in chain.vera.card("VND-1").text
    assert "Your move" in chain.vera.card("VND-1").text
    await chain.vera.presses("Pass on", on=chain.vera.card("VND-1"))
    assert chain.paul.card("SRV-2").labels == ["Take", "Pass on", "Decline"]


async def test_a_declined_first_ticket_tells_the_client_why(chain: Cast) -> None:
    await chain.asks()

    await chain.victor.explains("Decline", "We do not service toasters")

    assert chain.ann.reads("VND-1 · Iceberg · declined\nWe do not service toasters")
    assert "Declined · 09:00" in chain.ann.card("VND-1").text


async def test_a_recall_reaches_every_level_below(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(4)

    await chain.vera.explains("Recall", "The client cancelled by phone")

    for person, number in ((chain.paul, "SRV-1"), (chain.lucy, "LOC-1"), (chain.eve, "ENG-1")):
        assert f"{number} · taken back" in person.card(number).text
        assert person.card(number).labels == []
    assert chain.eve.reads("ENG-1 · The ticket was taken back. Please stop the work.")
    assert chain.paul.reads("SRV-1 · Iceberg · taken back\nThe client cancelled by phone")
    assert not chain.eve.reads("The client cancelled by phone")


async def test_a_client_who_cancels_stops_everybody(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(3)

    await chain.ann.presses("Cancel")

    for person, number in ((chain.vera, "VND-1"), (chain.paul, "SRV-1"), (chain.lucy, "LOC-1")):
        assert f"{number} · cancelled" in person.card(number).text
        assert person.reads(f"{number} · The case was cancelled. Please stop the work.")


async def test_a_closed_ticket_can_be_reopened_for_a_time_only(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.victor.resolves("Fixed")
    await chain.ann.presses("Accept")
    card = chain.ann.card("VND-1")

    await chain.world.later(days=15)
    toast = await chain.ann.presses("Reopen", on=card)

    assert toast == ("VND-1 was closed more than 14 days ago. Please start anew.")


async def test_a_lower_ticket_is_reopened_only_while_the_one_above_is_open(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.resolves("Fixed")
    await chain.vera.presses("Accept")
    await chain.vera.resolves("Fixed, says Cold Repair")
    await chain.ann.presses("Accept")
    forged = Press(act=Move.REOPEN, about=2).pack()

    await chain.vera.presses_data(chain.vera.card("VND-1"), forged)

    assert chain.world.messenger.toasts[-1] == (
        "SRV-1 cannot be reopened, because VND-1 is closed itself."
    )


async def test_the_first_reply_that_leaves_the_chat_takes_the_ticket(chain: Cast) -> None:
    await chain.asks()

    await chain.victor.replies("We are on our way", to="VND-1")

    assert "VND-1 · in work" in chain.vera.card("VND-1").text
    assert chain.ann.reads("VND-1 · Iceberg\nWe are on our way")


async def test_an_answer_by_reply_lets_the_work_go_on(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.explains("Ask", "Which floor?")
    assert "waiting for an answer" in chain.sara.card("SRV-1").text

    await chain.victor.replies("The second", to="Which floor?")

    assert chain.sara.reads("SRV-1 · Iceberg\nThe second")
    assert "in work" in chain.sara.card("SRV-1").text
