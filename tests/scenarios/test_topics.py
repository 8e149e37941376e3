"""A chat with topics has one for each ticket: it opens, looks and ends as the ticket does."""

from __future__ import annotations

import pytest

from relay.channel import Topic
from tests.actors import Person
from tests.messenger import Shown
from tests.scenarios.conftest import CHAIN, Cast
from tests.scenarios.test_albums import picture

SRV = "-1002"


@pytest.fixture
def forum(chain: Cast) -> Cast:
    """Let the second company's chat have topics."""
    chain.world.messenger.forums.add(SRV)
    return chain


def topics(chain: Cast) -> list[Topic]:
    return [*chain.world.messenger.topics.values()]


def seen(person: Person, topic: str) -> list[Shown]:
    """Return what the bot has said in one topic."""
    return [each for each in person.sees if each.by_bot and each.topic == topic]


def only(chain: Cast) -> str:
    """Return the id of the one topic there is."""
    (place,) = chain.world.messenger.topics
    return place.partition(":")[2]


async def test_every_ticket_has_a_topic_with_its_number_and_subject(forum: Cast) -> None:
    await forum.asks()
    await forum.down(2)
    await forum.ann.writes("/new The window is broken")
    await forum.vera.presses("Pass on", on=forum.vera.find("The window is broken"))

    assert topics(forum) == [
        Topic("SRV-1 The machine leaks", "❗️", closed=False),
        Topic("SRV-2 The window is broken", "❗️", closed=False),
    ]
    first, second = (place.partition(":")[2] for place in forum.world.messenger.topics)
    assert [each.text.split()[0] for each in seen(forum.paul, first)] == ["SRV-1"]
    assert [each.text.split()[0] for each in seen(forum.paul, second)] == ["SRV-2"]


