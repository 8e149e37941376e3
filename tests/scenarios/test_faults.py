"""What goes wrong on the way: order is kept, nothing is lost, and what may come twice says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

from handlers.forms import Press
from relay.channel import Reaction, Refused, Retry, Unclear, Undelivered
from relay.channel import Reason as Why
from tests.actors import World
from tests.scenarios.conftest import Cast, chained


def once(place: str, *errors: Undelivered) -> Callable[[str], Undelivered | None]:
    """Return what makes the next calls to a chat fail, each with the next of *errors*."""
    left: Iterable[Undelivered] = iter(errors)
    return lambda to: next(iter(left), None) if to == place else None


async def test_a_chat_that_asks_for_a_pause_gets_it_and_others_go_on(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    pause = Retry(timedelta(seconds=30))
    chain.world.messenger.before = once(chain.vera.place, pause)

    await chain.ann.writes("First")
    await chain.ann.writes("Second")
    assert not chain.vera.reads("First")
    assert chain.paul.reads("Second")
    await chain.world.later(seconds=29)
    assert not chain.vera.reads("First")
    await chain.world.later(seconds=2)

    assert chain.vera.inbox[-1] == "VND-1 · Ann Client\nFirst\n\nVND-1 · Ann Client\nSecond"


async def test_a_pause_is_kept_over_a_restart(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(seconds=30)))
    await chain.ann.writes("First")

    await chain.world.start()
    await chain.world.later(seconds=20)
    assert not chain.vera.reads("First")
    await chain.world.later(seconds=11)

    assert chain.vera.reads("First")


async def test_a_message_that_may_have_arrived_comes_once_more_and_says_so(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.after = once(chain.vera.place, Unclear())

    await chain.ann.writes("First")
    await chain.ann.writes("Second")
    await chain.world.later(seconds=3)

    said = [text for text in chain.vera.inbox if "First" in text or "Second" in text]
    assert said == [
        "VND-1 · Ann Client\nFirst",
        "VND-1 · Ann Client\n(possibly a repeat)\nFirst",
        "VND-1 · Ann Client\nSecond",
    ]


async def test_the_rest_of_a_repeat_follows_its_beginning(chain: Cast) -> None:
    await chain.asks()
    messenger, answers = chain.world.messenger, iter([Unclear(), Retry(timedelta(seconds=5))])

    def after(place: str) -> Undelivered | None:
        answer = next(answers, None) if place == chain.vera.place else None
        if isinstance(answer, Retry):
            answer.landed = (messenger.chats[place][-1].ref,)
        return answer

    messenger.after = after

    await chain.ann.writes("First")
    for _pause in range(2):
        await chain.world.later(seconds=6)

    said = [text for text in chain.vera.inbox if "First" in text]
    assert said == [
        "VND-1 · Ann Client\nFirst",
        "VND-1 · Ann Client\n(possibly a repeat)\nFirst",
    ]


async def test_a_message_that_goes_to_one_more_company_is_shown_as_delivered_in_the_end(
    chain: Cast,
) -> None:
    def pause(seconds: int) -> Undelivered:
        return Retry(timedelta(seconds=seconds))

    waits = {chain.vera.place: [pause(5)], chain.paul.place: [pause(60)]}
    chain.world.messenger.before = lambda to: waits[to].pop() if waits.get(to) else None
    said = await chain.ann.writes("It leaks")
    await chain.world.later(seconds=4)
    assert said.reaction == "queued"

    waits[chain.ann.place] = [pause(20)]
    await chain.world.later(seconds=2)
    await chain.vera.presses("Pass on")
    await chain.world.later(seconds=30)
    await chain.world.later(seconds=60)

    assert chain.paul.reads("It leaks")
    assert said.reaction == "delivered"


async def test_a_message_that_stays_unclear_is_told_to_its_author(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.after = once(chain.vera.place, Unclear(), Unclear())

    await chain.ann.writes("First")
    await chain.world.later(seconds=3)

    assert chain.ann.reads("the connection broke, and it may have arrived. Please ask there.")


async def test_a_reply_to_what_was_unclear_shows_that_it_has_arrived(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.after = once(chain.vera.place, Unclear(), Unclear())
    said = await chain.ann.writes("First")
    await chain.world.later(seconds=5)
    assert said.reaction == "queued"

    await chain.victor.replies("Understood", to="First")
    await chain.ann.edits("First", "First of all")

    assert chain.ann.reads("Understood")
    assert said.reaction == "delivered"
    assert chain.vera.inbox[-1].startswith("VND-1 · Ann Client\nFirst of all")


async def test_a_card_is_simply_edited_again(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.before = once(chain.vera.place, Unclear(), Unclear())

    await chain.vera.presses("Take")

    assert "VND-1 · in work" in chain.vera.card("VND-1").text
    assert not chain.vera.reads("possibly a repeat")


async def test_a_card_that_never_surely_came_comes_with_the_next_news_and_says_so(
    chain: Cast,
) -> None:
    chain.world.messenger.after = once(chain.vera.place, Unclear(), Unclear())
    said = await chain.ann.writes("The machine leaks")
    await chain.world.later(seconds=5)
    assert said.reaction == "queued"

    await chain.ann.edits("The machine leaks", "The machine leaks, and hisses")

    card = chain.vera.inbox[-1]
    assert card.splitlines()[1] == "(possibly a repeat)"
    assert "leaks, and hisses" in card
    assert said.reaction == "delivered"


async def test_a_picture_that_may_have_arrived_says_so_above_the_rest_of_its_words(
    chain: Cast,
) -> None:
    await chain.asks()
    chain.world.messenger.after = once(chain.vera.place, Unclear())

    await chain.ann.writes("It drips here", photo="drip")
    await chain.world.later(seconds=3)

    assert chain.vera.inbox[-1] == "VND-1 · Ann Client (possibly a repeat)\nIt drips here"


async def test_what_was_being_sent_when_the_process_died_may_come_twice_but_is_not_lost(
    chain: Cast,
) -> None:
    await chain.asks()
    messenger = chain.world.messenger
    messenger.silent.add(chain.vera.place)
    process = asyncio.create_task(chain.ann.writes("First"))
    await messenger.calling.wait()

    process.cancel()
    messenger.silent.clear()
    await chain.world.start()
    await chain.world.courier.resume()
    await chain.world.later(seconds=3)

    assert [text.split("\n")[1:] for text in chain.vera.inbox if "First" in text] == [
        ["(possibly a repeat)", "First"]
    ]


async def test_a_refused_message_delays_no_other(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.before = once(chain.vera.place, Refused(Why.NOT_ACCEPTED))

    await chain.ann.writes("First")
    await chain.ann.writes("Second")

    assert not chain.vera.reads("First")
    assert chain.vera.reads("Second")
    assert chain.ann.reads("This message was not delivered")


async def test_nothing_of_a_ticket_comes_before_its_card(chain: Cast) -> None:
    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(seconds=5)))

    await chain.asks("The machine leaks")
    await chain.ann.writes("And hisses")
    await chain.world.later(seconds=6)

    assert chain.vera.inbox[0].startswith("VND-1 · waiting to be taken")
    assert chain.vera.inbox[1] == "VND-1 · Ann Client\nAnd hisses"


async def test_ten_quick_changes_cost_one_edit(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.before = once(chain.ann.place, Retry(timedelta(seconds=60)))
    await chain.vera.presses("Take")
    for _ in range(3):
        await chain.vera.explains("Ask", "Which door?")
        await chain.ann.replies("The red one", to="VND-1")
    edits: list[str] = []
    chain.world.messenger.before = lambda place: edits.append(place)

    await chain.world.later(seconds=61)

    assert "In work" in chain.ann.card("VND-1").text
    # Three questions, a receipt under each answer, and one card for all seven moves.
    assert edits.count(chain.ann.place) == 3 + 3 + 1


async def test_who_replies_before_it_is_written_down_is_understood(chain: Cast) -> None:
    await chain.asks()
    messenger = chain.world.messenger
    messenger.slow.add(chain.vera.place)
    process = asyncio.create_task(chain.ann.writes("When do you come?"))
    await messenger.calling.wait()

    shown = chain.vera.find("When do you come?")
    await chain.world.comes_in(chain.victor.reply("At noon", shown))
    await chain.world.inbox.settle()
    assert not chain.vera.reads("I do not know")
    messenger.released.set()
    await process
    await chain.world.later(seconds=1)

    assert chain.ann.reads("VND-1 · Iceberg\nAt noon")


async def test_a_correction_that_comes_while_its_message_is_on_the_way_is_shown(
    chain: Cast,
) -> None:
    await chain.asks()
    messenger = chain.world.messenger
    messenger.slow.add(chain.vera.place)
    process = asyncio.create_task(chain.ann.writes("It is wram"))
    await messenger.calling.wait()

    said = chain.ann.find("It is wram")
    said.text = "It is warm"
    await chain.world.comes_in(chain.ann.correction(said))
    await chain.world.inbox.settle()
    messenger.released.set()
    await process

    assert chain.vera.inbox[-1] == "VND-1 · Ann Client\nIt is warm"


async def test_a_message_that_was_on_its_way_when_its_case_ended_has_arrived(chain: Cast) -> None:
    await chain.asks()
    messenger = chain.world.messenger
    messenger.slow.add(chain.vera.place)
    process = asyncio.create_task(chain.ann.writes("It is wram"))
    await messenger.calling.wait()

    said = chain.ann.find("It is wram")
    said.text = "It is warm"
    card = chain.ann.card("VND-1")
    cancel = Press(act=card.button("Cancel").act, about=card.button("Cancel").about).pack()
    await chain.world.comes_in(chain.ann.correction(said), chain.ann.press(card, cancel))
    await chain.world.inbox.settle()
    messenger.released.set()
    await process
    await chain.world.later(seconds=5)

    assert chain.vera.reads("It is warm")
    assert said.reaction is Reaction.DELIVERED
    assert not chain.ann.reads("was not delivered")


async def test_a_message_that_stayed_unclear_has_arrived_when_its_correction_has(
    chain: Cast,
) -> None:
    await chain.asks()
    chain.world.messenger.before = once(chain.vera.place, Unclear(), Unclear())
    said = await chain.ann.writes("It is wram")
    await chain.world.later(seconds=5)
    assert said.reaction == "queued"

    await chain.ann.edits("It is wram", "It is warm")

    assert chain.vera.reads("VND-1 · Ann Client\nIt is warm")
    assert said.reaction == "delivered"


async def test_what_did_not_reach_a_company_before_its_ticket_ended_is_not_owed_to_it_any_more(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.vera.presses("Pass on")
    chain.world.messenger.closed.add(chain.paul.place)
    said = await chain.ann.writes("Please come soon")
    await chain.world.later(seconds=5)
    assert said.reaction == "queued"

    await chain.vera.explains("Recall", "We do it ourselves")

    assert said.reaction == "delivered"
    assert not chain.ann.reads("not delivered")


async def test_a_card_whose_change_may_have_been_made_is_set_right(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.victor.presses("Ask")
    chain.world.messenger.after = once(chain.vera.place, *[Unclear()] * 20)
    await chain.victor.replies("Which door?", to="What do you need to know?")
    assert "waiting for an answer" in chain.vera.card("VND-1").text
    chain.world.messenger.after = lambda _: None

    await chain.ann.replies("The red one", to="Which door?")

    assert "in work" in chain.vera.card("VND-1").text


async def test_what_may_be_known_only_once_taken_costs_nothing_where_it_changes_nothing(
    world: World,
) -> None:
    chain = await chained(world, vendor='client = "when_taken"')
    await chain.asks()
    await chain.vera.presses("Pass on")
    said = await chain.ann.writes("Please come soon")
    assert said.reaction == "delivered"
    edits: list[str] = []
    world.messenger.before = lambda place: edits.append(place)

    await chain.sara.presses("Take")

    assert edits.count(chain.paul.place) == 1  # the card
    assert said.reaction == "delivered"


async def test_a_reply_to_what_a_dead_process_sent_finds_its_ticket_by_the_number(
    chain: Cast,
) -> None:
    await chain.asks()
    lost = chain.world.messenger.show(chain.vera.place, "VND-1 · Ann Client\nHello?", by_bot=True)

    await chain.victor.replies("Hello!", to=lost)

    assert chain.ann.reads("VND-1 · Iceberg\nHello!")


async def test_a_lead_and_a_member_who_press_together_are_both_answered(chain: Cast) -> None:
    await chain.asks()
    await chain.vera.presses("Take")
    card = chain.vera.card("VND-1")
    pressed = chain.vera._data(card, "Pass on")
    chain.world.now += timedelta(seconds=10)  # who leads was asked a while ago

    await chain.world.comes_in(chain.vera.press(card, pressed))
    await chain.world.comes_in(chain.victor.press(card, pressed))
    await asyncio.wait_for(chain.world.settles(), 30)

    assert chain.paul.card("SRV-1")
    assert len(chain.world.messenger.toasts) == 3
