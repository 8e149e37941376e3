"""Topics as Telegram has them: opened, named, closed, and what happens when one is not there."""

from __future__ import annotations

import pytest

from relay.channel import Astray, Held, Landed, Place, Post, Ref, Retry, Topic, Unclear
from relay.text import Text
from tests.bot.bot_api import Line, error

CHAT = Place("-1001234")
TOPIC = Place("-1001234:50")
CARD = Post(Text("VND-1 · new"), topic=Topic("VND-1 It leaks", "✅"))
WORDS = Post(Text("Hello"))


@pytest.fixture
def forum(line: Line) -> Line:
    line.api.topics = True
    return line


async def test_a_card_opens_a_topic_and_stands_in_it(forum: Line) -> None:
    landed = await forum.channel.send(CHAT, CARD, forum.another)

    assert forum.api.methods == [
        "getChat",
        "getForumTopicIconStickers",
        "createForumTopic",
        "sendMessage",
    ]
    created, sent = forum.api.asked[-2:]
    assert (created.form["name"], created.form["icon_custom_emoji_id"]) == ("VND-1 It leaks", "77")
    assert sent.form["message_thread_id"] == "101"
    assert landed == Landed(Place("-1001234:101"), [Ref("102")])
    assert forum.slots == 1


async def test_what_a_chat_and_icons_are_is_asked_once(forum: Line) -> None:
    await forum.channel.send(CHAT, CARD, forum.another)
    await forum.channel.send(CHAT, CARD, forum.another)

    assert forum.api.methods.count("getChat") == 1
    assert forum.api.methods.count("getForumTopicIconStickers") == 1


@pytest.mark.parametrize("chat", ["-1001234", "-4001", "101"])
async def test_without_topics_a_card_comes_into_the_chat_itself(line: Line, chat: str) -> None:
    landed = await line.channel.send(Place(chat), CARD, line.another)

    assert line.api.asked[-1].method == "sendMessage"
    assert "message_thread_id" not in line.api.asked[-1].form
    assert landed == Landed(Place(chat), [Ref("101")])


async def test_what_updates_say_of_a_chat_need_not_be_asked(line: Line) -> None:
    line.channel.forums.hear(-1001234, topics=False)

    await line.channel.send(CHAT, CARD, line.another)

    assert line.api.methods == ["sendMessage"]


@pytest.mark.parametrize(
    "text",
    ["not enough rights to create a topic", "the chat is not a forum", "CHAT_ADMIN_REQUIRED"],
)
async def test_who_may_open_no_topic_says_it_in_the_chat(forum: Line, text: str) -> None:
    await forum.channel.send(CHAT, CARD, forum.another)
    forum.api.answers.append(error(400, f"Bad Request: {text}"))

    landed = await forum.channel.send(CHAT, CARD, forum.another)

    assert landed.place == CHAT
    assert landed.flat


async def test_a_topic_that_stands_is_told_though_its_card_does_not(forum: Line) -> None:
    await forum.channel.send(CHAT, CARD, forum.another)
    well = forum.api.well

    def throttled(asked: object) -> object:
        if forum.api.methods[-1] == "sendMessage":
            return error(429, "Too Many Requests: retry after 3", retry_after=3)
        return well(asked)  # type: ignore[arg-type]

    forum.api.well = throttled  # type: ignore[method-assign, assignment]
    with pytest.raises(Retry) as found:
        await forum.channel.send(CHAT, CARD, forum.another)

    assert found.value.place == "-1001234:103"


async def test_nobody_knows_whether_a_topic_is_open_that_was_not_answered(forum: Line) -> None:
    await forum.channel.send(CHAT, CARD, forum.another)
    forum.api.answers.append(error(500, "Internal Server Error"))

    with pytest.raises(Unclear) as found:
        await forum.channel.send(CHAT, CARD, forum.another)

    assert found.value.place is None


@pytest.mark.parametrize("text", ["message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"])
async def test_what_is_for_a_topic_that_is_gone_is_astray(forum: Line, text: str) -> None:
    forum.api.answers.append(error(400, f"Bad Request: {text}"))

    with pytest.raises(Astray):
        await forum.channel.send(TOPIC, WORDS, forum.another)


async def test_a_closed_topic_is_opened_again_to_speak_there(forum: Line) -> None:
    forum.api.answers.append(error(400, "Bad Request: TOPIC_CLOSED"))

    landed = await forum.channel.send(TOPIC, WORDS, forum.another)

    assert forum.api.methods == ["sendMessage", "reopenForumTopic", "sendMessage"]
    assert landed == Landed(TOPIC, [Ref("101")], reopened=True)
    assert forum.slots == 2


async def test_a_closed_topic_that_cannot_be_opened_is_given_up(forum: Line) -> None:
    forum.api.answers.append(error(400, "Bad Request: TOPIC_CLOSED"))
    forum.api.answers.append(error(400, "Bad Request: something new"))

    with pytest.raises(Astray):
        await forum.channel.send(TOPIC, WORDS, forum.another)


async def test_a_closed_general_topic_is_a_chat_in_which_we_may_not_write(forum: Line) -> None:
    forum.api.answers.append(error(400, "Bad Request: TOPIC_CLOSED"))

    with pytest.raises(Held):
        await forum.channel.send(CHAT, WORDS, forum.another)


async def test_where_topics_are_switched_off_it_lands_in_the_chat_and_is_told(line: Line) -> None:
    landed = await line.channel.send(TOPIC, WORDS, line.another)

    assert line.api.asked[0].form["message_thread_id"] == "50"
    assert landed == Landed(CHAT, [Ref("101")], flat=True)


@pytest.mark.parametrize(
    ("closed", "methods"),
    [
        (None, ["getForumTopicIconStickers", "editForumTopic"]),
        (True, ["getForumTopicIconStickers", "editForumTopic", "closeForumTopic"]),
        (False, ["getForumTopicIconStickers", "editForumTopic", "reopenForumTopic"]),
    ],
)
async def test_a_topic_gets_its_name_its_icon_and_its_end(
    forum: Line, closed: bool | None, methods: list[str]
) -> None:
    await forum.channel.retitle(TOPIC, Topic("VND-1 " + "x" * 200, "🦄", closed), forum.another)

    assert forum.api.methods == methods
    assert len(forum.api.asked[1].form["name"]) == 128
    assert "icon_custom_emoji_id" not in forum.api.asked[1].form


@pytest.mark.parametrize(
    "text",
    ["TOPIC_NOT_MODIFIED", "not enough rights to edit the topic", "the chat is not a forum"],
)
async def test_a_topic_that_cannot_be_changed_is_no_trouble(forum: Line, text: str) -> None:
    await forum.channel.retitle(TOPIC, Topic("VND-1", "✅"), forum.another)
    forum.api.always = error(400, f"Bad Request: {text}")

    await forum.channel.retitle(TOPIC, Topic("VND-1", "✅", closed=True), forum.another)
