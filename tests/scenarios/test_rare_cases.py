"""What happens seldom, and several things at once: nothing is lost, doubled, or told to others."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from handlers.forms import Press
from relay.channel import Another, Landed, Place, Post, Reason, Refused, Topic, Unclear
from relay.moves import Move
from tests.actors import World
from tests.samples import SAMPLES
from tests.scenarios.conftest import Cast, chained
from tests.scenarios.test_albums import picture
from tests.scenarios.test_topics import SRV, only, opened, seen, topics


@pytest.fixture
def forum(chain: Cast) -> Cast:
    """Let the second company's chat have topics."""
    chain.world.messenger.forums.add(SRV)
    return chain


async def backlog(chain: Cast, *words: str) -> None:
    """Let a client say several things that the second company is told in one go."""
    chain.world.messenger.closed.update({SRV, *chain.world.messenger.topics})
    for each in words:
        await chain.ann.writes(each)
    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=10)


async def test_a_story_is_handed_over_though_its_messages_were_cancelled_before(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.closed.add(SRV)
    await chain.ann.writes("It drips")
    await chain.vera.explains("Recall", "Please wait")
    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=10)

    await chain.vera.presses("Pass on", on=chain.vera.card("VND-1"))
    await chain.vera.presses("The one message")
    await chain.world.later(minutes=10)

    assert chain.paul.reads("SRV-2")
    assert chain.paul.reads("It drips")


async def test_the_picture_of_a_request_comes_with_the_next_offer(chain: Cast) -> None:
    await chain.ann.sends(photo=SAMPLES["photo"]["photo"], text="It leaks")
    chain.world.messenger.closed.add(SRV)
    await chain.vera.presses("Pass on")
    await chain.vera.explains("Recall", "Please wait")
    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=10)

    await chain.vera.presses("Pass on", on=chain.vera.card("VND-1"))
    await chain.world.later(minutes=10)

    assert chain.paul.reads("SRV-2")
    assert any(each.photo for each in chain.paul.sees)


async def test_a_recall_does_not_keep_what_was_taken_back(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    said = await chain.ann.writes("My door code is 4711")
    chain.world.messenger.closed.add(SRV)
    await chain.ann.replies("/retract", to=said)

    await chain.vera.explains("Recall", "Please wait")
    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=10)

    assert not chain.paul.reads("4711")


