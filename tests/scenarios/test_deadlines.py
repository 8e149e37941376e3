"""Deadlines: who hears when time runs short, what happens when it is over, and that it is once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from handlers.forms import Press
from relay.timekeeper import Timekeeper
from tests.actors import Person, World
from tests.scenarios.conftest import Cast, chained

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGREED = 'take_within = "1h"\nresolve_within = "10h"\ncheck_within = "4h"'


@pytest.fixture
async def chain(world: World) -> Cast:
    """Return people whose links agree on an hour to take, ten to resolve and four to check."""
    return await chained(world, vendor=AGREED, service=AGREED)


def told(person: Person, words: str) -> int:
    return sum(words in text for text in person.inbox)


async def test_a_party_is_reminded_twice_to_take_and_then_the_offer_goes_back(chain: Cast) -> None:
    await chain.asks()
    await chain.down(2)

    await chain.world.later(minutes=29)
    assert not chain.paul.reads("Nobody has taken this yet")
    await chain.world.later(minutes=1)
    assert told(chain.paul, "Nobody has taken this yet") == 1
    await chain.world.later(minutes=18)
    assert told(chain.paul, "Nobody has taken this yet") == 2
    assert chain.paul.reads("take it or decline it by 10:00")
    await chain.world.later(minutes=12)

    assert chain.paul.reads("SRV-1 · Nobody has taken it in time, so it went back.")
    assert "not taken in time" in chain.vera.card("VND-1").text
    assert "Your move" in chain.vera.card("VND-1").text
    assert chain.vera.reads("VND-1 · Nobody has taken it:\nSRV-1 · Cold Repair: not taken in time")


async def test_a_late_press_never_revives_an_offer(chain: Cast) -> None:
    await chain.asks()
    await chain.down(2)
    offered = chain.sara.card("SRV-1")
    old = chain.sara.press(offered, Press(act="take", about=offered.button("Take").about).pack())
    await chain.world.later(hours=1)

    await chain.world.happens(old)
    said = chain.world.messenger.toasts[-1]

    assert said == "SRV-1 was not taken in time and has gone to somebody else."
    assert "not taken in time" in chain.vera.card("VND-1").text


async def test_work_that_takes_long_is_told_to_the_party_then_its_upper_then_the_first(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.down(3)
    await chain.leo.presses("Take")
    assert "Due 19:00" in chain.leo.card("LOC-1").text
    assert "in work · 09:00 (Due 19:00)" in chain.paul.card("SRV-1").text

    await chain.world.later(hours=5)
    assert chain.leo.reads("LOC-1 · Half of the agreed time is used. It is due 19:00.")
    await chain.world.later(hours=3)
    assert chain.leo.reads("LOC-1 · Little of the agreed time is left. It is due 19:00.")
    await chain.world.later(hours=2)
    assert chain.leo.reads("LOC-1 · It was due 19:00.")
    assert not chain.paul.reads("Main Street: it was due")
    await chain.world.later(hours=2, minutes=30)
    assert chain.paul.reads("SRV-1 · LOC-1 (Main Street): it was due 19:00, and is not done.")
    assert not chain.vera.reads("LOC-1: it was due")
    await chain.world.later(hours=2, minutes=30)
    assert chain.vera.reads("VND-1 · LOC-1: it was due 2 Mar 19:00, and is not done.")
    assert not chain.ann.reads("due")


async def test_time_stands_still_while_a_question_waits_and_while_a_result_is_checked(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.world.later(hours=4)
    await chain.sara.presses("Ask")
    await chain.sara.replies("Which floor?", to="What do you need to know?")
    assert "Due" not in chain.sara.card("SRV-1").text

    await chain.world.later(days=1)
    assert not chain.sara.reads("Half of the agreed time")
    await chain.victor.replies("The third", to="Which floor?")
    await chain.world.later(hours=1)
    assert chain.sara.reads("SRV-1 · Half of the agreed time is used. It is due 19:00.")

    await chain.sara.presses("Resolve")
    await chain.sara.replies("Sealed", to="What was done?")
    await chain.world.later(hours=2)
    await chain.vera.presses("Return")
    await chain.vera.replies("It drips", to="What is missing or wrong?")
    assert "Due 21:00" in chain.sara.card("SRV-1").text


async def test_a_result_that_nobody_checks_counts_as_accepted_without_a_rating(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.presses("Resolve")
    await chain.sara.replies("Sealed", to="What was done?")
    assert "To be checked by 13:00" in chain.vera.card("VND-1").text

    await chain.world.later(hours=2)
    assert chain.vera.reads("VND-1 · The result of SRV-1 (Cold Repair) waits for you.")
    await chain.world.later(hours=2)

    assert chain.sara.reads("SRV-1 · Nobody has objected in time: the result counts as accepted.")
    assert chain.vera.reads("SRV-1 (Cold Repair) was not checked in time")
    assert chain.vera.reads("VND-1 · Pass this result on as yours?")
    assert not chain.vera.reads("How good was the work")

    await chain.vera.presses("Reopen", on="was not checked in time")
    await chain.vera.replies("It drips again", to="Why should it be reopened?")
    assert "sent back for rework" in chain.sara.card("SRV-1").text


async def test_a_client_is_asked_and_their_silence_counts_as_yes(world: World) -> None:
    chain = await chained(world, first='check_within = "4h"\nresolve_within = "8h"\npromise = true')
    await chain.asks()
    await chain.victor.presses("Take")
    assert "We mean to be done by 17:00." in chain.ann.card("VND-1").text
    await chain.victor.presses("Resolve")
    await chain.victor.replies("Sealed", to="What was done?")

    await world.later(hours=2)
    assert chain.ann.reads("Is everything all right now?")
    await world.later(hours=2)

    assert chain.ann.reads("We have heard nothing from you, so it counts as done.")
    assert not chain.ann.reads("How did we do?")
    await chain.ann.presses("Reopen", on="We have heard nothing")
    await chain.ann.replies("It drips", to="Why should it be reopened?")
    assert "sent back for rework" in chain.victor.card("VND-1").text


async def test_the_first_ticket_never_expires(world: World) -> None:
    chain = await chained(world, first='take_within = "1h"')
    await chain.asks()

    await world.later(minutes=30)
    assert chain.vera.reads("The client has been waiting") is False
    assert chain.vera.reads("the client has been waiting since 09:00. Please take it by 10:00.")
    await world.later(hours=5)

    assert chain.vera.reads("This should have been taken by 10:00.")
    assert "waiting to be taken" in chain.vera.card("VND-1").text


async def test_what_passed_while_nobody_ran_is_told_once_and_with_its_true_time(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.world.lease.give_back()
    chain.world.now += timedelta(hours=11)
    await chain.world.start()

    await chain.world.later(seconds=1)
    await chain.world.later(seconds=10)

    assert told(chain.sara, "It was due 19:00.") == 1
    assert not chain.sara.reads("Half of the agreed time")


async def test_working_hours_holidays_and_zones_are_those_of_the_party(world: World) -> None:
    berlin = 'hours = "Mon-Fri 09:00-18:00"\ntimezone = "Europe/Berlin"\ncountry = "DE"'
    chain = await chained(world, vendor='resolve_within = "2d"', second=berlin)
    world.now = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)  # Thursday before Easter, 10:00 there
    await chain.asks()
    await chain.taken(2)

    assert "Due 8 Apr 10:00" in chain.sara.card("SRV-1").text
    assert "(Due 8 Apr 08:00)" in chain.vera.card("VND-1").text  # by the clock of the vendor


async def test_a_changed_calendar_plans_anew_and_repeats_nothing(world: World) -> None:
    chain = await chained(world, vendor=AGREED)
    await chain.asks()
    await chain.taken(2)
    await world.later(hours=5)
    assert told(chain.sara, "Half of the agreed time") == 1

    await chained(world, vendor=AGREED, second='hours = "Mon-Fri 09:00-15:00"')
    await world.settles()
    assert "Due 3 Mar 13:00" in chain.sara.card("SRV-1").text
    await world.later(seconds=10)
    assert told(chain.sara, "Half of the agreed time") == 1
    await world.later(hours=21, minutes=30)

    assert chain.sara.reads("Little of the agreed time is left. It is due 13:00.")


async def test_whoever_passes_on_is_warned_if_the_lower_may_be_later(world: World) -> None:
    late = 'take_within = "1h"\nresolve_within = "30h"'
    chain = await chained(world, vendor=AGREED, service=late)
    await chain.asks()
    await chain.down(3)

    assert chain.paul.reads(
        "SRV-1 · By your agreement LOC-1 (Main Street) has time until 3 Mar 16:00, but your own "
        "deadline is 19:00."
    )
    assert not chain.vera.reads("By your agreement")


async def test_a_digest_says_each_working_morning_what_is_open(world: World) -> None:
    chain = await chained(
        world,
        second='digest = "09:30"\nhours = "Mon-Fri 09:00-18:00"',
        vendor='resolve_within = "5h"',
    )
    await chain.asks()
    await chain.taken(2)
    await world.later(minutes=29)
    assert not chain.paul.reads("ticket is open")

    await world.later(minutes=1)
    await world.later(minutes=1)
    assert told(chain.paul, "1 ticket is open.\n\nYour move: 1\nSRV-1 · Your move") == 1
    assert chain.paul.find("1 ticket is open").quiet
    await world.later(days=1)
    assert chain.paul.reads("Overdue: 1\nSRV-1")
    await world.later(days=4)  # a Saturday
    assert told(chain.paul, "ticket is open") == 2
    assert told(chain.vera, "ticket is open") == 3  # it works on Saturdays, too


async def test_two_who_keep_the_time_say_everything_once(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    other = Timekeeper(chain.world.lease, chain.world.courier.nudge)
    chain.world.now += timedelta(hours=10)

    await asyncio.gather(chain.world.timekeeper.look(), other.look())
    await chain.world.settles()

    assert told(chain.sara, "It was due 19:00.") == 1


async def test_a_chat_that_was_away_hears_of_a_deadline_that_passed_no_more_that_it_comes(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.closed.add("-1002")
    for hours in (5, 3, 2):
        await chain.world.later(hours=hours)
    chain.world.messenger.closed.clear()
    await chain.world.later(hours=1)

    assert told(chain.sara, "SRV-1 · It was due 19:00.") == 1
    assert not chain.sara.reads("agreed time")


async def test_who_took_it_in_time_while_the_bot_was_away_has_it(chain: Cast) -> None:
    await chain.asks()
    await chain.down(2)
    card = chain.sara.card("SRV-1")
    await chain.world.comes_in(chain.sara.press(card, chain.sara._data(card, "Take")))
    chain.world.now += timedelta(hours=2)

    await chain.world.timekeeper.look()
    await chain.world.settles()

    assert "in work" in chain.sara.card("SRV-1").text


async def test_a_return_that_came_while_the_bot_was_away_comes_before_silence(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.resolves("Sealed")
    await chain.vera.presses("Return", on="Sealed")
    asked = chain.vera.find("What is missing or wrong?")
    await chain.world.comes_in(chain.vera.reply("It drips", asked))
    chain.world.now += timedelta(hours=5)

    await chain.world.timekeeper.look()
    await chain.world.settles()

    assert "sent back for rework" in chain.sara.card("SRV-1").text
    assert not chain.sara.reads("counts as accepted")


async def test_an_offer_ends_also_if_a_newer_calendar_knows_less_holidays(world: World) -> None:
    chain = await chained(world, vendor=AGREED, second='hours = "Mon-Fri 14:00-18:00"')
    await chain.asks()
    await chain.down(2)
    async with world.lease.transaction() as store:
        party = await store.party_at("-1002")
        assert party is not None
        party.hours = "Mon-Fri 08:00-18:00"

    await world.later(hours=6)

    assert "not taken in time" in chain.vera.card("VND-1").text


async def test_less_than_a_day_to_reopen_is_not_told_in_days(world: World) -> None:
    chain = await chained(world, vendor='reopen_within = "12h"')
    await chain.asks()
    await chain.taken(2)
    await chain.sara.resolves("Sealed")
    await chain.vera.presses("Accept", on="Sealed")
    await world.later(hours=13)

    said = await chain.vera.presses("Reopen")

    assert said == "SRV-1 was closed too long ago. Please start anew."


async def test_a_deadline_that_was_put_off_after_it_had_passed_passes_once_more(
    world: World,
) -> None:
    chain = await chained(world, vendor='resolve_within = "2h"')
    await chain.asks()
    await chain.taken(2)
    await world.later(hours=2)
    assert told(chain.sara, "SRV-1 · It was due 11:00.") == 1

    await chained(world, vendor='resolve_within = "10h"')
    for _ in range(4):
        await world.later(hours=2)

    assert told(chain.sara, "SRV-1 · It was due 19:00.") == 1


async def test_what_was_late_before_it_came_back_is_late_since_then(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.world.later(hours=11)
    await chain.sara.resolves("Sealed")
    await chain.world.later(hours=1)

    await chain.vera.explains("Return", "It drips", on="Sealed")

    assert "Due 19:00" in chain.sara.card("SRV-1").text
    await chain.world.later(hours=2)
    assert told(chain.sara, "It was due 19:00.") == 1
    assert chain.vera.reads("VND-1 · SRV-1 (Cold Repair): it was due 19:00, and is not done.")
