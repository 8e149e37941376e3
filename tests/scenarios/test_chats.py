"""What happens to chats themselves: they move, throw us out, silence us, and let us in again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.actors import Person, World
from tests.scenarios.conftest import CHAIN, Cast, chained

NEW = -100_500


async def upgrade(chain: Cast, *people: Person) -> None:
    """Let the people's group become a supergroup: its old messages stay behind."""
    chain.world.messenger.moved[people[0].place] = str(NEW)
    for person in people:
        chain.world.leads.setdefault(NEW, []).extend(chain.world.leads.get(person.chat, []))
        person.chat = NEW


async def by_an_error(chain: Cast, old: Person) -> None:
    """Nothing tells of it: the next delivery meets with it."""


async def by_the_old_group(chain: Cast, old: Person) -> None:
    await old.happens_here({"migrate_to_chat_id": NEW}, at=-1002)


async def by_the_new_group(chain: Cast, old: Person) -> None:
    await old.happens_here({"migrate_from_chat_id": -1002}, at=NEW)


async def by_everything(chain: Cast, old: Person) -> None:
    await by_the_new_group(chain, old)
    await by_the_old_group(chain, old)
    await by_the_new_group(chain, old)


@pytest.mark.parametrize("told", [by_an_error, by_the_old_group, by_the_new_group, by_everything])
async def test_a_group_that_becomes_a_supergroup_loses_nothing(
    chain: Cast, told: Callable[[Cast, Person], Any]
) -> None:
    await chain.asks("The machine leaks")
    await chain.taken(2)
    await upgrade(chain, chain.paul, chain.sara)
    await told(chain, chain.paul)

    await chain.ann.writes("And hisses")
    await chain.sara.replies("On my way", to="And hisses")
    await chain.sara.resolves("New seal")

    assert chain.paul.reads("SRV-1 · waiting to be checked")
    assert len([text for text in chain.paul.inbox if "And hisses" in text]) == 1
    assert chain.vera.reads("On my way")
    assert chain.vera.reads("New seal")


