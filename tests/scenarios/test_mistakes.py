"""What people get wrong: a clear sentence each, nothing lost, nothing half applied."""

from __future__ import annotations

import pytest

from handlers.forms import Press
from relay.moves import Move
from tests.actors import Person
from tests.scenarios.conftest import Cast


async def test_a_group_that_is_nobodys_is_told_what_it_can_do(chain: Cast) -> None:
    zoe = Person(chain.world, 301, "Zoe", -3000, title="Book club")

    await zoe.writes("/help me")
    assert zoe.inbox[-1].startswith("Write /new and what happened")
    await zoe.writes("/start")

    assert zoe.inbox[-1].startswith("This chat is no partner's yet.")


async def test_the_id_of_a_chat_is_said_anywhere(chain: Cast) -> None:
    zoe = Person(chain.world, 301, "Zoe", -3000, title="Book club")

    await zoe.writes("/id")
    await chain.ann.writes("/id")

    assert zoe.inbox == ["The id of this chat is -3000."]
    assert chain.ann.inbox == ["The id of this chat is 101."]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/note", "Please write the words after /note"),
        ("/note 1", "Please write the words after /note"),
        ("/say 1", "Please write the words after /say"),
        ("/note 77 words", "There is no ticket 77 here."),
        ("/status nonsense", "There is no ticket nonsense here."),
        ("/status 99999999999999999999999", "There is no ticket 99999999999999999999999 here."),
        ("/frobnicate", "I do not know this command."),
        ("/cancel", "This is for clients."),
    ],
)
async def test_a_command_with_nonsense_is_answered_with_what_to_do(
    chain: Cast, text: str, answer: str
) -> None:
    await chain.asks()

    await chain.victor.writes(text)

    assert chain.vera.inbox[-1].startswith(answer)


async def test_new_without_words_asks_for_them(chain: Cast) -> None:
    await chain.ann.writes("/new")

    assert chain.ann.inbox == ["Please write what happened after /new, in the same message."]


async def test_a_reply_to_something_unknown_gets_a_hint(chain: Cast) -> None:
    await chain.asks()
    stray = chain.world.messenger.show(chain.vera.place, "An old hello", by_bot=True)

    await chain.victor.replies("What was this?", to=stray)

    assert chain.vera.inbox[-1].startswith("I do not know what this replies to")


async def test_a_press_on_a_card_that_moved_on_says_what_is_now(chain: Cast) -> None:
    await chain.asks()
    await chain.vera.presses("Take")

    await chain.victor.presses_data(
        chain.vera.card("VND-1"), Press(act=Move.DECLINE, about=1).pack()
    )

    assert chain.world.messenger.toasts[-1] == "Vera was first: VND-1 is in work already."


async def test_nobody_is_told_to_have_been_ahead_of_themselves(chain: Cast) -> None:
    await chain.asks()
    await chain.vera.presses("Take")

    await chain.vera.presses_data(chain.vera.card("VND-1"), Press(act=Move.DECLINE, about=1).pack())

    said = "VND-1 is in work, so that cannot be done now."
    assert chain.world.messenger.toasts[-1] == said


@pytest.mark.parametrize(
    "data", ["b:take:999:", "b:take:2:", "b:take:-1:", "b:rate:2:9", "b:go:1:7"]
)
async def test_forged_buttons_tell_nothing(chain: Cast, data: str) -> None:
    await chain.asks()
    await chain.taken(2)
    eve = chain.eve
    somewhere = chain.world.messenger.show(eve.place, "x", by_bot=True)

    await eve.presses_data(somewhere, data)

    assert chain.world.messenger.toasts[-1].startswith("There is no such ticket here.")


@pytest.mark.parametrize("data", ["", "nonsense", "b:frob:1:", "b:take", "b:take:x:", "r:1"])
async def test_data_that_is_nobodys_is_answered(chain: Cast, data: str) -> None:
    await chain.asks()

    await chain.victor.presses_data(chain.vera.card("VND-1"), data)

    assert chain.world.messenger.toasts[-1] == "This button does nothing here any more."


async def test_only_five_stars_can_be_given_and_only_once(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.victor.resolves("Fixed")
    await chain.ann.presses("Accept")
    prompt = chain.ann.find("How did we do?")
    buttons = list(prompt.buttons)

    await chain.ann.presses_data(prompt, "b:rate:1:9")
    assert "rated" not in chain.vera.everything
    await chain.ann.presses("5 ★", on=prompt)
    prompt.buttons = buttons

    assert await chain.ann.presses("1 ★", on=prompt) == "VND-1 is rated already. Thank you."


async def test_a_low_rating_asks_why_and_the_reason_arrives(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.resolves("Fixed")
    await chain.vera.presses("Accept")

    await chain.vera.presses("2 ★")
    await chain.vera.replies("Took three visits", to="What went wrong?")

    assert chain.sara.reads("SRV-1 · Your work was rated 2 of 5.")
    assert chain.sara.reads("SRV-1 · Why SRV-1 was rated so:\nTook three visits")


async def test_a_kind_that_nobody_knows_yet_is_said_and_not_lost_in_silence(
    chain: Cast,
) -> None:
    await chain.asks()

    await chain.ann.sends(a_kind_of_next_year={"id": 1})

    assert chain.ann.inbox[-1].startswith("I do not know this kind of message")


async def test_what_people_write_is_never_markup(chain: Cast) -> None:
    words = "<b>bold</b> *stars* [link](https://x.y) {place} &amp; 𝕌𝕟𝕚 👩‍👩‍👧 =1+1"

    await chain.ann.writes(words)
    await chain.taken(2)
    await chain.ann.writes(words)

    assert words in chain.paul.card("SRV-1").text
    assert chain.vera.reads(f"VND-1 · Ann Client\n{words}")


async def test_an_update_that_cannot_be_read_is_set_aside_and_the_next_one_is_handled(
    chain: Cast,
) -> None:
    await chain.world.comes_in({"message": {"message_id": "x", "chat": {"id": 101}}})
    await chain.world.comes_in({"something_new": {"id": 1}})

    await chain.asks("The machine leaks")

    assert "The machine leaks" in chain.vera.card("VND-1").text


async def test_bots_and_service_messages_start_nothing(chain: Cast) -> None:
    shown = chain.world.messenger.show("101", "Buy now", by_bot=False)
    spam = chain.ann._message(shown)
    spam["from"]["is_bot"] = True
    service = chain.ann._message(shown)
    del service["text"]
    service["pinned_message"] = chain.ann._message(shown)

    await chain.world.happens({"message": spam})
    await chain.world.happens({"message": service})

    assert chain.vera.inbox == []
    assert chain.ann.inbox == []


async def test_an_anonymous_administrator_is_the_company_itself(chain: Cast) -> None:
    await chain.asks()
    nobody = Person(chain.world, 1087968824, "Group", -1001, title="VND")

    await nobody.presses("Pass on")

    assert chain.paul.card("SRV-1")
