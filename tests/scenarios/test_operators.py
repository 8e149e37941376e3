"""What operators see and decide: nothing stuck stays unseen, and nobody else can see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.forms import Press
from relay.channel import Act, Reaction, Refused, Retry, Unclear, Undelivered
from relay.channel import Reason as Why
from relay.health import Sort
from relay.lease import LASTS
from relay.room import Room
from relay.store import MOST
from relay.tables import Decision, Delivery, Doing, Kind, Line, Progress
from tests.actors import BOT, Person
from tests.messenger import Shown
from tests.scenarios.conftest import Cast

WELL = "✅ All is well: nothing is stuck, nothing waits."
DONE = "That is done already."


@pytest.fixture
async def olga(chain: Cast) -> Person:
    """Return an operator who has opened the bot."""
    olga = Person(chain.world, 900, "Olga", 900)
    chain.world.operators.add(olga.place)
    await olga.writes("/start")
    return olga


def once(place: str, *errors: Undelivered) -> Callable[[str], Undelivered | None]:
    """Return what makes the next calls to a chat fail, each with the next of *errors*."""
    left: Iterable[Undelivered] = iter(errors)
    return lambda to: next(iter(left), None) if to == place else None


async def unclear(chain: Cast, words: str = "First") -> None:
    """Let Ann say something of which nobody knows whether the first company has it."""
    chain.world.messenger.after = once(chain.vera.place, Unclear(), Unclear())
    await chain.ann.writes(words)
    await chain.world.later(seconds=3)


async def failed(chain: Cast, words: str = "First") -> None:
    """Let Ann say something that the messenger does not take."""
    chain.world.messenger.before = once(chain.vera.place, Refused(Why.NOT_ACCEPTED))
    await chain.ann.writes(words)


async def aside(chain: Cast, chat: dict[str, Any]) -> None:
    """Let a message come that does not parse."""
    await chain.world.happens({"message": {"message_id": "?", "date": 0, "chat": chat}})


async def records(chain: Cast, table: Any) -> list[Any]:
    async with chain.world.database.transaction(BOT) as store:
        found = await store._session.scalars(select(table).order_by(table.id))
        return list(found.all())


async def stands(chain: Cast, cause: str) -> list[Progress]:
    return [each.state for each in await records(chain, Delivery) if each.cause.startswith(cause)]


async def renewed(whose: Cast | Person) -> None:
    """Let the bot's lease be kept, as a running process does."""
    async with whose.world.database.transaction(BOT) as store:
        assert await store.renew_lease(whose.world.lease.epoch, LASTS)


async def looks(olga: Person) -> Shown:
    """Return the list of what needs a look, of a bot that has kept its lease."""
    await renewed(olga)
    await olga.writes("/health")
    return olga.sees[-1]


async def opens(olga: Person, number: str = "1") -> Shown:
    shown = await looks(olga)
    await olga.presses(number, on=shown)
    return shown


async def watched(chain: Cast) -> None:
    """Let the watch look, and its alarms be told."""
    await chain.world.watch.look()
    await chain.world.later(seconds=6)


def alarms(olga: Person) -> list[str]:
    return [text for text in olga.inbox if text.startswith("⚠️")]


# Who may look


async def test_an_operator_reads_that_all_is_well(olga: Person) -> None:
    assert (await looks(olga)).text == WELL


async def test_for_everybody_else_there_is_no_such_command(chain: Cast, olga: Person) -> None:
    await unclear(chain)

    for person in (chain.ann, chain.vera):
        await person.writes("/health")
        known = person.inbox[-1]
        await person.writes("/nonsense")
        assert person.inbox[-1] == known == "I do not know this command. /help lists what I can do."


async def test_in_a_group_not_even_an_operator_finds_it(chain: Cast, olga: Person) -> None:
    here = Person(chain.world, olga.id, "Olga", -1001, title="VND")

    await here.writes("/health")

    assert here.inbox[-1] == "I do not know this command. /help lists what I can do."


@pytest.mark.parametrize("act", [Act.HEALTH, Act.STUCK, Act.AGAIN, Act.ARRIVED, Act.SKIP])
async def test_a_press_that_somebody_else_forges_does_and_tells_nothing(
    chain: Cast, olga: Person, act: Act
) -> None:
    await unclear(chain)
    line = next(each for each in await records(chain, Delivery) if each.state is Progress.UNCLEAR)
    before = chain.ann.everything

    shown = next(each for each in chain.ann.sees if each.by_bot)
    data = Press(act=act, about=line.id, choice=Sort.UNDELIVERED).pack()
    await chain.ann.presses_data(shown, data)

    assert chain.world.messenger.toasts[-1] == "This button does nothing here any more."
    assert chain.ann.everything == before
    assert await stands(chain, line.cause) == [Progress.UNCLEAR]
    assert await records(chain, Decision) == []


