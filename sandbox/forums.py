"""The methods that open, change and end topics, and where a message lands in a forum."""

from typing import Final

from aiogram.methods import (
    CloseForumTopic,
    CreateForumTopic,
    DeleteForumTopic,
    EditForumTopic,
    GetForumTopicIconStickers,
    ReopenForumTopic,
)

from sandbox import access, topics
from sandbox.chats import Chat, Message, Topic
from sandbox.refusals import bad
from sandbox.text import Json
from sandbox.world import World

NAME: Final = 128  #: characters; Bot API, createForumTopic
RIGHT: Final = "can_manage_topics"


def create(world: World, call: CreateForumTopic) -> Json:
    """Open a topic."""
    chat = _forum(world, call.chat_id)
    if not chat.may(world.bot.id, RIGHT):
        raise bad("not enough rights to create a topic")
    name = call.name.strip()[:NAME]
    if not name:
        raise bad("name must be non-empty")
    if call.icon_color not in {None, *topics.COLORS}:
        raise bad("invalid icon color specified")
    topic = topics.begin(world, chat, world.me, name, call.icon_color, call.icon_custom_emoji_id)
    return {"message_thread_id": topic.id, **topics.facts(topic)}


def edit(world: World, call: EditForumTopic) -> bool:
    """Give a topic another name or icon."""
    chat = _forum(world, call.chat_id)
    topic = _own(world, chat, call.message_thread_id, "edit")
    name = (call.name or "").strip()[:NAME]
    return _modified(topics.rename(world, chat, topic, world.me, name, call.icon_custom_emoji_id))


def close(world: World, call: CloseForumTopic) -> bool:
    """Let nobody write in a topic any more who may not manage it."""
    chat = _forum(world, call.chat_id)
    topic = _own(world, chat, call.message_thread_id, "close or open")
    return _modified(topics.close(world, chat, topic, world.me, closed=True))


def reopen(world: World, call: ReopenForumTopic) -> bool:
    """Let everybody write in a topic again."""
    chat = _forum(world, call.chat_id)
    topic = _own(world, chat, call.message_thread_id, "close or open")
    return _modified(topics.close(world, chat, topic, world.me, closed=False))


def delete(world: World, call: DeleteForumTopic) -> bool:
    """Take away a topic and everything in it."""
    chat = _forum(world, call.chat_id)
    if not chat.members[world.bot.id].leads or not chat.may(world.bot.id, "can_delete_messages"):
        raise bad("not enough rights to delete the topic")
    topics.delete(world, chat, _topic(chat, call.message_thread_id))
    return True


def icons(world: World, call: GetForumTopicIconStickers) -> list[Json]:
    """Tell the icons that every topic may have."""
    return [
        {
            "file_id": f"CAACAgIAAxUAAW{each}",
            "file_unique_id": f"AgAD{each}",
            "type": "custom_emoji",
            "width": 100,
            "height": 100,
            "is_animated": True,
            "is_video": False,
            "emoji": emoji,
            "set_name": "Topics",
            "custom_emoji_id": each,
            "needs_repainting": True,
        }
        for each, emoji in topics.ICONS.items()
    ]


def place(world: World, chat: Chat, thread: int | None, target: Message | None) -> int | None:
    """Return the topic in which a message of the bot lands; None is General, or no forum.

    While topics are switched off, a thread is overlooked (TELEGRAM.md, 2.6).

    Raises:
        ApiError: there is no such topic, it is closed, or the reply's target is in another.

    """
    if thread is not None and thread not in chat.topics:
        raise bad("message thread not found")
    if not chat.forum:
        return None
    if target is not None:
        if thread is not None and target.thread != thread:
            raise bad("message to be replied not found")
        thread = target.thread
    if thread in chat.topics and chat.topics[thread].closed and not _manages(world, chat):
        raise bad("TOPIC_CLOSED")
    return thread


def _manages(world: World, chat: Chat) -> bool:
    return chat.members[world.bot.id].leads and chat.may(world.bot.id, RIGHT)


def _forum(world: World, chat_id: int | str) -> Chat:
    chat = access.chat(world, chat_id, write=True)
    if not chat.forum:
        raise bad("the chat is not a forum")
    return chat


def _topic(chat: Chat, thread: int) -> Topic:
    if thread not in chat.topics:
        raise bad("TOPIC_ID_INVALID")
    return chat.topics[thread]


def _own(world: World, chat: Chat, thread: int, verb: str) -> Topic:
    """Return a topic that the bot opened itself, or may manage."""
    topic = _topic(chat, thread)
    if topic.creator != world.bot.id and not _manages(world, chat):
        raise bad(f"not enough rights to {verb} the topic")
    return topic


def _modified(changed: bool) -> bool:
    if not changed:
        raise bad("TOPIC_NOT_MODIFIED")
    return True
