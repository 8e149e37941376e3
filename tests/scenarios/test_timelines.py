"""The picture of a case: as much of it as the text beside it tells, and no more."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from relay.holding import Phase
from relay.language import speak
from relay.pictures import Timeline
from relay.timelines import story
from tests.actors import START, Person, World
from tests.scenarios.conftest import Cast, chained


@pytest.fixture
async def world_of_terms(world: World) -> Cast:
    """Return a chain whose second company has an hour for its results."""
    return await chained(world, vendor='resolve_within = "1h"')


async def picture(person: Person, number: int = 1) -> Timeline:
    """Return what is drawn for somebody's company of its ticket."""
    world = person.world
    async with world.database.look(world.lease.bot) as store:
        party = await store.party_at(person.place)
        assert party
        ticket = await store.ticket_of(party, str(number))
        assert ticket
        post = await story(store, ticket, speak(party.language, party.timezone))
    assert isinstance(post.picture, Timeline)
    for row in post.picture.rows:  # what can be read on the picture stands in the text as well
        assert row.label in post.text.plain
        assert row.times in post.text.plain
    return post.picture


async def test_a_tickets_story_comes_as_a_picture_with_words_below(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.world.later(minutes=20)

    await chain.sara.writes("/status SRV-1")

    shown = chain.sara.sees[-1]
    assert shown.text.startswith("📋 SRV-1 · in work, for 20 min")
    assert Image.open(io.BytesIO(shown.file)).width == 1080


async def test_a_long_story_follows_its_picture(chain: Cast) -> None:
    await chain.asks()
    for number in range(9):
        await chain.victor.writes(f"/note 1 Something to remember, {number}: " + "word " * 20)

    await chain.victor.writes("/status 1")

    pictured, told = chain.vera.sees[-2:]
    assert (pictured.text, bool(pictured.file)) == ("", True)
    assert told.text.startswith("📋 VND-1")
    assert "Something to remember, 8" in told.text


async def test_where_pictures_are_not_allowed_the_words_come_alone(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.no_pictures = True

    await chain.victor.writes("/status 1")

    assert chain.vera.inbox[-1].startswith("📋 VND-1")


async def test_a_button_about_somebody_elses_ticket_is_answered_with_no(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.toasts.clear()

    await chain.sara.presses_data(chain.sara.sees[-1], "b:show:1:")

    assert chain.world.messenger.toasts == [
        "There is no such ticket here. /status lists those there are."
    ]


async def test_the_picture_shows_who_had_the_move_and_for_what(world_of_terms: Cast) -> None:
    chain, minute = world_of_terms, timedelta(minutes=1)
    await chain.asks()
    await chain.world.later(minutes=10)
    await chain.vera.presses("Pass on")
    await chain.world.later(minutes=20)
    await chain.sara.presses("Take")
    await chain.world.later(minutes=90)

    seen = await picture(chain.vera)

    first, second = seen.rows
    assert first.bars
    assert second.bars
    assert [(each.phase, each.begin, each.until) for each in (*first.bars, *second.bars)] == [
        (Phase.OFFERED, START, START + 10 * minute),
        (Phase.OFFERED, START + 10 * minute, START + 30 * minute),
        (Phase.WORKING, START + 30 * minute, START + 120 * minute),
    ]
    assert [*second.deadlines] == [START + 90 * minute]
    assert second.times == "waited to be taken 20 min, worked 1 hr 30 min"
    assert (seen.begin, seen.until, seen.now) == (START, chain.world.now, chain.world.now)
    assert [words for _, words in seen.legend] == ["waited to be taken", "worked"]


async def test_what_was_late_stays_marked_and_what_has_ended_has_no_now(
    world_of_terms: Cast,
) -> None:
    chain = world_of_terms
    await chain.asks()
    await chain.taken(2)
    await chain.world.later(minutes=90)
    await chain.sara.resolves("Fixed")
    await chain.vera.presses("Accept", on="Fixed")
    await chain.vera.resolves("Fixed")
    await chain.ann.presses("Accept", on="Fixed")
    ended = chain.world.now
    await chain.world.later(hours=5)

    seen = await picture(chain.sara)

    assert [*seen.rows[1].deadlines] == [START + timedelta(minutes=60)]
    assert (seen.until, seen.now) == (ended, None)
    await chain.sara.writes("/status 1")
    assert "Late since 10:00" in chain.sara.inbox[-1]


async def test_further_away_the_picture_has_neither_names_nor_times(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(4)
    await chain.world.later(minutes=20)

    seen = await picture(chain.sara)

    assert [each.bars is None for each in seen.rows] == [False, False, False, True]
    assert seen.rows[-1].label == "ENG-1 · level 4: in work"
    assert all(each.bars for each in (await picture(chain.vera)).rows[3:])


async def test_where_the_client_is_hidden_the_picture_hides_them_too(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks("Ann Client here, +49 151 23456789, it leaks")
    await chain.taken(2)

    below = repr(await picture(chain.sara))
    assert "it leaks" in below
    assert not any(each in below for each in ("Ann", "Client", "23456"))
    assert "Ann" in repr(await picture(chain.vera))
