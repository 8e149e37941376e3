"""Chats and what was said in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sandbox.members import PERMISSIONS, Member
from sandbox.text import Json

#: Telegram's own account for administrators who hide behind their group.
ANONYMOUS: Final = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


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
    untold: "dict[str, tuple[str, Json]]" = field(default_factory=dict)  #: see ``upgrades``

    @property
    def private(self) -> bool:
        """Whether this is a person's chat with the bot."""
        return self.type == "private"

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

    @property
    def body(self) -> str:
        """The text, or the caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

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
        if self.edited is not None:
            told["edit_date"] = self.edited
        if not shallow and self.target is not None and not self.target.deleted:
            told["reply_to_message"] = self.target.told(shallow=True)
            if self.quote is not None:
                told["quote"] = self.quote
        told.update(self.content)
        if self.markup is not None and "inline_keyboard" in self.markup:
            told["reply_markup"] = self.markup
        return told

    def shown(self) -> Json:
        """Return the message as people see it: every keyboard, and the reactions."""
        shown = self.told()
        if self.markup is not None:
            shown["reply_markup"] = self.markup
        shown["reactions"] = list(self.reactions.values())
        shown["deleted"] = self.deleted
        return shown