async def test_all_that_is_said_about_a_ticket_is_said_in_its_topic(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    await forum.ann.writes("It drips")
    await forum.ann.sends_album(picture("a"), picture("b"))
    await forum.sara.presses("Ask")

    said = [each for each in forum.paul.sees if each.by_bot]
    assert {each.topic for each in said} == {only(forum)}
    assert len(said) == 5


async def test_a_reply_in_a_topic_goes_up_and_plain_talk_stays(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    forum.sara.topic = only(forum)

    await forum.sara.writes("Who has the keys?")
    await forum.sara.replies("We come at noon", to="SRV-1")

    assert forum.vera.reads("We come at noon")
    assert not forum.vera.reads("keys")


async def test_say_note_and_status_need_no_number_in_a_topic(forum: Cast) -> None:
    await forum.asks()
    await forum.down(2)
    await forum.ann.writes("/new The window is broken")
    await forum.vera.presses("Pass on", on=forum.vera.find("The window is broken"))
    forum.sara.topic = [*forum.world.messenger.topics][1].partition(":")[2]

    await forum.sara.writes("/say We come")
    await forum.sara.writes("/note Bring glass")
    await forum.sara.writes("/status")

    assert forum.vera.reads("VND-2 · Cold Repair\nWe come")
    assert forum.paul.reads("Noted on SRV-2.")
    answered = seen(forum.paul, forum.sara.topic)[-1].text
    assert answered.startswith("📋 SRV-2")
    assert "Bring glass" in answered


async def test_the_icon_shows_the_state_and_the_topic_is_closed_at_the_end(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    assert topics(forum)[0].icon == "⚡️"

    await forum.sara.resolves("Done")
    assert topics(forum)[0].icon == "👀"
    await forum.vera.presses("Accept", on="result")

    assert topics(forum) == [Topic("SRV-1 The machine leaks", "✅", closed=True)]


async def test_the_topic_opens_again_when_the_ticket_does(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    await forum.sara.resolves("Done")
    await forum.vera.presses("Accept", on="result")

    await forum.vera.explains("Reopen", "It leaks again")

    assert topics(forum) == [Topic("SRV-1 The machine leaks", "‼️", closed=False)]
    assert seen(forum.paul, only(forum))[-1].text.endswith("It leaks again")


async def test_what_changes_nothing_of_a_topic_costs_nothing(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    changed: list[str] = []
    retitle = forum.world.messenger.retitle

    async def counted(at: str, *args: object) -> None:
        changed.append(at)
        await retitle(at, *args)  # type: ignore[arg-type]

    forum.world.messenger.retitle = counted  # type: ignore[method-assign, assignment]
    await forum.ann.writes("It drips")
    await forum.ann.edits("The machine leaks", "The machine leaks badly")
    assert len(changed) == 1  # its name
    await forum.sara.replies("We come", to="SRV-1")

    assert len(changed) == 1


async def test_a_hidden_client_is_not_named_by_a_topic(forum: Cast) -> None:
    await forum.world.chain(CHAIN.format(vendor='client = "hidden"', service="", local=""))

    await forum.asks("Ann Client has no heating, +49 30 1234567")
    await forum.down(2)

    assert topics(forum)[0].name == "SRV-1 ••• has no heating, •••"


# Topics that are gone


async def test_a_topic_that_was_deleted_is_made_anew_with_what_was_said_last(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    for number in range(12):
        await forum.ann.writes(f"Fact {number}")
    old = only(forum)
    forum.world.messenger.gone.add(f"{SRV}:{old}")

    await forum.ann.writes("Are you there?")

    new = [*forum.world.messenger.topics][1].partition(":")[2]
    card, *story = seen(forum.paul, new)
    assert card.text.startswith("SRV-1 · in work")
    words = "\n".join(each.text for each in story)
    assert "Fact 0" not in words
    assert all(f"Fact {number}" in words for number in range(4, 12))
    assert words.endswith("Are you there?")
    await forum.sara.replies("Yes", to="Are you there?")
    assert forum.vera.reads("Yes")


async def test_a_question_that_was_on_its_way_is_asked_in_the_new_topic(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    forum.world.messenger.gone.add(f"{SRV}:{only(forum)}")

    await forum.sara.presses("Resolve")

    new = [*forum.world.messenger.topics][1].partition(":")[2]
    assert [each.asks for each in seen(forum.paul, new)] == [False, True]
    await forum.sara.replies("Done", to=seen(forum.paul, new)[-1])
    assert forum.vera.reads("result\nDone")


async def test_a_card_that_changes_makes_a_deleted_topic_anew_too(forum: Cast) -> None:
    await forum.asks()
    await forum.down(2)
    forum.world.messenger.gone.add(f"{SRV}:{only(forum)}")

    await forum.sara.presses("Take")

    new = [*forum.world.messenger.topics][1].partition(":")[2]
    assert seen(forum.paul, new)[0].text.startswith("SRV-1 · in work")


@pytest.mark.parametrize(("hours", "anew"), [(0, False), (2, True)])
async def test_a_topic_that_is_lost_at_once_again_is_not_made_anew_for_ever(
    forum: Cast, hours: int, anew: bool
) -> None:
    await forum.asks()
    await forum.taken(2)
    forum.world.messenger.gone.add(f"{SRV}:{only(forum)}")
    await forum.ann.writes("It drips")
    forum.world.messenger.gone.update(forum.world.messenger.topics)
    await forum.world.later(hours=hours)

    await forum.ann.writes("It pours")

    assert len(topics(forum)) == (3 if anew else 2)
    if not anew:
        card, *story, told = (each.text for each in seen(forum.paul, ""))
        assert told.startswith("I cannot use topics here")
        assert card.startswith("SRV-1 · in work")
        assert [each.splitlines()[-1] for each in story] == ["It drips", "It pours"]


# Topics that are switched off and on


async def test_without_topics_all_goes_on_in_the_chat_itself(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    forum.world.messenger.forums.clear()

    await forum.ann.writes("It drips")
    await forum.ann.writes("It pours")

    assert forum.paul.reads("It drips")
    assert forum.paul.reads("It pours")
    told = [text for text in forum.paul.inbox if text.startswith("I cannot use topics here")]
    assert len(told) == 1


async def test_a_ticket_that_was_there_before_topics_stays_where_it_is(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.forums.add(SRV)

    await chain.ann.writes("It drips")

    assert not topics(chain)
    assert chain.paul.reads("It drips")


async def test_a_group_that_becomes_a_forum_gets_topics_for_its_open_tickets(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.moved[SRV] = "-1009"
    chain.world.messenger.forums.add("-1009")

    await chain.ann.writes("It drips")

    assert [each.name for each in topics(chain)] == ["SRV-1 The machine leaks"]


async def test_a_topic_whose_opening_was_not_answered_is_found_by_its_name(forum: Cast) -> None:
    await forum.asks()
    await forum.down(2)
    place = f"{SRV}:{only(forum)}"
    surplus = Topic("SRV-1 The machine leaks", "❗️", closed=False)
    forum.world.messenger.topics[f"{SRV}:900"] = surplus

    await forum.world.happens(opened(900, surplus.name))

    assert forum.world.messenger.topics[f"{SRV}:900"].closed
    assert not forum.world.messenger.topics[place].closed


def opened(thread: int, name: str) -> dict[str, object]:
    """Return the update of a topic that the bot has opened."""
    return {
        "message": {
            "message_id": thread,
            "message_thread_id": thread,
            "is_topic_message": True,
            "date": 0,
            "chat": {"id": int(SRV), "type": "supergroup", "title": "SRV", "is_forum": True},
            "from": {"id": 42, "is_bot": True, "first_name": "Baton"},
            "forum_topic_created": {"name": name, "icon_color": 1},
        }
    }


async def test_a_reply_to_an_answer_of_the_bot_goes_nowhere_in_a_topic_either(forum: Cast) -> None:
    await forum.asks()
    await forum.taken(2)
    forum.sara.topic = only(forum)
    await forum.sara.writes("/note A difficult client")

    await forum.sara.replies("Indeed, a difficult one", to="Noted on SRV-1.")

    assert not forum.vera.reads("difficult")
    assert forum.paul.inbox[-1].startswith("I do not know what this replies to")


async def test_a_topic_that_was_one_too_many_and_is_gone_costs_the_ticket_nothing(
    forum: Cast,
) -> None:
    await forum.asks()
    await forum.taken(2)
    forum.world.messenger.gone.add(f"{SRV}:900")

    await forum.world.happens(opened(900, "SRV-1 The machine leaks"))
    await forum.ann.writes("It drips")

    assert len(topics(forum)) == 1
    assert seen(forum.paul, only(forum))[-1].text.endswith("It drips")
