"""What travels where: every line of DESIGN's section on it, as people see it."""

from __future__ import annotations

from typing import Any

import pytest

from relay.channel import Reason as Why
from relay.channel import Refused
from tests.actors import World
from tests.scenarios.conftest import Cast, chained


async def test_plain_talk_stays_in_its_chat(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    before = len(chain.vera.inbox), len(chain.ann.inbox)

    await chain.sara.writes("Who has the van keys?")

    assert (len(chain.vera.inbox), len(chain.ann.inbox)) == before


async def test_a_reply_to_something_from_above_goes_up(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.ann.writes("It drips, too")

    await chain.sara.replies("Where exactly?", to="It drips, too")

    assert chain.vera.reads("VND-1 · Cold Repair\nWhere exactly?")


async def test_a_reply_to_something_from_below_goes_down(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(3)
    await chain.leo.replies("No water here", to="LOC-1")
    assert chain.vera.reads("VND-1 · level 3\nNo water here")

    await chain.victor.replies("Open the main valve", to="No water here")

    assert chain.paul.reads("SRV-1 · Iceberg\nOpen the main valve")
    assert chain.lucy.reads("LOC-1 · level 1\nOpen the main valve")
    assert not chain.ann.reads("Open the main valve")


async def test_a_reply_to_the_card_goes_up_where_nobody_is_below(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)

    await chain.sara.replies("We come at noon", to="SRV-1")

    assert chain.vera.reads("VND-1 · Cold Repair\nWe come at noon")


@pytest.mark.parametrize(
    ("button", "above", "below"),
    [("⬆️ To the client", True, False), ("⬇️ To SRV-1", False, True), ("↕️ To both", True, True)],
)
async def test_a_reply_to_the_card_with_somebody_below_asks_which_way(
    chain: Cast, button: str, above: bool, below: bool
) -> None:
    await chain.asks()
    await chain.taken(2)

    await chain.victor.replies("Please be patient", to=chain.victor.card("VND-1"))
    assert chain.vera.reads("VND-1 · Who is to get this?")
    assert not chain.ann.reads("Please be patient")
    assert await chain.victor.presses(button.split(" ", 1)[1]) == "It is on its way."

    assert chain.ann.reads("Please be patient") is above
    assert chain.paul.reads("Please be patient") is below


async def test_what_came_from_below_waits_at_the_first_party(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)

    await chain.sara.replies("Spare part is ordered", to="SRV-1")
    assert not chain.ann.reads("Spare part is ordered")
    waiting = chain.vera.find("Spare part is ordered")
    assert waiting.labels == ["Pass on"]
    await chain.victor.presses("Pass on", on=waiting)

    assert chain.ann.reads("VND-1 · Iceberg\nSpare part is ordered")
    assert waiting.labels == []


async def test_the_first_partys_own_words_go_straight_to_the_client(chain: Cast) -> None:
    await chain.asks()

    await chain.victor.replies("We are on it", to="VND-1")

    assert chain.ann.reads("VND-1 · Iceberg\nWe are on it")


async def test_what_is_passed_on_goes_once(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.replies("Ordered", to="SRV-1")
    waiting = chain.vera.find("Ordered")
    button = waiting.button("Pass on")
    await chain.victor.presses("Pass on", on=waiting)
    waiting.buttons = [button]

    toast = await chain.victor.presses("Pass on", on=waiting)

    assert toast == "That is done already."
    assert sum("Ordered" in text for text in chain.ann.inbox) == 1


@pytest.mark.parametrize("valve", ["auto", "hold"])
async def test_what_comes_from_above_goes_on_by_the_valve_down(world: World, valve: str) -> None:
    chain = await chained(world, service=f'down = "{valve}"')
    await chain.asks()
    await chain.taken(3)

    await chain.ann.writes("Use the back door")

    assert chain.paul.reads("Use the back door")
    assert chain.lucy.reads("Use the back door") is (valve == "auto")
    if valve == "hold":
        await chain.paul.presses("Pass on", on="Use the back door")
        assert chain.lucy.reads("LOC-1 · the client\nUse the back door") or chain.lucy.reads(
            "LOC-1 · Ann Client\nUse the back door"
        )


@pytest.mark.parametrize("valve", ["auto", "hold"])
async def test_what_comes_from_below_goes_on_by_the_valve_up(world: World, valve: str) -> None:
    chain = await chained(world, vendor=f'up = "{valve}"')
    await chain.asks()
    await chain.taken(3)

    await chain.leo.replies("It is the pump", to="LOC-1")

    assert chain.paul.reads("SRV-1 · Main Street\nIt is the pump")
    assert chain.vera.reads("It is the pump") is (valve == "auto")


@pytest.mark.parametrize("shared", ["true", "false"])
async def test_replies_upward_are_shown_below_only_where_they_are_shared(
    world: World, shared: str
) -> None:
    chain = await chained(world, service=f"share_replies = {shared}")
    await chain.asks()
    await chain.taken(3)
    await chain.ann.writes("When?")

    await chain.sara.replies("Tomorrow", to="When?")

    assert chain.vera.reads("Tomorrow")
    assert chain.lucy.reads("Tomorrow") is (shared == "true")


async def test_authors_are_named_by_how_near_they_are(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(4)

    await chain.egor.replies("Seal is worn", to="ENG-1")

    assert chain.lucy.reads("LOC-1 · Crew\nSeal is worn")
    assert chain.paul.reads("SRV-1 · level 4\nSeal is worn")
    assert chain.vera.reads("VND-1 · level 4\nSeal is worn")


async def test_neighbours_are_told_the_persons_name_where_the_link_says_so(world: World) -> None:
    chain = await chained(world, vendor="names = true")
    await chain.asks()
    await chain.taken(2)

    await chain.sara.replies("Seal is worn", to="SRV-1")

    assert chain.vera.reads("VND-1 · Sara, Cold Repair\nSeal is worn")


@pytest.mark.parametrize(
    ("sees", "on_card", "request_reads"),
    [
        ("full", "Client: Ann Client (@ann_c)", "Call +49 30 1234567, Ann Client"),
        ("name", "Client: Ann Client", "Call •••, Ann Client"),
        ("hidden", "Client: •••", "Call •••, •••"),
    ],
)
async def test_a_lower_knows_of_the_client_what_the_link_tells(
    world: World, sees: str, on_card: str, request_reads: str
) -> None:
    chain = await chained(world, vendor=f'client = "{sees}"')
    await chain.ann.writes("Call +49 30 1234567, Ann Client")

    await chain.down(2)

    card = chain.paul.card("SRV-1").text
    assert on_card in card.splitlines()
    assert request_reads in card


async def test_the_client_is_shown_once_the_ticket_is_taken_where_the_link_says_so(
    chain: Cast,
) -> None:
    await chain.ann.writes("Call +49 30 1234567")
    await chain.down(2)
    assert "+49" not in chain.paul.everything

    await chain.sara.presses("Take")

    assert "Call +49 30 1234567" in chain.paul.card("SRV-1").text
    assert "Client: Ann Client (@ann_c)" in chain.paul.card("SRV-1").text


async def test_a_note_is_seen_in_its_own_chat_alone(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(3)

    await chain.sara.replies("/note Bring the long ladder", to="SRV-1")

    await chain.sara.writes("/status SRV-1")
    assert "Bring the long ladder" in chain.sara.inbox[-1]
    for other, number in ((chain.vera, "VND-1"), (chain.lucy, "LOC-1")):
        await other.writes(f"/status {number}")
        assert "ladder" not in other.everything
    assert "ladder" not in chain.ann.everything


async def test_an_edited_note_changes_where_it_stands(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.writes("/note VND-1 Bring the ladder")

    await chain.victor.edits("/note VND-1 Bring the ladder", "/note VND-1 Bring the rope")

    await chain.victor.writes("/status 1")
    assert "Bring the rope" in chain.vera.inbox[-1]
    assert "ladder" not in chain.vera.inbox[-1]


async def test_say_with_a_number_is_as_good_as_a_reply(chain: Cast) -> None:
    await chain.asks()

    await chain.victor.writes("/say VND-1 On our way")

    assert chain.ann.reads("VND-1 · Iceberg\nOn our way")


async def test_an_edit_reaches_every_copy(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(3)
    await chain.leo.replies("It is the pimp", to="LOC-1")

    await chain.leo.edits("It is the pimp", "It is the pump")

    for reader in (chain.paul, chain.vera):
        assert reader.reads("It is the pump")
        assert not reader.reads("pimp")


async def test_an_edited_request_changes_every_card(chain: Cast) -> None:
    await chain.ann.writes("The machin leaks")
    await chain.taken(2)

    await chain.ann.edits("The machin leaks", "The machine leaks badly")

    assert "The machine leaks badly" in chain.vera.card("VND-1").text
    assert "The machine leaks badly" in chain.paul.card("SRV-1").text


async def test_an_edit_that_changes_nothing_costs_nothing(chain: Cast) -> None:
    await chain.asks()
    await chain.ann.writes("Hello?")
    sends = chain.world.messenger.sends

    await chain.ann.edits("Hello?", "Hello?")

    assert chain.world.messenger.sends == sends
    assert not chain.vera.find("Hello?").edited


async def test_an_edit_never_runs_a_command(chain: Cast) -> None:
    await chain.asks()
    await chain.ann.writes("Hello?")

    await chain.ann.edits("Hello?", "/cancel")

    assert "Received" in chain.ann.card("VND-1").text


async def test_an_edit_overtakes_the_copy_that_still_waits(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.closed.add(chain.vera.place)
    await chain.ann.writes("Come at one")
    await chain.ann.edits("Come at one", "Come at two")

    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=6)

    assert [text for text in chain.vera.inbox if "Come at" in text] == [
        "VND-1 · Ann Client\nCome at two"
    ]
    assert not chain.vera.find("Come at two").edited


async def test_what_is_corrected_while_it_waits_keeps_its_place(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.closed.add(chain.vera.place)
    await chain.ann.writes("The door is open")
    await chain.ann.writes("Come at one")
    await chain.ann.edits("Come at one", "Come at two")

    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=6)

    said = "\n".join(chain.vera.inbox)
    assert said.index("The door is open") < said.index("Come at two")


async def test_after_the_end_a_reply_is_answered_with_how_to_reopen(chain: Cast) -> None:
    await chain.asks()
    await chain.victor.presses("Take")
    await chain.victor.resolves("Fixed")
    await chain.ann.presses("Accept")

    await chain.ann.replies("It leaks again", to="Fixed")

    assert "Press Reopen on its card" in chain.ann.inbox[-1]


async def test_the_sender_sees_at_first_that_it_takes_time_and_then_that_it_arrived(
    chain: Cast,
) -> None:
    await chain.asks()
    chain.world.messenger.closed.add(chain.vera.place)

    said = await chain.ann.writes("Hello?")
    assert said.reaction is None
    await chain.world.later(seconds=4)
    assert said.reaction == "queued"
    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=6)

    assert said.reaction == "delivered"


async def test_who_cannot_be_reached_is_told_to_the_neighbours_and_nothing_is_lost(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.closed.add(chain.paul.place)
    await chain.ann.writes("Still there?")
    assert chain.vera.reads("SRV-1 (Cold Repair) cannot be reached: the bot is blocked there.")

    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=6)

    assert chain.paul.reads("Still there?")
    assert chain.vera.reads("can be reached again")


async def test_what_is_refused_is_told_to_its_author(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.before = lambda place: (
        Refused(Why.FILE) if place == chain.vera.place else None
    )

    said = await chain.ann.writes("See this", photo="broken")

    told = chain.ann.find("This message was not delivered: the file could not be passed on.")
    assert told.reply_to == said.ref


async def test_a_photo_passes_with_its_words(chain: Cast) -> None:
    await chain.ann.writes("It looks like this", photo="leak.jpg")

    shown = chain.vera.find("It looks like this")
    assert chain.vera.find("VND-1 · Ann Client\nIt looks like this").photo == "leak.jpg"
    assert shown.photo == "leak.jpg"


async def test_a_long_request_follows_its_card(chain: Cast) -> None:
    words = "It leaks and leaks. " * 150

    await chain.ann.writes(words)

    assert len(chain.vera.inbox) == 2
    assert words.strip() in chain.vera.inbox[1]


async def test_replies_keep_their_thread(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.ann.writes("When do you come?")

    await chain.sara.replies("At noon", to="When do you come?")

    assert chain.vera.find("At noon").reply_to == chain.vera.find("When do you come?").ref


async def test_a_message_is_relayed_once_even_if_its_update_comes_twice(chain: Cast) -> None:
    await chain.asks()
    await chain.ann.writes("Hello?")

    chain.world.updates -= 1
    await chain.ann.writes("Hello?")

    assert sum("Hello?" in text for text in chain.vera.inbox) == 1


async def test_what_the_client_added_before_the_handover_goes_along(chain: Cast) -> None:
    await chain.asks()
    await chain.ann.writes("The serial number is 777", photo="plate.jpg")

    for lead in (chain.vera, chain.paul):
        await lead.presses("Pass on")
        await lead.presses("The one message")

    for person in (chain.paul, chain.lucy):
        assert person.find("The serial number is 777").photo == "plate.jpg"


async def test_a_photo_from_before_the_ticket_was_taken_is_shown_in_full_afterwards(
    chain: Cast,
) -> None:
    await chain.ann.writes("Call +49 30 1234567", photo="leak.jpg")
    await chain.down(2)
    assert chain.paul.find("SRV-1 · ").text.endswith("Call •••")

    await chain.sara.presses("Take")

    assert chain.paul.reads("Call +49 30 1234567")
    assert "•••" not in chain.paul.everything


async def test_an_offer_that_is_taken_back_unread_tells_nothing_of_the_client(
    chain: Cast,
) -> None:
    await chain.ann.writes("Call +49 30 1234567")
    await chain.down(2)

    await chain.vera.explains("Recall", "Found somebody nearer")

    assert "taken back" in chain.paul.card("SRV-1").text
    assert "Ann" not in chain.paul.everything
    assert "+49" not in chain.paul.everything


async def test_a_reply_to_an_answer_of_the_bot_stays_in_the_chat(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.writes("/status 1")

    await chain.sara.replies("They are slow", to=chain.sara.find("📋 SRV-1"))

    assert not chain.vera.reads("They are slow")


async def test_a_reply_to_somebody_whose_ticket_has_ended_says_so(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.replies("Which part?", to="SRV-1")
    await chain.vera.explains("Recall", "Enough")

    await chain.vera.replies("The upper one", to="Which part?")

    assert chain.vera.inbox[-1].startswith("SRV-1 has ended, so this was not passed on.")


async def test_what_never_left_before_a_recall_does_not_leave_by_an_edit(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.closed.add(chain.paul.place)
    await chain.ann.writes("Come at one")
    await chain.vera.explains("Recall", "Enough")
    await chain.ann.edits("Come at one", "Come at two")

    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=6)

    assert not chain.paul.reads("Come at")


# Replies and quotations


async def test_a_quotation_goes_along_to_who_has_what_it_is_from(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.ann.writes("It drips below, and it smells")

    await chain.sara.sends(to="It drips below", text="Of what?", **quoting("it smells"))

    assert chain.vera.find("Of what?").text == "VND-1 · Cold Repair\nit smells\nOf what?"
    assert ("blockquote", 20, 29) in [mark[:3] for mark in chain.vera.find("Of what?").marks]


async def test_a_header_is_not_quoted_to_others(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.replies("We come at noon", to="SRV-1")
    await chain.victor.presses("Pass on", on="We come at noon")

    await chain.victor.sends(
        to="We come at noon", text="Is that all?", **quoting("VND-1 · Cold Repair\nWe come at noon")
    )
    await chain.ann.replies("Fine", to="We come at noon")

    assert chain.paul.find("Is that all?").text == "SRV-1 · Iceberg\nWe come at noon\nIs that all?"
    assert "VND-1" not in chain.paul.find("Is that all?").text


async def test_what_is_quoted_from_a_hidden_client_is_masked(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.taken(2)
    await chain.ann.writes("Ask for Ann Client at the door")

    await chain.ann.sends(
        to="Ask for Ann Client", text="Please do", **quoting("Ann Client at the door")
    )

    assert chain.paul.find("Please do").text == "SRV-1 · the client\n••• at the door\nPlease do"


async def test_who_is_mentioned_in_a_quotation_is_masked_as_in_what_it_is_from(
    world: World,
) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.taken(2)
    user = {"id": 7, "is_bot": False, "first_name": "Olga"}
    mention = {"type": "text_mention", "offset": 4, "length": 9, "user": user}
    said = {"text": "Ask dear Olga, she is there", "entities": [mention]}
    target = chain.world.messenger.show("101", "", by_bot=False, raw=said)
    await chain.world.happens(chain.ann.says(target))

    await chain.ann.sends(to=target, text="Please do", **quoting("dear Olga, she"))

    assert chain.vera.find("Please do").text == "VND-1 · Ann Client\ndear Olga, she\nPlease do"
    assert chain.paul.find("Please do").text == "SRV-1 · the client\n•••, she\nPlease do"


@pytest.mark.parametrize(
    ("piece", "quoted"),
    [("me: +7 999", "me: •••"), ("67 or", "••• or"), ("l.example, ple", "•••, please")],
)
async def test_a_quotation_of_half_a_number_tells_nothing(
    world: World, piece: str, quoted: str
) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.taken(2)
    said = "Call me: +7 999 123-45-67 or ann@mail.example, please"
    target = await chain.ann.writes(said)

    await chain.ann.sends(to=target, text="Did you?", **quoting(piece))

    assert chain.paul.find("Did you?").text == f"SRV-1 · the client\n{quoted}\nDid you?"


async def test_a_quotation_from_another_chat_goes_nowhere(chain: Cast) -> None:
    await chain.asks()
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": "Somebody"}

    await chain.ann.sends(
        text="Look at this", external_reply={"origin": origin}, **quoting("a secret elsewhere")
    )

    assert chain.vera.reads("Look at this")
    assert not chain.vera.reads("a secret elsewhere")


async def test_a_reply_across_topics_of_one_chat_is_a_reply(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    card = chain.paul.card("SRV-1")
    ours = {"id": 42, "is_bot": True, "first_name": "Baton"}
    outside = {
        "origin": {"type": "user", "date": 0, "sender_user": ours},
        "chat": {"id": -1002, "type": "supergroup", "title": "SRV"},
        "message_id": int(card.ref),
    }

    await chain.sara.sends(text="We come", external_reply=outside)

    assert chain.vera.reads("VND-1 · Cold Repair\nWe come")


async def test_a_reply_to_a_message_of_another_chat_gets_a_hint(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    ours = {"id": 42, "is_bot": True, "first_name": "Baton"}
    outside = {
        "origin": {"type": "user", "date": 0, "sender_user": ours},
        "chat": {"id": -1001, "type": "supergroup", "title": "VND"},
        "message_id": int(chain.vera.card("VND-1").ref),
    }

    await chain.sara.sends(text="We come", external_reply=outside)

    assert not chain.vera.reads("We come")
    assert chain.paul.inbox[-1].startswith("This replies to a message of another chat")


def quoting(piece: str) -> dict[str, Any]:
    """Return how a message quotes a piece of what it replies to."""
    return {"quote": {"text": piece, "position": 0, "is_manual": True}}
