"""What the bot may do in a chat: said when it comes, when it is asked, and when it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.actors import Person, member
from tests.scenarios.conftest import Cast

#: What it may do is asked of Telegram and told; the database has no part in it.
pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)

HEARS = "✓ What you say to each other here I do not hear: only commands and replies to me."
WRITES = "✓ I may write here."
SENDS = "✓ I may send pictures, files and all else."
FLAT = "✓ This group has no topics: tickets come into the chat itself."
NO_TOPICS = "This group has topics, but the bot may not manage them"
TOPICS_BACK = "choose the bot or add it, and switch on “Manage topics”."
NO_PHOTOS = "This cannot be sent here: photos."
ALL_WELL = "Thank you. I may do all again that I need here."

MEDIA = ("photos", "videos", "video_notes", "audios", "voice_notes", "documents", "other_messages")
EVERYTHING = {f"can_send_{each}": True for each in ("messages", *MEDIA)}
ADMINISTRATOR = member("administrator")
WITH_TOPICS = member("administrator", can_manage_topics=True)


def restricted(**rights: bool) -> dict[str, Any]:
    """Return a member who may do everything but for some *rights*."""
    return member("restricted", **(EVERYTHING | rights))


# Asked


@pytest.fixture
def paul(chain: Cast) -> Person:
    return chain.paul


async def test_whoever_asks_reads_what_is_well(paul: Person) -> None:
    await paul.writes("/check")

    assert paul.inbox[-1].split("\n\n") == [WRITES, SENDS, FLAT, HEARS]


@pytest.mark.parametrize(
    ("standing", "permissions", "named"),
    [
        (restricted(can_send_photos=False), {}, "photos"),
        (member("member"), {"can_send_photos": False}, "photos"),
        (
            restricted(can_send_voice_notes=False),
            {"can_send_documents": False, "can_send_messages": True},
            "voice messages, files",
        ),
        (restricted(can_send_other_messages=False), {}, "stickers and GIFs"),
    ],
)
async def test_whoever_asks_reads_what_is_missing_and_how_to_allow_it(
    chain: Cast, standing: dict[str, Any], permissions: Mapping[str, bool], named: str
) -> None:
    chain.world.messenger.membership.standings[chain.paul.chat] = standing
    chain.world.messenger.membership.permissions[chain.paul.chat] = {**permissions}

    await chain.paul.writes("/check")

    said = chain.paul.inbox[-1].split("\n\n")
    assert said[:-1] == [WRITES, FLAT, HEARS]
    assert said[-1].startswith(f"⚠️ This cannot be sent here: {named}. It comes in another form")
    assert "under “Permissions”, “Send media”" in said[-1]


async def test_what_everybody_is_denied_an_administrator_may(chain: Cast) -> None:
    chain.world.messenger.membership.standings[chain.paul.chat] = ADMINISTRATOR
    chain.world.messenger.membership.permissions[chain.paul.chat] = {"can_send_photos": False}

    await chain.paul.writes("/check")

    assert chain.paul.inbox[-1].split("\n\n")[:3] == [WRITES, SENDS, FLAT]
    assert chain.paul.reads("✓ I hear all that is said here")


@pytest.mark.parametrize(
    ("standing", "permissions", "may"),
    [
        (WITH_TOPICS, {"can_manage_topics": False}, True),
        (ADMINISTRATOR, {"can_manage_topics": False}, False),
        (ADMINISTRATOR, {"can_manage_topics": True}, True),
        (member("member"), {"can_manage_topics": False}, False),
        (member("member"), {"can_manage_topics": True}, True),
        (restricted(can_manage_topics=False), {"can_manage_topics": True}, False),
    ],
)
async def test_where_a_group_has_topics_it_says_whether_it_may_open_them(
    chain: Cast, standing: dict[str, Any], permissions: dict[str, bool], *, may: bool
) -> None:
    chain.world.messenger.forums.add(chain.paul.place)
    chain.world.messenger.membership.standings[chain.paul.chat] = standing
    chain.world.messenger.membership.permissions[chain.paul.chat] = permissions

    await chain.paul.writes("/check")

    assert chain.paul.reads("✓ This group has topics, and I may open one for each ticket.") is may
    assert chain.paul.reads(f"⚠️ {NO_TOPICS}") is not may
    assert chain.paul.reads(TOPICS_BACK) is not may


async def test_privacy_mode_that_is_switched_off_later_is_seen_by_the_next_look(
    chain: Cast,
) -> None:
    await chain.paul.writes("/check")
    chain.world.messenger.hears_everything = True

    await chain.paul.writes("/check")

    assert "⚠️ Privacy mode is off" in chain.paul.inbox[-1]
    assert "taken out of a group and added again" in chain.paul.inbox[-1]


async def test_a_look_that_telegram_does_not_answer_is_said_to_be_none(chain: Cast) -> None:
    chain.world.messenger.membership.unknown.add(chain.paul.chat)

    await chain.paul.writes("/check")

    assert chain.paul.inbox[-1] == "Telegram does not answer. Please try again in a minute."


async def test_it_is_said_in_the_language_of_the_chat(chain: Cast) -> None:
    await chain.world.chain(
        '[parties.vendor]\nname = "A"\ncode = "AA"\nchat = -1002\nlanguage = "ru"\n'
    )
    chain.world.messenger.membership.permissions[chain.paul.chat] = {"can_send_photos": False}

    await chain.paul.writes("/check")

    assert chain.paul.inbox[-1].startswith("✓ Мне можно здесь писать.")
    assert "Сюда нельзя отправлять: фото." in chain.paul.inbox[-1]


# When it comes


@pytest.mark.parametrize("place", [-1002, -3000])
async def test_a_group_that_adds_it_with_too_few_rights_reads_how_to_give_them(
    chain: Cast, place: int
) -> None:
    nina = Person(chain.world, 301, "Nina", place, title="A group")
    chain.world.messenger.forums.add(nina.place)
    chain.world.messenger.membership.permissions[place] = {
        "can_send_photos": False,
        "can_manage_topics": False,
    }

    await nina.stands("left", "member")

    greeting, _hears, photos, topics, again = nina.inbox[-1].split("\n\n")
    assert greeting.startswith(("This is the chat of Cold Repair.", "Hello! To ask for help here"))
    assert photos.startswith(f"⚠️ {NO_PHOTOS}")
    assert topics.startswith(f"⚠️ {NO_TOPICS}")
    assert again == "/check looks again."


async def test_a_group_that_adds_it_while_telegram_says_nothing_more_is_greeted(
    chain: Cast,
) -> None:
    chain.world.messenger.membership.unknown.add(-3000)
    nina = Person(chain.world, 301, "Nina", -3000, title="A group")

    await nina.stands("left", "member")

    assert "the id of this chat is -3000." in nina.inbox[-1]
    assert "⚠️" not in nina.inbox[-1]


# When it changes


async def test_a_right_that_is_taken_away_is_told_once_with_the_way_back(paul: Person) -> None:
    await paul.stands("member", restricted(can_send_photos=False))

    told = paul.inbox[-1].split("\n\n")
    assert told[0] == "I may do less here than before."
    assert told[1].startswith(NO_PHOTOS)
    assert len(paul.inbox) == 1


async def test_all_that_is_given_back_is_told_in_a_word(paul: Person) -> None:
    await paul.stands("member", restricted(can_send_photos=False, can_send_videos=False))

    await paul.stands(
        restricted(can_send_photos=False, can_send_videos=False), restricted(can_send_videos=False)
    )
    assert paul.inbox[-1].startswith("Thank you. This is still missing:\n\nThis cannot be sent ")
    assert "here: videos." in paul.inbox[-1]
    await paul.stands(restricted(can_send_videos=False), "member")

    assert paul.inbox[-1] == ALL_WELL


async def test_an_administrator_who_loses_the_topics_says_so(chain: Cast) -> None:
    chain.world.messenger.forums.add(chain.paul.place)

    await chain.paul.stands(WITH_TOPICS, ADMINISTRATOR)
    assert NO_TOPICS in chain.paul.inbox[-1]
    await chain.paul.stands(ADMINISTRATOR, WITH_TOPICS)

    assert chain.paul.inbox[-1] == ALL_WELL


async def test_who_is_no_administrator_any_more_says_what_does_not_work_now(chain: Cast) -> None:
    chain.world.messenger.membership.permissions[chain.paul.chat] = {"can_send_documents": False}

    await chain.paul.stands(ADMINISTRATOR, "member")

    assert "This cannot be sent here: files." in chain.paul.inbox[-1]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (ADMINISTRATOR, "member"),
        ("member", ADMINISTRATOR),
        (
            restricted(can_send_photos=False),
            restricted(can_send_photos=False, can_send_polls=False),
        ),
    ],
)
async def test_a_change_that_matters_to_nobody_is_not_told(
    paul: Person, before: str | dict[str, Any], now: str | dict[str, Any]
) -> None:
    await paul.stands(before, now)

    assert paul.inbox == []


async def test_a_bot_that_is_muted_says_so_nowhere_and_that_it_may_write_again_there(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.down(2)
    chain.world.messenger.closed.add(chain.paul.place)
    await chain.paul.stands("member", "restricted")
    before = len(chain.paul.inbox)
    assert chain.vera.reads("the bot may not write in that chat.")

    chain.world.messenger.closed.clear()
    await chain.paul.stands("restricted", "member")

    assert chain.paul.inbox[before:] == [ALL_WELL]


async def test_a_clients_group_hears_nothing_of_rights(chain: Cast) -> None:
    ann = Person(chain.world, 101, "Ann", -2001, title="Café")
    await ann.writes("/new The machine leaks")
    before = ann.inbox

    await ann.stands("member", restricted(can_send_photos=False))

    assert ann.inbox == before
