"""Topics of forums: opened, changed, closed and deleted, by the bot and by people."""

import pytest
from aiogram.types import Update

from sandbox.cast import Cast
from tests.sandbox.stage import GROUP, SMALL, STRANGE, VERA, VICTOR, Json, Stage

LEADS = {"can_manage_topics": True}


@pytest.fixture(autouse=True)
async def _the_group_is_a_forum(stage: Stage) -> None:
    await stage.control("forum", chat=GROUP, on=True)
    await stage.control("member", chat=GROUP, status="administrator", rights=LEADS)
    await stage.heard()


async def test_the_bot_opens_a_topic_and_hears_of_that(stage: Stage) -> None:
    topic = await stage.calls("createForumTopic", chat_id=GROUP, name="SRV-1 · It drips")

    (update,) = await stage.news()

    assert Update.model_validate(update).message
    told = update["message"]
    assert told["forum_topic_created"]["name"] == topic["name"] == "SRV-1 · It drips"
    assert told["message_id"] == told["message_thread_id"] == topic["message_thread_id"]
    assert (told["is_topic_message"], told["from"]["id"]) == (True, 42)
    assert told["chat"]["is_forum"]
    assert (await stage.calls("getChat", chat_id=GROUP))["is_forum"]


async def test_a_message_lands_in_its_topic_and_replies_to_its_beginning(stage: Stage) -> None:
    thread = await _opened(stage)

    told = await stage.calls("sendMessage", chat_id=GROUP, text="card", message_thread_id=thread)
    said = await stage.says(VICTOR, "Warm again", GROUP, thread=thread)
    general = await stage.says(VICTOR, "Lunch?", GROUP)

    plain, lunch = (each["message"] for each in await stage.news())
    assert (told["message_thread_id"], told["is_topic_message"]) == (thread, True)
    assert plain["message_thread_id"] == thread
    assert plain["reply_to_message"]["message_id"] == thread
    assert plain["reply_to_message"]["forum_topic_created"]
    assert "message_thread_id" not in lunch
    assert "reply_to_message" not in lunch
    assert said["topic"] == "SRV-1"
    assert "topic" not in general
    assert "reply_to_message" not in said
    error = await stage.fails("deleteMessage", chat_id=GROUP, message_id=thread)
    assert error == "Bad Request: message can't be deleted"


async def test_a_reply_lands_in_the_topic_of_its_target(stage: Stage) -> None:
    thread = await _opened(stage)
    card = await stage.sends(GROUP, "card", message_thread_id=thread)

    said = await stage.says(VICTOR, "Yes", GROUP, reply_to=card)
    reply = {"message_id": said["message_id"]}
    told = await stage.calls("sendMessage", chat_id=GROUP, text="Fine", reply_parameters=reply)

    assert said["message_thread_id"] == told["message_thread_id"] == thread
    assert said["reply_to_message"]["message_id"] == card


async def test_a_reply_in_general_has_a_thread_that_is_no_topic(stage: Stage) -> None:
    lunch = await stage.says(VICTOR, "Lunch?", GROUP)
    yes = await stage.says(VERA, "Yes", GROUP, reply_to=lunch["message_id"])
    await stage.says(VICTOR, "When?", GROUP, reply_to=yes["message_id"])

    _, _, when = (each["message"] for each in await stage.news())

    thread = when["message_thread_id"]
    assert thread == lunch["message_id"]
    assert "is_topic_message" not in when
    error = await stage.fails("sendMessage", chat_id=GROUP, text="x", message_thread_id=thread)
    assert error == "Bad Request: message thread not found"


async def test_a_target_in_another_topic_is_not_found_whatever_the_bot_allows(
    stage: Stage,
) -> None:
    one, other = await _opened(stage), await _opened(stage, "SRV-2")
    card = await stage.sends(GROUP, "card", message_thread_id=one)
    lunch = await stage.says(VICTOR, "Lunch?", GROUP)

    for target in (card, lunch["message_id"]):
        reply = {"message_id": target, "allow_sending_without_reply": True}
        error = await stage.fails(
            "sendMessage", chat_id=GROUP, text="x", message_thread_id=other, reply_parameters=reply
        )
        assert error == "Bad Request: message to be replied not found"


async def test_people_reply_across_topics_as_if_elsewhere(stage: Stage) -> None:
    one, other = await _opened(stage), await _opened(stage, "SRV-2")
    card = await stage.sends(GROUP, "card", message_thread_id=one)
    hidden = await stage.says(VERA, "Hello", GROUP, anonymous=True)

    there = {"chat": GROUP, "message": card}
    secret = {"chat": GROUP, "message": hidden["message_id"]}
    also = await stage.says(VICTOR, "And this", GROUP, thread=other, external_reply=secret)
    refused = await stage.control(
        "say", as_=VICTOR, chat=GROUP, text="x", reply_to=card, thread=other
    )
    told = await stage.says(VICTOR, "This", GROUP, thread=other, external_reply=there)

    assert refused["error"].startswith("That message is in another topic")
    assert told["external_reply"]["message_id"] == card
    assert told["external_reply"]["origin"]["sender_user"]["id"] == 42
    assert also["external_reply"]["origin"]["sender_chat"]["id"] == GROUP
    assert told["message_thread_id"] == other
    assert "reply_to_message" not in told