async def test_a_group_that_was_away_is_shown_as_back_when_it_is_a_supergroup(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.paul.stands("member", "kicked")
    assert "SRV-1 cannot be reached since" in chain.vera.card("VND-1").text

    await upgrade(chain, chain.paul, chain.sara)
    await by_the_new_group(chain, chain.paul)

    assert "cannot be reached" not in chain.vera.card("VND-1").text
    assert chain.vera.reads("can be reached again")


async def test_what_came_in_one_message_in_the_old_group_is_corrected_whole_in_the_new_one(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.closed.add(chain.paul.place)
    for words in ("One", "Two", "Three"):
        await chain.ann.writes(words)
    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=6)
    await upgrade(chain, chain.paul, chain.sara)
    await by_the_new_group(chain, chain.paul)

    await chain.ann.edits("One", "One!")

    corrected = chain.paul.find("One!").text
    assert "Two" in corrected
    assert "Three" in corrected


async def test_what_was_under_way_in_the_old_group_arrives_once_in_the_new_one(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    old = chain.paul.place
    await upgrade(chain, chain.paul, chain.sara)

    await chain.ann.writes("First")
    await chain.ann.writes("Second")

    said = [text.split("\n")[1] for text in chain.paul.inbox if text.endswith(("First", "Second"))]
    assert said == ["First", "Second"]
    assert "First" not in "".join(each.text for each in chain.world.messenger.chats[old])


async def test_what_was_said_in_the_old_group_is_understood_after_the_move(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    reply = chain.sara.reply("The pump is broken", chain.sara.card("SRV-1"))
    await upgrade(chain, chain.paul, chain.sara)
    await by_the_new_group(chain, chain.paul)

    await chain.world.happens(reply)

    assert chain.vera.reads("The pump is broken")


async def test_a_clients_group_moves_as_well(chain: Cast) -> None:
    ann = Person(chain.world, 101, "Ann", -2001, title="Café")
    await ann.writes("/new The machine leaks")
    await chain.vera.presses("Take")
    await upgrade(chain, ann)
    await by_the_old_group_of(ann)

    await chain.vera.replies("We come at noon", to="VND-1")

    assert ann.reads("We come at noon")
    assert ann.card("VND-1")


async def test_a_chain_file_that_is_older_than_the_move_leads_nobody_back(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await upgrade(chain, chain.paul, chain.sara)
    await by_the_old_group(chain, chain.paul)

    await chain.world.chain(CHAIN.format(vendor="", service="", local=""))
    await chain.ann.writes("And hisses")
    await chain.sara.replies("On my way", to="And hisses")

    assert chain.vera.reads("On my way")


async def by_the_old_group_of(person: Person) -> None:
    await person.happens_here({"migrate_to_chat_id": NEW}, at=-2001)


async def test_who_blocks_the_bot_is_told_to_the_company_at_once(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.presses("Take")

    await chain.ann.stands("member", "kicked")

    assert chain.vera.reads("VND-1 · the client cannot be reached: the bot is blocked there.")
    assert "The client cannot be reached since" in chain.vera.card("VND-1").text


async def test_what_waited_for_a_client_comes_in_order_when_the_bot_is_unblocked(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    chain.world.messenger.closed.add(chain.ann.place)
    await chain.ann.stands("member", "kicked")
    await chain.victor.replies("First", to="VND-1")
    await chain.victor.replies("Second", to="VND-1")
    assert not chain.ann.reads("First")

    chain.world.messenger.closed.clear()
    await chain.ann.stands("kicked", "member")

    assert [text.split("\n")[-1] for text in chain.ann.inbox[-2:]] == ["First", "Second"]
    assert chain.vera.reads("VND-1 · the client can be reached again.")
    assert "cannot be reached" not in chain.vera.card("VND-1").text


async def test_a_chat_for_which_nothing_waits_is_open_again_as_soon_as_it_says_so(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.ann.stands("member", "kicked")
    assert "cannot be reached" in chain.vera.card("VND-1").text

    await chain.ann.stands("kicked", "member")

    assert "cannot be reached" not in chain.vera.card("VND-1").text
    assert chain.vera.reads("the client can be reached again.")


async def test_a_chat_for_which_nothing_new_waits_is_open_again_as_soon_as_it_says_so(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.victor.replies("At noon", to="VND-1")
    chain.world.messenger.closed.add(chain.ann.place)
    await chain.ann.stands("member", "kicked")
    await chain.victor.edits("At noon", "At night")
    await chain.victor.edits("At night", "At noon")
    chain.world.messenger.closed.clear()

    await chain.ann.stands("kicked", "member")

    assert "cannot be reached" not in chain.vera.card("VND-1").text
    assert chain.vera.reads("the client can be reached again.")


async def test_the_card_of_an_ended_ticket_says_no_more_who_cannot_be_reached(
    world: World,
) -> None:
    chain = await chained(world, vendor='result = "auto"')
    await chain.asks()
    await chain.taken(2)
    world.messenger.closed.add(chain.vera.place)
    await chain.vera.stands("member", "kicked")
    assert "cannot be reached" in chain.paul.card("SRV-1").text

    await chain.sara.resolves("New seal")
    world.messenger.closed.clear()
    await chain.vera.stands("kicked", "member")

    assert "SRV-1 · accepted" in chain.paul.card("SRV-1").text
    assert "cannot be reached" not in chain.paul.card("SRV-1").text


async def test_the_card_of_a_cancelled_case_says_no_more_who_cannot_be_reached(
    chain: Cast,
) -> None:
    await chain.asks()
    chain.world.messenger.closed.add(chain.ann.place)
    await chain.ann.stands("member", "kicked")
    assert "cannot be reached" in chain.vera.card("VND-1").text

    await chain.vera.explains("Cancel", "Not ours")

    assert "VND-1 · cancelled" in chain.vera.card("VND-1").text
    assert "cannot be reached" not in chain.vera.card("VND-1").text


async def test_a_group_that_removes_the_bot_is_told_to_neighbours_and_to_the_first_party(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(4)

    await chain.lucy.stands("member", "left")

    told = "cannot be reached: the bot is no member of that chat."
    assert chain.paul.reads(f"SRV-1 · LOC-1 (Main Street) {told}")
    assert chain.eve.reads(f"ENG-1 · LOC-1 (Main Street) {told}")
    assert chain.vera.reads(f"VND-1 · LOC-1 {told}")
    assert "LOC-1 cannot be reached since" in chain.vera.card("VND-1").text
    assert not chain.ann.reads("cannot be reached")


async def test_several_tickets_of_a_chat_that_is_away_make_one_notice(chain: Cast) -> None:
    await chain.asks()
    await chain.down(2)
    await chain.ann.writes("/new The oven smokes")
    await chain.vera.presses("Pass on", on="VND-2")

    await chain.paul.stands("member", "kicked")

    told = [text for text in chain.vera.inbox if "cannot be reached: " in text]
    assert [text.split(" cannot")[0] for text in told] == [
        "VND-1, VND-2 · SRV-1 (Cold Repair); SRV-2 (Cold Repair)"
    ]


async def test_a_muted_bot_waits_until_it_may_write_again(chain: Cast) -> None:
    await chain.asks()
    await chain.down(2)
    await chain.paul.stands("member", "restricted")
    chain.world.messenger.closed.add(chain.paul.place)

    await chain.ann.writes("Hello?")
    await chain.sara.writes("Lunch?")
    assert chain.vera.reads("the bot may not write in that chat.")
    chain.world.messenger.closed.clear()
    await chain.sara.writes("No?")
    assert not chain.paul.reads("Hello?")
    await chain.paul.stands("restricted", "member")

    assert chain.paul.reads("Hello?")


async def test_a_ticket_that_is_offered_to_a_chat_that_is_away_says_so(chain: Cast) -> None:
    await chain.paul.stands("member", "kicked")
    await chain.asks()

    await chain.vera.presses("Pass on")

    assert chain.vera.reads("VND-1 · SRV-1 (Cold Repair) cannot be reached")


async def test_a_chat_that_stays_away_is_told_of_again_every_day(chain: Cast) -> None:
    await chain.asks()
    await chain.down(2)
    chain.world.messenger.closed.add(chain.paul.place)
    await chain.ann.writes("Hello?")

    for _hour in range(55):
        await chain.world.later(hours=1)

    told = [text for text in chain.vera.inbox if "cannot be reached: " in text]
    assert len(told) == 3


@pytest.mark.parametrize("place", [-1002, -3000])
async def test_a_group_that_adds_the_bot_reads_what_it_does_not_hear(
    chain: Cast, place: int
) -> None:
    paul = Person(chain.world, 301, "Paul", place, title="A group")

    await paul.stands("left", "member")

    assert paul.inbox[-1].endswith(
        "What you say to each other here I do not hear: only commands and replies to me."
    )


async def test_a_group_in_which_it_hears_everything_reads_that(chain: Cast) -> None:
    chain.world.messenger.hears_everything = True
    paul = Person(chain.world, 301, "Paul", -3000, title="A group")

    await paul.stands("left", "member")

    assert paul.reads(
        "I hear all that is said here, but heed only commands and replies to me: nothing else "
        "leaves this chat."
    )
    assert paul.reads("Whoever runs it can switch it on at @BotFather (/setprivacy, Enable).")


async def test_a_clients_group_that_speaks_before_the_news_of_its_move_is_one_client(
    world: World,
) -> None:
    chain = await chained(world, first='asks = ["address"]')
    bea = Person(world, 111, "Bea", -2000, title="Café Luna")
    await bea.writes("/new The oven is cold")
    await bea.writes("/skip")
    await upgrade(chain, bea)
    await bea.writes("/new The fridge is warm")
    await chain.vera.explains("Decline", "Not ours", on="VND-1")

    await bea.happens_here({"migrate_from_chat_id": -2000}, at=NEW)
    await bea.writes("/skip")

    assert "The fridge is warm" in chain.vera.card("VND-2").text
    async with world.lease.transaction() as store:
        assert await store.client_at("-2000") is None
        client = await store.client_at(str(NEW))
        assert client is not None
        assert len(await store.client_tickets(client, still_open=False)) == 2


async def test_what_waits_for_a_company_to_agree_is_asked_again_where_it_has_moved(
    chain: Cast,
) -> None:
    await chain.vera.writes("/links")
    for label in ("Cold Repair", "To be done within", "8 hr", "Confirm"):
        await chain.vera.presses(label)
    old = chain.paul.sees[-1]
    assert "Agree" in old.labels
    await upgrade(chain, chain.paul, chain.sara)
    await by_everything(chain, chain.paul)

    assert len([each for each in chain.paul.sees if "Agree" in each.labels]) == 1
    await chain.paul.presses("Agree")

    assert chain.vera.reads("Cold Repair agrees to the change.")
