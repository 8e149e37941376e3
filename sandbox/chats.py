"""Chats and what was said in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sandbox.kinds import kind_of
from sandbox.members import PERMISSIONS, Member
from sandbox.text import Json

#: Telegram's own account for administrators who hide behind their group.
ANONYMOUS: Final = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


#: Telegram's own account for people who speak as a channel.
CHANNEL: Final = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}


@dataclass(eq=False)
class Topic:
    """A topic of a forum; its id is that of the service message that opened it."""

    first: "Message"
    name: str
    color: int
    icon: str | None  #: id of a custom emoji
    creator: int
    closed: bool = False

    @property
    def id(self) -> int:
        """The Bot API's message_thread_id."""
        return self.first.id


@dataclass(eq=False)
class Chat:
    """A private chat of one person with the bot, or a group.

    ``messages`` holds everything that is visible, by id; deleted messages are taken out.
    """

    id: int
    type: Literal["private", "group", "supergroup"]
    title: str  #: of a private chat: the person's name
    facts: Json  #: the Bot API's Chat
    members: dict[int, Member]  #: the bot is among them
    messages: "dict[int, Message]" = field(default_factory=dict)
    last_id: int = 0  #: of a supergroup; all other chats count together
    known: bool = False  #: the bot has been here: a private chat was begun, a group entered
    blocked: bool = False  #: the person of a private chat blocked the bot
    privacy: bool = True  #: privacy mode as it was when the bot came
    bot_spoke: bool = False  #: the bot is the last that spoke here: there is no other
    permissions: Mapping[str, bool] = field(default_factory=PERMISSIONS.copy)  #: everybody's
    pinned: list[int] = field(default_factory=list)
    moved_to: int | None = None  #: the supergroup that this group became
    deleted: bool = False  #: the group is no more
    deactivated: bool = False  #: the person of a private chat has no account any more
    topics: dict[int, Topic] = field(default_factory=dict)  #: by id; kept while switched off
    voiceless: bool = False  #: the person of a private chat wants no voice and video notes
    reactions: tuple[str, ...] | None = None  #: those that are allowed; None is all
    untold: "dict[str, tuple[str, Json]]" = field(default_factory=dict)  #: see ``upgrades``

    @property
    def private(self) -> bool:
        """Whether this is a person's chat with the bot."""
        return self.type == "private"

    @property
    def forum(self) -> bool:
        """Whether topics are switched on."""
        return bool(self.facts.get("is_forum"))

    def may(self, who: int, right: str) -> bool:
        """Return whether somebody who was here has *right*; in private everybody has all."""
        return self.private or self.members[who].may(right, self.permissions)


@dataclass(eq=False)
class Message:
    """One message. ``content`` is what the Bot API's Message says besides the envelope."""

    chat: Chat
    id: int
    author: Json
    date: int
    content: Json
    service: bool = False
    target: "Message | None" = None  #: what it replies to
    quote: Json | None = None
    markup: Json | None = None  #: any keyboard; the Bot API shows inline ones alone
    envelope: Json = field(default_factory=dict)  #: sender_chat, has_protected_content …
    edited: int | None = None
    reactions: dict[int, str] = field(default_factory=dict)  #: by whom
    deleted: bool = False
    thread: int | None = None  #: the topic it is in; the General topic is none
    album: str | None = None  #: what it is a part of
    writer: int | None = None  #: the person who wrote it, whatever name is on it

    @property
    def body(self) -> str:
        """The text, or the caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def kind(self) -> str:
        """What it is, as its field in the Bot API's Message is called, or a service message."""
        return kind_of(self.content) or "service"

    @property
    def marks(self) -> list[Json]:
        """The entities of the text, or of the caption."""
        found: list[Json] = (
            self.content.get("entities") or self.content.get("caption_entities") or []
        )
        return found

    @property
    def keys(self) -> list[list[dict[str, Any]]]:
        """The keyboard that the message gives people in place of letters."""
        rows: list[list[dict[str, Any]]] = (self.markup or {}).get("keyboard", [])
        return rows

    @property
    def inline(self) -> list[list[dict[str, Any]]]:
        """The buttons under the message, row by row."""
        rows: list[list[dict[str, Any]]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    def told(self, *, shallow: bool = False) -> Json:
        """Return the Bot API's Message; *shallow* leaves out what it replies to."""
        told: Json = {
            "message_id": self.id,
            "from": self.author,
            "chat": self.chat.facts,
            "date": self.date,
            **self.envelope,
        }
        if self.thread is not None:
            told |= {"message_thread_id": self.thread, "is_topic_message": True}
        elif self.chat.forum and self.target is not None:
            told["message_thread_id"] = self._beginning()  # no topic (TELEGRAM.md, 1.3)
        if self.album is not None:
            told["media_group_id"] = self.album
        if self.edited is not None:
            told["edit_date"] = self.edited
        target = None if shallow else self._seen_target()
        if target is not None:
            told["reply_to_message"] = target.told(shallow=True)
        if self.quote is not None and (target or "external_reply" in self.envelope):
            told["quote"] = self.quote
        told.update(self.content)
        if self.markup is not None and "inline_keyboard" in self.markup:
            told["reply_markup"] = self.markup
        return told

    def _seen_target(self) -> "Message | None":
        """Return what it replies to; in a topic, what replies to nothing replies to its beginning.

        Bots are told so (Bot API, Message), people do not see it.
        """
        topic = self.chat.topics.get(self.thread or 0)
        target = self.target
        if target is None and topic is not None and "external_reply" not in self.envelope:
            target = topic.first
        return None if target is None or target is self or target.deleted else target

    def _beginning(self) -> int:
        """Return the id of the message with which a row of replies in General began."""
        first = self
        while first.target is not None:
            first = first.target
        return first.id

    def shown(self) -> Json:
        """Return the message as people see it: of what kind, every keyboard, and the reactions."""
        shown = self.told()
        if self.target is None:
            shown.pop("reply_to_message", None)
        shown["kind"] = self.kind
        if (topic := self.chat.topics.get(self.thread or 0)) is not None:
            shown["topic"] = topic.name
        if self.markup is not None:
            shown["reply_markup"] = self.markup
        shown["reactions"] = list(self.reactions.values())
        shown["deleted"] = self.deleted
        return shown