@pytest.mark.parametrize("thread", [1, 999])
async def test_what_is_no_topic_is_not_found(stage: Stage, thread: int) -> None:
    error = await stage.fails("sendMessage", chat_id=GROUP, text="x", message_thread_id=thread)

    assert error == "Bad Request: message thread not found"
    error = await stage.fails("closeForumTopic", chat_id=GROUP, message_thread_id=thread)
    assert error == "Bad Request: TOPIC_ID_INVALID"


async def test_a_topic_changes_closes_and_opens_again(stage: Stage) -> None:
    topic = {"chat_id": GROUP, "message_thread_id": await _opened(stage)}

    await stage.calls("editForumTopic", **topic, name="SRV-1 · solved")
    await stage.calls("closeForumTopic", **topic)
    await stage.calls("reopenForumTopic", **topic)

    edited, closed, reopened = (each["message"] for each in await stage.news())
    assert edited["forum_topic_edited"] == {"name": "SRV-1 · solved"}
    assert closed["forum_topic_closed"] == {}
    assert reopened["forum_topic_reopened"] == {}
    assert closed["message_thread_id"] == topic["message_thread_id"]
    for method, more in (("editForumTopic", {"name": "SRV-1 · solved"}), ("reopenForumTopic", {})):
        error = await stage.fails(method, **topic, **more)
        assert error == "Bad Request: TOPIC_NOT_MODIFIED"


async def test_in_a_closed_topic_write_those_alone_who_may_manage_it(stage: Stage) -> None:
    thread = await _opened(stage)
    await stage.control("topic", as_=VERA, chat=GROUP, thread=thread, closed=True)

    said = {"chat": GROUP, "text": "x", "thread": thread}
    assert "message" in await stage.control("say", as_=VERA, **said)
    refused = await stage.control("say", as_=VICTOR, **said)
    assert refused["error"] == "The topic SRV-1 is closed."
    assert await stage.sends(GROUP, message_thread_id=thread)
    await stage.control("member", chat=GROUP, status="administrator")
    error = await stage.fails("sendMessage", chat_id=GROUP, text="x", message_thread_id=thread)
    assert error == "Bad Request: TOPIC_CLOSED"


async def test_without_the_right_a_bot_changes_its_own_topics_alone(stage: Stage) -> None:
    mine = await _opened(stage)
    told = await stage.control("topic", as_=VERA, chat=GROUP, name="Lunch")
    theirs = told["topic"]["thread"]
    await stage.control("member", chat=GROUP, status="member")

    async def refused(method: str, thread: int, **more: str) -> str:
        return await stage.fails(method, chat_id=GROUP, message_thread_id=thread, **more)

    error = await stage.fails("createForumTopic", chat_id=GROUP, name="SRV-2")
    assert error == "Bad Request: not enough rights to create a topic"
    assert await stage.calls("closeForumTopic", chat_id=GROUP, message_thread_id=mine)
    assert await refused("editForumTopic", theirs, name="x") == (
        "Bad Request: not enough rights to edit the topic"
    )
    for method in ("closeForumTopic", "reopenForumTopic"):
        assert await refused(method, theirs) == (
            "Bad Request: not enough rights to close or open the topic"
        )
    assert await refused("deleteForumTopic", mine) == (
        "Bad Request: not enough rights to delete the topic"
    )


async def test_a_deleted_topic_is_gone_with_all_its_messages_and_nobody_is_told(
    stage: Stage,
) -> None:
    mine, theirs = await _opened(stage), await _opened(stage, "SRV-2")
    await stage.sends(GROUP, "card", message_thread_id=mine)
    await stage.sends(GROUP, "card", message_thread_id=theirs)

    await stage.calls("deleteForumTopic", chat_id=GROUP, message_thread_id=mine)
    left = await stage.control("topic", as_=VERA, chat=GROUP, thread=theirs, deleted=True)

    assert left["topics"] == []
    assert await stage.texts(GROUP) == []
    assert await stage.news() == []
    error = await stage.fails("sendMessage", chat_id=GROUP, text="x", message_thread_id=mine)
    assert error == "Bad Request: message thread not found"