async def test_what_may_have_arrived_is_not_taken_back_in_silence(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.after = lambda _: Unclear("reset")
    said = await chain.ann.writes("My door code is 4711")
    chain.world.messenger.after = lambda _: None
    before = len(chain.ann.inbox)

    await chain.ann.replies("/retract", to=said)
    await chain.world.later(minutes=1)

    told = [each for each in chain.ann.inbox[before:] if not each.startswith("Taken back")]
    assert not chain.vera.reads("4711") or told


async def test_what_was_taken_back_goes_when_it_turns_out_to_have_arrived(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.after = lambda _: Unclear("reset")
    said = await chain.ann.writes("My door code is 4711")
    await chain.world.later(seconds=3)
    chain.world.messenger.after = lambda _: None
    await chain.ann.replies("/retract", to=said)
    await chain.world.later(minutes=1)

    await chain.victor.replies("What is it for?", to=chain.vera.find("4711"))
    await chain.world.later(minutes=1)

    assert len([each for each in chain.vera.inbox if "4711" in each]) == 1  # one is found by now


async def test_a_topic_is_made_anew_for_messages_that_were_said_in_one_go(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    forum.world.messenger.gone.add(f"{SRV}:{only(forum)}")

    await backlog(forum, "Fact 1", "Fact 2", "Fact 3")

    assert len(topics(forum)) == 2
    new = [*forum.world.messenger.topics][1].partition(":")[2]
    assert any("Fact 3" in each.text for each in seen(forum.paul, new))


async def test_what_was_said_in_one_go_can_be_taken_back_in_the_new_topic(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    await backlog(forum, *(f"Fact {number}." for number in range(1, 13)))
    forum.world.messenger.gone.add(f"{SRV}:{only(forum)}")
    await forum.ann.writes("Are you there?")
    new = [*forum.world.messenger.topics][1].partition(":")[2]
    assert any("Fact 8." in each.text for each in seen(forum.paul, new))

    said = next(each for each in forum.ann.sees if each.text == "Fact 8.")
    await forum.ann.replies("/retract", to=said)
    await forum.world.later(minutes=1)

    assert not any("Fact 8." in each.text for each in seen(forum.paul, new))


async def test_a_notice_for_a_topic_that_is_gone_is_not_tried_for_ever(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    messenger = forum.world.messenger
    topic = f"{SRV}:{only(forum)}"
    tries = 0

    def refuses(place: str) -> Refused | None:
        nonlocal tries
        tries += place == topic
        return Refused(Reason.NOT_ACCEPTED) if place == "-1001" else None

    messenger.before = refuses
    messenger.gone.add(topic)
    with suppress(TimeoutError):
        async with asyncio.timeout(4):
            await forum.sara.replies("We come at noon", to="SRV-1")

    assert tries < 5


async def test_a_surplus_topic_that_is_gone_leaves_the_real_one_alone(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    await forum.ann.writes("It drips")
    forum.world.messenger.topics[f"{SRV}:900"] = Topic("SRV-1 The machine leaks", "x", closed=False)
    forum.world.messenger.gone.add(f"{SRV}:900")

    await forum.world.happens(opened(900, "SRV-1 The machine leaks"))

    assert len(topics(forum)) == 2
    assert len([text for text in forum.paul.inbox if "It drips" in text]) == 1


async def test_a_ticket_recalled_while_its_topic_is_opened_ends_it(forum: Cast) -> None:
    world, vera = forum.world, forum.vera
    await forum.asks()
    begun, go_on, asked = asyncio.Event(), asyncio.Event(), asyncio.Event()
    send = world.messenger.send

    async def slowly(to: Place, post: Post, another: Another) -> Landed:
        landed = await send(to, post, another)
        if to == SRV and post.topic:
            begun.set()
            await go_on.wait()
        if post.asks:
            asked.set()
        return landed

    world.messenger.send = slowly  # type: ignore[method-assign]
    card = vera.card("VND-1")
    await world.comes_in(vera.press(card, vera._data(card, "Pass on")))
    await world.inbox.settle()
    making = asyncio.create_task(world.courier.settle())
    await begun.wait()
    async with world.lease.transaction() as store:
        below = (await store.case(1)).tickets[-1].id
    await world.comes_in(vera.press(card, Press(act=Move.RECALL, about=below).pack()))
    await world.inbox.settle()
    world.courier.nudge()
    await asked.wait()
    question = [each for each in vera.sees if each.asks][-1]
    await world.comes_in(vera.reply("Another one does it", question))
    await world.inbox.settle()
    go_on.set()
    await making
    await world.later(minutes=1)

    assert [(each.icon, each.closed) for each in topics(forum)] == [("🏁", True)]


async def test_a_topic_opened_for_an_ended_ticket_is_closed(forum: Cast) -> None:
    messenger = forum.world.messenger
    begins = messenger.topic

    def as_telegram_does(to: Place, post: Post) -> Place:
        """Open it in any case: createForumTopic knows nothing else."""
        place = begins(to, post)
        if place != to:
            messenger.topics[place] = replace(messenger.topics[place], closed=False)
        return place

    messenger.topic = as_telegram_does  # type: ignore[method-assign]
    await forum.asks()
    messenger.closed.add(SRV)
    await forum.vera.presses("Pass on")
    await forum.vera.explains("Recall", "Another one does it")
    messenger.closed.clear()
    await forum.world.later(minutes=10)

    assert [each.closed for each in topics(forum)] in ([], [True])


async def test_a_crash_while_a_topic_is_closed_leaves_it_closed(forum: Cast) -> None:
    messenger = forum.world.messenger
    await forum.asks()
    await forum.taken(2)
    await forum.sara.resolves("Done")
    retitle, hangs = messenger.retitle, asyncio.Event()

    async def silent(at: Place, topic: Topic, another: Another) -> None:
        hangs.set()
        await asyncio.Event().wait()

    messenger.retitle = silent  # type: ignore[method-assign]
    pressed = asyncio.create_task(forum.vera.presses("Accept", on="result"))
    await hangs.wait()
    pressed.cancel()
    with suppress(asyncio.CancelledError):
        await pressed
    messenger.retitle = retitle  # type: ignore[method-assign]
    await forum.world.start()
    await forum.world.courier.resume()
    await forum.world.later(minutes=1)

    assert [each.closed for each in topics(forum)] == [True]


async def test_a_late_part_of_what_was_refused_opens_no_case(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.victor.resolves("Done")
    await chain.ann.presses("Accept", on="result")
    first, late = chain.ann.album(picture("a"), picture("b"), to=chain.ann.card("VND-1"))
    await chain.world.comes_in(first)
    await chain.world.later(seconds=2)

    await chain.world.comes_in(late)
    await chain.world.later(seconds=2)

    assert not chain.vera.reads("VND-2")


async def test_a_note_under_a_later_item_of_an_album_stays_inside(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)

    await chain.sara.sends_album(picture("a"), picture("b", "/note 1 A bad payer"), to="SRV-1")

    assert not chain.vera.reads("A bad payer")


async def test_a_note_with_a_slip_under_a_picture_stays_inside(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)

    await chain.sara.replies("/nite 1 A bad payer", to="SRV-1", photo="p")

    assert not chain.vera.reads("A bad payer")


async def test_without_topics_too_the_sender_is_told_what_was_left_out(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    world.messenger.forums.add(SRV)
    await chain.asks()
    await chain.taken(2)
    world.messenger.forums.clear()
    before = len(chain.ann.inbox)

    await chain.ann.sends(**SAMPLES["contact"])

    assert len(chain.ann.inbox) > before


async def test_a_piece_that_is_quoted_is_masked_as_the_whole_is(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.taken(2)
    said = await chain.ann.writes("Write to info.shop@mail.example or call")
    assert not chain.paul.reads("mail.example")

    await chain.ann.sends(to=said, text="This one", quote={"text": "info.shop@mail", "position": 9})

    assert not chain.paul.reads("info.shop@mail")


async def test_a_late_part_of_a_kept_album_goes_where_the_album_goes(chain: Cast) -> None:
    await chain.asks()
    await chain.ann.writes("/new The window is broken")
    first, late = chain.ann.album(picture("a"), picture("b"))
    await chain.world.comes_in(first)
    await chain.world.later(seconds=2)
    await chain.world.comes_in(late)
    await chain.world.later(seconds=2)

    await chain.ann.presses("A new request", on="What is this about?")
    await chain.world.later(seconds=2)

    assert [each.photo for each in chain.vera.sees if each.photo] == ["a", "b"]


async def test_own_words_that_were_said_again_in_a_new_topic_can_be_taken_back(
    forum: Cast,
) -> None:
    await forum.asks()
    await forum.taken(2)
    await forum.sara.replies("The key is under the mat", to="SRV-1")
    forum.world.messenger.gone.add(f"{SRV}:{only(forum)}")
    await forum.ann.writes("Are you there?")
    again = [each for each in forum.paul.sees if each.by_bot and "under the mat" in each.text]
    assert again

    await forum.sara.replies("/retract", to=again[-1])

    assert not forum.vera.reads("under the mat")
    assert not forum.paul.reads("under the mat")


async def test_an_author_is_asked_for_the_way_again_in_a_new_topic(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    await forum.paul.presses("Pass on")
    await forum.sara.replies("Please hurry", to="SRV-1")
    assert any(label.startswith("To ") for each in forum.paul.sees for label in each.labels)
    forum.world.messenger.gone.add(f"{SRV}:{only(forum)}")

    await forum.ann.writes("Are you there?")

    new = [*forum.world.messenger.topics][1].partition(":")[2]
    assert any(label.startswith("To ") for each in seen(forum.paul, new) for label in each.labels)


async def test_what_waits_at_a_valve_can_be_passed_on_in_a_new_topic(world: World) -> None:
    forum = await chained(world, service='down = "hold"')
    world.messenger.forums.add(SRV)
    await forum.asks()
    await forum.taken(2)
    await forum.paul.presses("Pass on")
    await forum.leo.presses("Take")
    await forum.ann.writes("Bring a ladder")
    assert "Pass on" in forum.paul.find("Bring a ladder").labels
    for number in range(10):
        await forum.sara.replies(f"Up {number}", to=forum.paul.find("Bring a ladder"))
    world.messenger.gone.add(f"{SRV}:{only(forum)}")

    await forum.ann.writes("Are you there?")

    new = [*world.messenger.topics][1].partition(":")[2]
    assert any("Bring a ladder" in each.text for each in seen(forum.paul, new))


async def test_a_chat_that_is_behind_is_tried_again_as_soon_as_any_other(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.closed.add(SRV)
    for number in range(8):
        await chain.ann.writes(f"Fact {number}")
    await chain.world.later(minutes=5, seconds=1)  # tried in vain: the next try is in ten minutes
    chain.world.messenger.closed.clear()

    await chain.world.later(minutes=11)

    assert chain.paul.reads("Fact 7")


async def test_a_late_part_of_what_was_taken_back_stays_back(chain: Cast) -> None:
    await chain.asks()
    first, late = chain.ann.album(picture("a"), picture("b"))
    await chain.world.comes_in(first)
    await chain.world.later(seconds=2)
    await chain.ann.replies("/retract", to=next(each for each in chain.ann.sees if each.raw))
    assert chain.ann.reads("Taken back")

    await chain.world.comes_in(late)
    await chain.world.later(seconds=2)

    assert not [each.photo for each in chain.vera.sees if each.photo]


async def test_who_takes_a_message_back_takes_its_quotations_back(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    said = await chain.ann.writes("My door code is 4711")
    await chain.ann.sends(
        to=said, text="Still right", quote={"text": "code is 4711", "position": 8}
    )
    assert chain.paul.find("Still right").text.count("4711") == 1

    await chain.ann.replies("/retract", to=said)

    assert not chain.paul.reads("4711")


async def test_a_result_that_went_up_by_itself_is_taken_back_with_the_one_below(
    world: World,
) -> None:
    chain = await chained(world, vendor='result = "auto"')
    await chain.asks()
    await chain.taken(2)
    await chain.sara.resolves("Done, the key is under the mat")
    assert chain.ann.reads("under the mat")

    said = next(each for each in chain.sara.sees if each.text.endswith("under the mat"))
    await chain.sara.replies("/retract", to=said)

    assert not chain.vera.reads("under the mat")
    assert not chain.ann.reads("under the mat")


async def test_a_late_part_follows_though_the_first_one_is_of_an_unknown_kind(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    strange, first, late = chain.sara.album(
        {"a_kind_of_next_year": {}}, picture("a"), picture("b"), to="SRV-1"
    )
    await chain.world.comes_in(strange, first)
    await chain.world.later(seconds=2)

    await chain.world.comes_in(late)
    await chain.world.later(seconds=2)

    assert [each.photo for each in chain.vera.sees if each.photo] == ["a", "b"]


async def test_two_tickets_of_one_case_in_one_forum_keep_apart(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    await forum.ann.writes("It drips")
    await forum.vera.explains("Recall", "Please wait")
    await forum.vera.presses("Pass on", on=forum.vera.card("VND-1"))
    await forum.sara.presses("Take", on="SRV-2")
    await forum.ann.writes("It pours")
    first, second = (place.partition(":")[2] for place in forum.world.messenger.topics)
    before = [(each.text, each.edited) for each in seen(forum.paul, first)]
    forum.world.messenger.gone.add(f"{SRV}:{second}")

    await forum.ann.writes("Are you there?")

    third = [*forum.world.messenger.topics][2].partition(":")[2]
    assert any("It pours" in each.text for each in seen(forum.paul, third))
    assert [(each.text, each.edited) for each in seen(forum.paul, first)] == before


async def test_an_album_is_taken_back_with_its_late_part(chain: Cast) -> None:
    await chain.asks()
    first, late = chain.ann.album(picture("a"), picture("b"))
    for part in (first, late):
        await chain.world.comes_in(part)
        await chain.world.later(seconds=2)
    assert [each.photo for each in chain.vera.sees if each.photo] == ["a", "b"]

    await chain.ann.replies("/retract", to=next(each for each in chain.ann.sees if each.raw))

    assert not [each.photo for each in chain.vera.sees if each.photo]


async def test_what_was_unclear_in_a_lost_topic_needs_no_decision_any_more(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    topic = f"{SRV}:{only(forum)}"
    forum.world.messenger.after = lambda place: Unclear("reset") if place == topic else None
    await forum.ann.writes("It drips")
    await forum.world.later(seconds=3)
    forum.world.messenger.after = lambda _: None
    forum.world.messenger.gone.add(topic)
    await forum.ann.writes("It pours")
    new = [*forum.world.messenger.topics][1].partition(":")[2]
    assert any("It drips" in each.text for each in seen(forum.paul, new))

    async with forum.world.lease.transaction() as store:
        stuck = [each for each in await store.undelivered() if each.state == "unclear"]

    assert not stuck  # "again" would say it twice in the new topic
