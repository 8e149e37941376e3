"""Answers that come seldom: none of them leaves anybody in doubt, or costs more than it must."""

from __future__ import annotations

import pytest

from relay.channel import Astray, Place, Post, Reason, Ref, Retry, Spare, Topic
from relay.content import Media, Medium
from relay.text import Text
from tests.bot.bot_api import Line, error
from tests.bot.test_topics_out import CARD, CHAT, TOPIC, WORDS


@pytest.fixture
def forum(line: Line) -> Line:
    line.api.topics = True
    return line


async def test_a_missing_icon_costs_no_card(forum: Line) -> None:
    await forum.channel.send(CHAT, WORDS, forum.another)
    forum.channel.forums.hear(-1001234, topics=True)
    forum.api.answers.append(error(404, "Not Found: method not found"))

    landed = await forum.channel.send(CHAT, CARD, forum.another)

    assert landed.place != CHAT


async def test_what_only_asks_leaves_nobody_in_doubt(forum: Line) -> None:
    forum.api.answers.append(error(502, "Bad Gateway"))

    with pytest.raises(Retry):
        await forum.channel.send(CHAT, CARD, forum.another)


async def test_what_was_not_sent_as_its_topic_was_closed_leaves_nobody_in_doubt(
    forum: Line,
) -> None:
    forum.api.answers.append(error(400, "Bad Request: TOPIC_CLOSED"))
    forum.api.answers.append(error(502, "Bad Gateway"))

    with pytest.raises((Retry, Astray)):
        await forum.channel.send(TOPIC, WORDS, forum.another)


async def test_a_file_that_could_not_be_fetched_leaves_nobody_in_doubt(line: Line) -> None:
    file = Media(Medium.DOCUMENT, "77", name="Anna.pdf", renamed=True)
    line.api.answers.append(error(502, "Bad Gateway"))

    with pytest.raises(Retry):
        await line.channel.send(Place("-1001234"), Post(Text("x"), media=file), line.another)


async def test_a_right_that_is_missing_for_a_topic_mutes_no_chat(forum: Line) -> None:
    await forum.channel.retitle(TOPIC, Topic("VND-1", "✅"), forum.another)
    forum.api.always = error(400, "Bad Request: CHAT_ADMIN_REQUIRED")

    await forum.channel.retitle(TOPIC, Topic("VND-1", "✅", closed=True), forum.another)


async def test_without_topics_too_it_is_said_that_a_file_was_lost(line: Line) -> None:
    file = Media(Medium.VIDEO, "77", name="Anna.mp4", size=21 * 2**20, renamed=True)

    landed = await line.channel.send(TOPIC, Post(Text("x"), media=file), line.another)

    assert (landed.place, landed.lost) == (CHAT, Reason.NAME)


async def test_an_album_that_is_said_anew_is_marked_as_edited(line: Line) -> None:
    items = [Post(Text(text), media=Media(Medium.PHOTO, text)) for text in ("one", "two")]
    post = Post(Text("one\ntwo"), album=tuple(items), spare=Spare(edited="(edited)"))
    line.api.answers.append(error(400, "Bad Request: message can't be edited"))

    await line.channel.edit(CHAT, [Ref("7"), Ref("8")], post, line.another)

    assert any("(edited)" in str(asked.form) for asked in line.api.asked)
