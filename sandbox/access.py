"""What the bot can reach: the chat it names, and the messages in it."""

from typing import Any

from sandbox.cast import Person
from sandbox.chats import Chat, Message
from sandbox.kinds import KINDS, kind_of
from sandbox.members import Member
from sandbox.refusals import (
    BLOCKED,
    DEACTIVATED,
    DELETED,
    KICKED,
    NEVER_STARTED,
    NOT_A_MEMBER,
    ApiError,
    bad,
    forbidden,
    upgraded,
)
from sandbox.world import World


def chat(world: World, chat_id: int | str | None, *, write: bool = False) -> Chat:
    """Return a chat that the bot may look at, or *write* into.

    Raises:
        ApiError: it is unknown, blocked, begun by nobody, another chat by now, or the bot is
            not in it.

    """
    if chat_id is None or chat_id == "":
        raise bad("chat_id is empty")
    try:
        found = world.chats.get(int(chat_id))
    except ValueError:
        found = None  # @names belong to public chats, and there are none here
    if found is None:
        raise bad("chat not found")
    if found.private:
        if not found.known:
            raise forbidden(NEVER_STARTED) if write else bad("chat not found")
        if found.deactivated and write:
            raise forbidden(DEACTIVATED)
        if found.blocked and write:
            raise forbidden(BLOCKED)
        return found
    if not found.known:
        raise bad("chat not found")
    if found.moved_to is not None:
        raise upgraded(found.moved_to)
    if found.deleted and found.type == "group":
        raise forbidden(DELETED)
    me = found.members[world.bot.id]
    if not me.inside:
        text = KICKED if me.status == "kicked" else NOT_A_MEMBER
        raise forbidden(text.format(kind=found.type))
    return found


def writable(world: World, chat_id: int | str | None, kind: str) -> Chat:
    """Return a chat into which the bot may send messages of a kind."""
    found = chat(world, chat_id, write=True)
    allowed(world, found, kind)
    return found


def allowed(world: World, where: Chat, kind: str) -> None:
    """Let messages of a kind through.

    Raises:
        ApiError: the bot has no right to send them there, or the person wants none.

    """
    if not where.may(world.bot.id, KINDS[kind].right):
        raise bad(f"not enough rights to send {KINDS[kind].words} to the chat")
    if where.voiceless and kind in {"voice", "video_note"}:
        what = KINDS[kind].words.removesuffix("s")
        raise bad(f"user restricted receiving of {what} messages")


def message(where: Chat, message_id: int | None, verb: str) -> Message:
    """Return a message, or refuse with "message to *verb* not found"."""
    found = where.messages.get(message_id or 0)
    if found is None:
        raise bad(f"message to {verb} not found")
    return found


def source(world: World, chat_id: int | str | None, message_id: int | None) -> Message:
    """Return a message that the bot wants to copy; what a group said does not move with it."""
    try:
        where = chat(world, chat_id)
    except ApiError as refused:
        if refused.migrate_to_chat_id is None:
            raise
        raise bad("message to copy not found") from refused
    return message(where, message_id, "copy")


def own(world: World, call: Any, *, text: bool | None = None) -> Message:
    """Return the bot's own message that a call wants to edit.

    Raises:
        ApiError: it is gone, somebody else's, under a reply keyboard, or, if *text* is given,
            has no text, or no caption.

    """
    if call.inline_message_id is not None or call.message_id is None:
        raise bad("message identifier is not specified")
    found = message(chat(world, call.chat_id, write=True), call.message_id, "edit")
    if found.author["id"] != world.bot.id or found.service:
        raise bad("message can't be edited")
    if found.markup is not None and "inline_keyboard" not in found.markup:
        raise bad("message can't be edited")
    if text is True and "text" not in found.content:
        raise bad("there is no text in the message to edit")
    if text is False and not KINDS[kind_of(found.content) or "text"].captioned:
        raise bad("there is no caption in the message to edit")
    return found


def member(world: World, where: Chat, user_id: int) -> Member:
    """Return somebody's standing in a chat, though it be that they left."""
    if user_id in where.members:
        return where.members[user_id]
    someone: Person | None = world.people.get(user_id)
    if someone is None or where.private:
        raise bad("user not found" if someone is None else "member not found")
    return Member(world.chats[user_id].members[user_id].user, "left")
