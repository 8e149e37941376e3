"""Topics of forums: they open, change and end, and everything lands in one of them or in none.

Who may do that is asked by the callers: ``forums`` for the bot, ``meetings`` for people.
"""

from typing import Final

from sandbox.chats import Chat, Message, Topic
from sandbox.text import Json
from sandbox.world import World

#: The colours of icons (Bot API, createForumTopic).
COLORS: Final = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)

#: Icons that everybody may use, by their ids; the server has about a hundred.
ICONS: Final = {
    "5434144690511290129": "📰",
    "5312536423851630001": "💡",
    "5312016608254762256": "⚡️",
    "5377544228505134960": "🎙",
    "5418085807791545980": "🔝",
    "5370870893004203704": "🗣",
    "5420216386448270341": "🆒",
    "5379748062124056162": "❗️",
    "5373251851074415873": "📝",
    "5433614043006903194": "📆",
    "5357315181649076022": "📁",
    "5309832892262654231": "🤖",
    "5237699328843200968": "✅",
    "5377316857231450742": "❓",
}


def begin(
    world: World, chat: Chat, author: Json, name: str, color: int | None, icon: str | None
) -> Topic:
    """Open a topic."""
    first = Message(chat, world.next_id(chat), author, world.now, {}, service=True)
    first.thread = first.id
    topic = Topic(first, name, color or COLORS[0], icon, author["id"])
    chat.topics[topic.id] = topic
    first.content = {"forum_topic_created": facts(topic)}
    world.post(first)
    return topic


def facts(topic: Topic) -> Json:
    """Return what both a ForumTopic and a ForumTopicCreated say."""
    icon = {"icon_custom_emoji_id": topic.icon} if topic.icon else {}
    return {"name": topic.name, "icon_color": topic.color, **icon}


def rename(
    world: World, chat: Chat, topic: Topic, author: Json, name: str | None, icon: str | None
) -> bool:
    """Give a topic another name or icon, "" for none; return whether that changed anything."""
    changed: Json = {}
    if name and name != topic.name:
        topic.name = changed["name"] = name
    if icon is not None and icon != (topic.icon or ""):
        topic.icon, changed["icon_custom_emoji_id"] = icon or None, icon
    if changed:
        _announce(world, chat, topic, author, "forum_topic_edited", changed)
    return bool(changed)


def close(world: World, chat: Chat, topic: Topic, author: Json, *, closed: bool) -> bool:
    """Close a topic, or open it again; return whether that changed anything."""
    if topic.closed == closed:
        return False
    topic.closed = closed
    what = "forum_topic_closed" if closed else "forum_topic_reopened"
    _announce(world, chat, topic, author, what, {})
    return True


def delete(world: World, chat: Chat, topic: Topic) -> None:
    """Take away a topic and everything in it. Bots are never told."""
    del chat.topics[topic.id]
    for message in [each for each in chat.messages.values() if each.thread == topic.id]:
        world.remove(message)
    world.journal.tell("topic", chat.id, thread=topic.id, text=topic.name, deleted=True)


def switch(world: World, chat: Chat, *, on: bool) -> None:
    """Switch topics on or off; while they are off, what was said in them stays."""
    kept = {key: value for key, value in chat.facts.items() if key != "is_forum"}
    chat.facts = {**kept, "is_forum": True} if on else kept
    world.journal.tell("forum", chat.id, on=on)


def _announce(
    world: World, chat: Chat, topic: Topic, author: Json, what: str, content: Json
) -> None:
    world.announce(chat, author, {what: content}, thread=topic.id)