async def test_while_topics_are_off_a_thread_is_overlooked(stage: Stage) -> None:
    thread = await _opened(stage)
    await stage.control("forum", chat=GROUP, on=False)

    told = await stage.calls("sendMessage", chat_id=GROUP, text="card", message_thread_id=thread)

    assert "message_thread_id" not in told
    assert "is_forum" not in await stage.calls("getChat", chat_id=GROUP)
    error = await stage.fails("createForumTopic", chat_id=GROUP, name="x")
    assert error == "Bad Request: the chat is not a forum"
    await stage.control("forum", chat=GROUP, on=True)
    told = await stage.calls("sendMessage", chat_id=GROUP, text="card", message_thread_id=thread)
    assert told["message_thread_id"] == thread


async def test_copies_files_and_albums_land_in_topics_too(stage: Stage) -> None:
    thread = await _opened(stage)
    sent = await stage.control("send", as_=VICTOR, chat=GROUP, kind="photo", thread=thread)
    there = {"chat_id": GROUP, "message_thread_id": thread}
    photo = sent["message"]["photo"][-1]["file_id"]
    media = [{"type": "photo", "media": photo}] * 2

    picture = await stage.calls("sendPhoto", **there, photo=photo)
    album = await stage.calls("sendMediaGroup", **there, media=media)
    source = {"from_chat_id": GROUP, "message_id": picture["message_id"]}
    await stage.calls("copyMessage", **there, **source)

    assert {each["message_thread_id"] for each in (picture, *album)} == {thread}
    shown = (await stage.sees("messages", chat=GROUP))["messages"]
    assert shown[-1]["message_thread_id"] == thread


async def test_a_new_topic_counts_as_a_message(strict: Stage) -> None:
    await strict.control("forum", chat=GROUP, on=True)
    await strict.control("member", chat=GROUP, status="administrator", rights=LEADS)
    await strict.sends(GROUP)

    error = await strict.fails("createForumTopic", chat_id=GROUP, name="SRV-1")

    assert error == "Too Many Requests: retry after 1"


async def test_icons_are_stickers_with_an_emoji(stage: Stage) -> None:
    icons = await stage.calls("getForumTopicIconStickers")

    chosen = next(each for each in icons if each["emoji"] == "✅")
    topic = await stage.calls(
        "createForumTopic",
        chat_id=GROUP,
        name="SRV-1",
        icon_custom_emoji_id=chosen["custom_emoji_id"],
    )
    assert topic["icon_custom_emoji_id"] == chosen["custom_emoji_id"]
    error = await stage.fails("createForumTopic", chat_id=GROUP, name="x", icon_color=1)
    assert error == "Bad Request: invalid icon color specified"
    error = await stage.fails("createForumTopic", chat_id=GROUP, name=" ")
    assert error == "Bad Request: name must be non-empty"


async def test_what_people_cannot_do_with_topics_is_said(stage: Stage) -> None:
    thread = await _opened(stage)

    async def refused(path: str, **wish: object) -> str:
        return str((await stage.control(path, **wish))["error"])

    assert await refused("forum", chat=SMALL, on=True) == "Only a supergroup has topics."
    assert await refused("topic", as_=VICTOR, chat=GROUP, name="x") == (
        "Victor may not open topics in Iceberg · support."
    )
    assert await refused("topic", as_=VICTOR, chat=GROUP, thread=thread, closed=True) == (
        "Victor may not change the topic SRV-1."
    )
    assert await refused("topic", as_=VERA, chat=GROUP, thread=999, closed=True) == (
        "There is no topic 999 in Iceberg · support."
    )
    assert await refused("say", as_=VERA, chat=GROUP, text="x", thread=999) == (
        "There is no topic 999 in Iceberg · support."
    )


async def test_the_world_tells_forums_and_their_topics(stage: Stage) -> None:
    thread = await _opened(stage)

    told = await stage.sees("world")

    chats = {each["id"]: each for each in told["chats"]}
    (topic,) = chats[GROUP]["topics"]
    assert chats[GROUP]["forum"]
    assert (topic["thread"], topic["name"], topic["closed"]) == (thread, "SRV-1", False)
    assert "forum" not in chats[STRANGE]


async def test_with_privacy_on_plain_talk_in_the_bots_topic_is_not_heard(stage: Stage) -> None:
    thread = await _opened(stage)
    await stage.control("member", chat=GROUP, status="member")
    await stage.heard()

    await stage.says(VICTOR, "Lunch?", GROUP, thread=thread)

    assert await stage.heard() == []


def test_a_forum_may_be_cast() -> None:
    group: Json = {"id": GROUP, "title": "Iceberg", "forum": True}

    assert Cast.model_validate({"people": [], "chats": [group]}).chats[0].forum
    with pytest.raises(ValueError, match="only a supergroup has topics"):
        Cast.model_validate({"people": [], "chats": [{**group, "id": -7, "type": "group"}]})


async def _opened(stage: Stage, name: str = "SRV-1") -> int:
    """Let the bot open a topic, and hear of it."""
    topic = await stage.calls("createForumTopic", chat_id=GROUP, name=name)
    await stage.heard()
    return int(topic["message_thread_id"])