async def test_who_is_no_operator_any_more_decides_nothing(chain: Cast, olga: Person) -> None:
    await unclear(chain)
    shown = await opens(olga)
    chain.world.operators.clear()

    assert await olga.presses("Skip", on=shown) == "This button does nothing here any more."

    assert await records(chain, Decision) == []


# What they see


async def test_the_list_names_chat_ticket_and_reason_but_not_what_was_said(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await chain.down(2)
    await unclear(chain, "Secret words")
    chain.world.messenger.before = once(chain.paul.place, Refused(Why.FILE))
    await chain.ann.writes("More secrets")

    shown = await looks(olga)

    assert shown.text == (
        "Needs a look: 2, page 1 of 1\n"
        "May have arrived, or not: 1\n"
        "Not delivered: 1\n\n"
        "1. Iceberg · VND-1\n"
        "A message, 09:00 – may have arrived, or not: the connection broke.\n\n"
        "2. Cold Repair · SRV-1\n"
        "A message, 09:00 – not delivered: the file could not be passed on. Please send it "
        "again."
    )
    assert shown.labels == ["1", "2"]
    assert "ecret" not in olga.everything
    assert "Ann" not in olga.everything


async def test_a_long_list_comes_in_pages(chain: Cast, olga: Person) -> None:
    await chain.asks()
    for number in range(7):
        await failed(chain, f"Number {number}")

    shown = await looks(olga)
    assert "page 1 of 2" in shown.text
    assert shown.labels == ["1", "2", "3", "4", "5", "▶️"]
    await olga.presses("▶️", on=shown)
    assert "page 2 of 2" in shown.text
    assert shown.labels == ["6", "7", "◀️"]
    await olga.presses("7", on=shown)
    await olga.presses("Back to the list", on=shown)

    assert "page 1 of 2" in shown.text


async def test_what_is_newest_is_listed_however_much_has_failed_before(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await unclear(chain)
    usual: dict[str, Any] = {"bot": BOT, "lane": "-1002", "place": "-1002", "kind": Kind.NOTICE}
    usual |= {"doing": Doing.NOTICE, "payload": {}, "state": Progress.FAILED, "reason": "file"}
    usual |= {"queued_at": chain.world.now, "due_at": chain.world.now}
    async with chain.world.database.transaction(BOT) as store:
        await store.add(*(Delivery(**usual, cause=f"test:{number}") for number in range(MOST)))
    await failed(chain)

    shown = await looks(olga)

    assert "1. Iceberg · VND-1\nA message, 09:00 – may have arrived" in shown.text
    assert "2. Iceberg · VND-1\nA message, 09:00 – not delivered" in shown.text
    assert "There may be more: at most 200 of a sort are listed." in shown.text


async def test_a_chat_that_waits_longer_than_a_minute_is_listed_with_the_reason(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(minutes=10)))
    await chain.ann.writes("First")
    await chain.ann.writes("Second")

    await chain.world.later(seconds=50)
    assert (await looks(olga)).text == WELL
    await chain.world.later(seconds=20)

    shown = await opens(olga)
    assert shown.text.startswith(
        "Iceberg · VND-1\n"
        "Waiting: 2, the first since 09:00. The messenger wants a pause until 09:10.\n"
    )
    assert shown.labels == ["Back to the list"]


async def test_a_held_chat_is_listed_with_what_waits_for_it(chain: Cast, olga: Person) -> None:
    await chain.asks()
    chain.world.messenger.closed.add(chain.vera.place)
    await chain.ann.writes("First")

    shown = await opens(olga)

    assert shown.text.startswith(
        "Iceberg · VND-1\n"
        "It cannot be reached since 09:00: the bot is blocked there. Please ask them to unblock "
        "it.\nWaiting: 1.\nI try it again at 09:05."
    )


async def test_a_clients_chat_is_named_by_tickets_alone(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await chain.ann.stands("member", "kicked")

    assert "1. Client · VND-1\n" in (await looks(olga)).text


# What they decide


async def test_what_may_have_arrived_can_be_sent_again(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await unclear(chain)
    shown = await opens(olga)
    assert shown.labels == ["Send again", "It arrived", "Skip", "Back to the list"]

    assert await olga.presses("Send again", on=shown) == "It is on its way again."

    assert shown.text.endswith(WELL)
    assert chain.vera.inbox[-1] == "VND-1 · Ann Client\n(possibly a repeat)\nFirst"
    assert chain.ann.find("First").reaction is Reaction.DELIVERED


async def test_what_has_arrived_counts_as_shown_and_its_author_sees_it(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await unclear(chain)
    await chain.world.later(seconds=5)
    assert chain.ann.find("First").reaction is Reaction.QUEUED
    sends = len(chain.vera.sees)

    shown = await opens(olga)
    await olga.presses("It arrived", on=shown)

    assert chain.ann.find("First").reaction is Reaction.DELIVERED
    assert len(chain.vera.sees) == sends
    assert (await looks(olga)).text == WELL


async def test_what_is_skipped_is_told_to_its_author(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await unclear(chain)

    shown = await opens(olga)
    assert await olga.presses("Skip", on=shown) == "It is given up."

    assert chain.ann.inbox[-1] == (
        "This message was not delivered: whoever runs the bot has given it up. Please say it "
        "again if it matters."
    )
    assert (await looks(olga)).text == WELL


async def test_what_failed_stays_failed_and_goes_as_a_new_delivery(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await failed(chain)
    cause = next(
        each.cause for each in await records(chain, Delivery) if each.state is Progress.FAILED
    )

    shown = await opens(olga)
    assert shown.labels == ["Send again", "Skip", "Back to the list"]
    await olga.presses("Send again", on=shown)

    assert chain.vera.inbox[-1] == "VND-1 · Ann Client\nFirst"
    assert await stands(chain, cause) == [Progress.FAILED]
    assert await stands(chain, "again:") == [Progress.SENT]
    assert (await looks(olga)).text == WELL


async def test_what_failed_again_is_listed_again(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await failed(chain)
    chain.world.messenger.before = once(chain.vera.place, Refused(Why.FILE))

    shown = await opens(olga)
    await olga.presses("Send again", on=shown)

    assert "the file could not be passed on" in (await looks(olga)).text


async def test_what_failed_can_be_taken_off_the_list(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await failed(chain)
    told = len(chain.ann.inbox)

    shown = await opens(olga)
    await olga.presses("Skip", on=shown)

    assert (await looks(olga)).text == WELL
    assert len(chain.ann.inbox) == told  # they know


async def test_an_opening_card_that_has_arrived_counts_as_the_request(
    chain: Cast, olga: Person
) -> None:
    chain.world.messenger.after = once(chain.vera.place, Unclear(), Unclear())
    await chain.asks("The machine leaks")
    await chain.world.later(seconds=5)

    shown = await opens(olga)
    assert shown.text.startswith("Iceberg · VND-1\nA card, 09:00 – may have arrived")
    await olga.presses("It arrived", on=shown)

    said = next(each for each in chain.ann.sees if each.text == "The machine leaks")
    assert said.reaction is Reaction.DELIVERED


async def test_a_correction_still_arrives_after_it_was_taken_for_arrived(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await unclear(chain, "At noon")
    shown = await opens(olga)
    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(seconds=30)))
    await chain.ann.edits("At noon", "At one")

    await olga.presses("It arrived", on=shown)
    await chain.world.later(seconds=31)

    assert chain.vera.inbox[-1] == "VND-1 · Ann Client\nAt one"


async def test_a_held_chat_is_tried_at_once(chain: Cast, olga: Person) -> None:
    await chain.asks()
    messenger = chain.world.messenger
    messenger.closed.add(chain.vera.place)
    await chain.ann.writes("First")
    messenger.closed.clear()

    shown = await opens(olga)
    assert await olga.presses("Test chat", on=shown) == "I try that chat now."

    assert chain.vera.inbox[-1] == "VND-1 · Ann Client\nFirst"
    assert (await looks(olga)).text == WELL


async def test_a_chat_that_still_cannot_be_reached_is_listed_as_before(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await chain.down(2)
    chain.world.messenger.closed.add(chain.paul.place)
    await chain.ann.writes("First")
    told = len([text for text in chain.vera.inbox if "cannot be reached: " in text])
    await chain.world.later(minutes=2)

    shown = await opens(olga)
    await olga.presses("Test chat", on=shown)

    assert "It cannot be reached since 09:00" in (await looks(olga)).text
    assert len([text for text in chain.vera.inbox if "cannot be reached: " in text]) == told == 1


async def test_an_update_that_was_set_aside_can_be_tried_again(chain: Cast, olga: Person) -> None:
    await chain.ann.writes("/start")
    await aside(chain, {"id": 101, "type": "private", "first_name": "Ann"})
    shown = await opens(olga)
    assert shown.text.startswith(
        "Client\nA message, 09:00 – of a form that this version does not understand "
        "(does not parse: "
    )

    assert await olga.presses("Try again", on=shown) == "It is on its way again."

    assert "of a form that" in (await looks(olga)).text
    line = next(each for each in await records(chain, Line) if each.state == "aside")
    assert line.tries == 1


async def test_a_client_whose_message_was_given_up_is_asked_to_send_it_again(
    chain: Cast, olga: Person
) -> None:
    await chain.ann.writes("/start")
    await aside(chain, {"id": 101, "type": "private", "first_name": "Ann"})

    shown = await opens(olga)
    await olga.presses("Skip", on=shown)

    assert chain.ann.inbox[-1] == (
        "What you sent at 09:00 was not delivered: whoever runs the bot has given it up. "
        "Please say it again if it matters."
    )
    assert (await looks(olga)).text == WELL


async def test_of_two_operators_one_decides_and_the_other_is_told(
    chain: Cast, olga: Person
) -> None:
    omar = Person(chain.world, 901, "Omar", 901)
    chain.world.operators.add(omar.place)
    await omar.writes("/start")
    await chain.asks()
    await unclear(chain)
    hers, his = await opens(olga), await opens(omar)
    said = list(chain.vera.inbox)
    both = [
        who.press(shown, Press(act=act, about=button.about, choice=button.choice).pack())
        for who, shown, label, act in (
            (olga, hers, "Skip", Act.SKIP),
            (omar, his, "Send again", Act.AGAIN),
        )
        for button in [shown.button(label)]
    ]

    for press in both:
        await chain.world.comes_in(press)
    await chain.world.settles()

    assert sorted(chain.world.messenger.toasts[-2:]) == ["It is given up.", DONE]
    assert [each.what for each in await records(chain, Decision)] == ["skip"]
    assert chain.vera.inbox == said


@pytest.mark.parametrize("label", ["Send again", "Skip"])
async def test_two_presses_on_what_failed_make_one_decision(
    chain: Cast, olga: Person, label: str
) -> None:
    await chain.asks()
    await failed(chain)
    first, second = await opens(olga), await opens(olga)

    await olga.presses(label, on=first)
    assert await olga.presses(label, on=second) == DONE

    assert len(await records(chain, Decision)) == 1


async def test_every_decision_is_kept_with_its_person_and_its_time(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await unclear(chain)
    shown = await opens(olga)
    await olga.presses("It arrived", on=shown)
    chain.world.messenger.closed.add(chain.vera.place)
    await chain.ann.writes("Second")
    await chain.world.later(minutes=1)
    shown = await opens(olga)
    await olga.presses("Test chat", on=shown)

    kept = await records(chain, Decision)

    assert [(each.what, each.address, each.chat) for each in kept] == [
        ("arrived", "900", None),
        ("try", "900", "-1001"),
    ]
    assert kept[0].delivery_id
    assert [each.at for each in kept] == [
        chain.world.now - timedelta(minutes=1),
        chain.world.now,
    ]


async def test_what_is_no_such_thing_looks_like_what_is_done(chain: Cast, olga: Person) -> None:
    shown = await looks(olga)

    for act in (Act.STUCK, Act.AGAIN, Act.ARRIVED, Act.SKIP, Act.TRY):
        for sort in (0, Sort.UNDELIVERED, Sort.ASIDE, Sort.HELD):
            data = Press(act=act, about=12345, choice=sort).pack()
            await olga.presses_data(shown, data)
            assert chain.world.messenger.toasts[-1] == DONE

    assert await records(chain, Decision) == []


# What they are told without asking


async def test_what_comes_together_is_one_alarm_and_is_said_once(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await chain.down(2)
    await unclear(chain)
    await aside(chain, {"id": 101, "type": "private", "first_name": "Ann"})

    await watched(chain)
    await watched(chain)

    assert alarms(olga) == [
        "⚠️ Please have a look. /health shows the whole list.\n"
        "Iceberg · VND-1 · A message: it may have arrived, or not.\n"
        "Client · A message: not understood, set aside."
    ]


async def test_what_failed_because_the_messenger_said_no_raises_no_alarm(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await failed(chain)

    await watched(chain)

    assert alarms(olga) == []


async def test_what_failed_by_our_fault_raises_one(chain: Cast, olga: Person) -> None:
    await chain.asks()
    chain.world.messenger.before = once(chain.vera.place, Refused(Why.OUR_FAULT))
    await chain.ann.writes("First")

    await watched(chain)

    assert alarms(olga)[0].endswith("Iceberg · VND-1 · A message: not sent, by a fault of ours.")


async def test_what_is_unclear_again_is_told_again(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await unclear(chain)
    await watched(chain)
    shown = await opens(olga)
    chain.world.messenger.after = once(chain.vera.place, Unclear())

    await olga.presses("Send again", on=shown)
    await watched(chain)

    assert len(alarms(olga)) == 2


async def test_a_late_chat_is_told_once_an_hour(chain: Cast, olga: Person) -> None:
    await chain.asks()
    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(hours=2)))
    await chain.ann.writes("First")

    for _turn in range(10):
        await chain.world.later(minutes=10)
        await chain.world.watch.look()
    await chain.world.later(seconds=6)

    assert (
        alarms(olga)
        == [
            "⚠️ Please have a look. /health shows the whole list.\n"
            "Iceberg · VND-1: what is for them is late, the first waits since 09:00."
        ]
        * 2
    )


async def test_an_operator_who_never_opened_the_bot_troubles_nobody(
    chain: Cast, olga: Person
) -> None:
    omar = Person(chain.world, 901, "Omar", 901)
    chain.world.operators.add(omar.place)
    chain.world.messenger.closed.add(omar.place)
    await chain.asks()
    for words in ("First", "Second", "Third"):
        await unclear(chain, words)
        await watched(chain)

    assert len(alarms(olga)) == 3
    assert "cannot be reached" not in "".join(
        person.everything for person in (chain.ann, chain.vera, chain.paul)
    )
    assert "Operator\nIt cannot be reached since 09:00" in (await looks(olga)).text
    chain.world.messenger.closed.clear()
    await omar.writes("/start")
    await chain.world.later(seconds=6)

    assert len(alarms(omar)) == 1
    assert alarms(omar)[0].count("may have arrived") == 3


async def test_what_was_settled_before_it_could_be_told_is_no_alarm(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await unclear(chain)
    await chain.world.watch.look()

    shown = await opens(olga)
    await olga.presses("It arrived", on=shown)
    await chain.world.later(seconds=6)

    assert alarms(olga) == []
    assert olga.reads("What needed a look is settled by now.")


@pytest.mark.parametrize(
    ("away", "told"),
    [
        ({"seconds": 140}, None),
        ({"minutes": 10}, "from 09:00 to 09:10: buttons pressed then may be lost."),
        ({"hours": 25}, "from 2 Mar 09:00 to 10:00: what was written or pressed then may be lost."),
    ],
)
async def test_who_was_away_too_long_says_what_may_be_lost(
    chain: Cast, olga: Person, away: dict[str, float], told: str | None
) -> None:
    await chain.asks()
    chain.world.now += timedelta(**away)
    await chain.world.start()
    _numbering, _offset, heard = await chain.world.inbox.cursor()

    await chain.world.watch.woke(heard)
    await chain.world.later(seconds=6)

    assert len(alarms(olga)) == (told is not None)
    assert told is None or f"I heard nothing {told}" in alarms(olga)[0]


async def test_who_hears_that_nothing_is_new_was_not_away(chain: Cast, olga: Person) -> None:
    await chain.world.later(hours=1)
    await chain.world.inbox.heard()
    await chain.world.later(seconds=60)

    _numbering, _offset, heard = await chain.world.inbox.cursor()
    await chain.world.watch.woke(heard)
    await chain.world.later(seconds=6)

    assert alarms(olga) == []


@pytest.mark.parametrize("died", [False, True])
async def test_with_a_webhook_who_did_not_run_too_long_says_what_may_be_lost(
    chain: Cast, olga: Person, died: bool
) -> None:
    """Who gave the bot back ran till then; who died, till the last renewal at least."""
    if not died:
        await chain.world.lease.give_back()
    async with chain.world.database.transaction(BOT) as store:
        lease = await store.lease()
        assert lease is not None
        lease.until = await store.moment() + died * LASTS - timedelta(minutes=3)
    await chain.world.start()

    await chain.world.watch.woke(chain.world.lease.last_run)
    await chain.world.later(seconds=6)

    heard = alarms(olga)[0].split("\n")[1]
    assert heard.startswith("I heard nothing from 08:5")
    assert heard.endswith(" to 09:00: buttons pressed then may be lost.")


async def test_with_a_webhook_who_ran_and_heard_nothing_was_not_away(
    chain: Cast, olga: Person
) -> None:
    for _hour in range(5):
        chain.world.now += timedelta(hours=1)
        await renewed(chain)
    chain.world.now += timedelta(minutes=2)
    await chain.world.start()

    await chain.world.watch.woke(chain.world.lease.last_run)
    await chain.world.later(seconds=6)

    assert alarms(olga) == []


async def test_somebody_else_who_fetches_our_updates_is_told_once_an_hour(
    chain: Cast, olga: Person
) -> None:
    for _minutes in range(4):
        await chain.world.watch.rival()
        await chain.world.later(minutes=20)

    assert [text.split("\n")[1][:48] for text in alarms(olga)] == [
        "Somebody else fetches what people write to me: a"
    ] * 2


async def test_too_many_updates_at_the_messenger_are_told_once_an_hour(
    chain: Cast, olga: Person
) -> None:
    await chain.world.watch.pending(50_000)
    await chain.world.watch.pending(60_000)
    await chain.world.later(minutes=5)
    await chain.world.watch.pending(70_000)
    await chain.world.later(minutes=5)

    assert [text.split("\n")[1] for text in alarms(olga)] == [
        "60000 updates wait to be fetched; the messenger drops what is too much."
    ]


async def test_each_morning_the_numbers_of_the_day_add_up(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await failed(chain)
    await aside(chain, {"id": 101, "type": "private", "first_name": "Ann"})
    await watched(chain)
    await watched(chain)

    lines = olga.find("The day until 09:00").text.split("\n")
    assert len([text for text in olga.inbox if text.startswith("The day until")]) == 1
    for line in lines[1:3]:
        whole, *parts = [int(word) for word in line.split() if word.isdigit()]
        assert whole == sum(parts) > 0
    assert "1 set aside" in lines[1]
    assert "1 not delivered" in lines[2]
    assert lines[3] == "Needs a look: 2. /health shows the list."


async def test_days_that_could_not_be_told_are_told_as_the_last_one(
    chain: Cast, olga: Person
) -> None:
    chain.world.messenger.closed.add(olga.place)
    for _day in range(3):
        await watched(chain)
        await chain.world.later(days=1)
    chain.world.messenger.closed.clear()
    await olga.writes("/start")
    await chain.world.later(seconds=6)

    assert [text.split("\n")[0] for text in olga.inbox if text.startswith("The day until")] == [
        "The day until 4 Mar 09:00"
    ]


async def test_a_disk_that_fills_is_told_once_and_that_it_has_room_again(
    chain: Cast, olga: Person
) -> None:
    rooms = (Room.ENOUGH, Room.LITTLE, Room.LITTLE, Room.NONE, Room.NONE, Room.ENOUGH, Room.ENOUGH)
    for chain.world.room in rooms:
        await watched(chain)

    assert [text.split("\n")[1] for text in alarms(olga)] == [
        "The disk that holds the database is 80 percent full: cards are not brought up to date. "
        "At 95 percent I take nothing in any more. Please make room.",
        "The disk that holds the database is 95 percent full: I take nothing in until there is "
        "room. The messenger keeps what people write for 24 hours.",
        "The disk that holds the database has room again.",
    ]


async def test_cards_wait_for_room_and_nothing_else_does(chain: Cast, olga: Person) -> None:
    await chain.asks()
    chain.world.room = Room.LITTLE

    await chain.victor.presses("Take")
    await chain.ann.writes("First")
    await chain.vera.replies("Second", to="First")
    await chain.world.later(minutes=10)
    await watched(chain)

    assert "Take" in chain.vera.card("VND-1").labels
    assert chain.vera.inbox[-1] == "VND-1 · Ann Client\nFirst"
    assert chain.ann.inbox[-1] == "VND-1 · Iceberg\nSecond"
    assert "late" not in "".join(alarms(olga))

    chain.world.room = Room.ENOUGH
    await chain.world.later(minutes=5)
    assert "Take" not in chain.vera.card("VND-1").labels
