"""The methods that change, take away or mark what is there."""

from typing import Final

from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    SetMessageReaction,
)
from aiogram.types import InlineKeyboardMarkup, ReactionTypeEmoji

from sandbox import access
from sandbox.chats import Message
from sandbox.keyboards import checked
from sandbox.kinds import KINDS, fit, kind_of
from sandbox.refusals import NOT_MODIFIED, ApiError, bad
from sandbox.sending import CAPTIONS, caption_of, file_of, named, text_of
from sandbox.text import Json
from sandbox.world import World

DELETABLE: Final = 48 * 60 * 60  #: seconds; Bot API, deleteMessage
FALLING: Final = 24 * 60 * 60  #: seconds before a dice may be deleted in a private chat
TOGETHER: Final = 100  #: messages that deleteMessages takes
ANSWER: Final = 200  #: characters; Bot API, answerCallbackQuery

#: What a bot may react with (Bot API, ReactionTypeEmoji).
REACTIONS: Final = frozenset(
    {
        *(
            "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚"
            "🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍"
            "🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
        ),
        "❤\u200d🔥",
        "👨\u200d💻",
        "🤷\u200d♂",
        "🤷\u200d♀",
    }
)


def edit_text(world: World, call: EditMessageText) -> Json:
    """Say something else instead."""
    message = access.own(world, call, text=True)
    content = text_of(call.text, call.entities, call.link_preview_options)
    return _change(world, message, content, call.reply_markup)


def edit_caption(world: World, call: EditMessageCaption) -> Json:
    """Write something else under a file."""
    message = access.own(world, call, text=False)
    kept = {key: value for key, value in message.content.items() if key not in CAPTIONS}
    caption = caption_of(kind_of(message.content) or "text", call)
    return _change(world, message, {**kept, **caption}, call.reply_markup)


def edit_media(world: World, call: EditMessageMedia) -> Json:
    """Show another file instead, or one instead of a text."""
    message, kind = access.own(world, call), named(call.media)
    before = kind_of(message.content)
    if before is None or not (before == "text" or KINDS[before].replaced):
        raise bad("message media can't be edited")
    if message.album is not None and not fit((before, kind)):
        raise bad("can't change media type in the album")
    content = {**file_of(world, kind, call.media.media, call.media), **caption_of(kind, call.media)}
    return _change(world, message, content, call.reply_markup)


def edit_markup(world: World, call: EditMessageReplyMarkup) -> Json:
    """Put other buttons under a message, or none."""
    message = access.own(world, call)
    return _change(world, message, message.content, call.reply_markup)


def delete(world: World, call: DeleteMessage) -> bool:
    """Take one message away."""
    chat = access.chat(world, call.chat_id, write=True)
    _delete(world, access.message(chat, call.message_id, "delete"))
    return True


def delete_several(world: World, call: DeleteMessages) -> bool:
    """Take away those of several messages that can be; the others are passed over."""
    if len(call.message_ids) > TOGETHER:
        raise bad("too many message identifiers specified")
    if not call.message_ids:
        raise bad("message identifiers are not specified")
    chat = access.chat(world, call.chat_id, write=True)
    for message_id in call.message_ids:
        if message_id in chat.messages:
            try:
                _delete(world, chat.messages[message_id])
            except ApiError:
                continue  # "If some of the specified messages can't be found, they are skipped"
    return True


def react(world: World, call: SetMessageReaction) -> bool:
    """React to a message, or take the reaction back."""
    chat = access.chat(world, call.chat_id, write=True)
    message = _first(access.message(chat, call.message_id, "react"))
    wanted = call.reaction or []
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    before = message.reactions.get(world.bot.id)
    after: str | None = None
    for reaction in wanted:
        if not isinstance(reaction, ReactionTypeEmoji) or reaction.emoji not in REACTIONS:
            raise bad("REACTION_INVALID")
        if chat.reactions is not None and reaction.emoji not in chat.reactions:
            raise bad("REACTION_INVALID")
        after = reaction.emoji
    if after is None:
        message.reactions.pop(world.bot.id, None)
    else:
        message.reactions[world.bot.id] = after
    if after != before:
        world.journal.tell("reaction", chat.id, message_id=message.id, message=message.shown())
    return True


def answer_press(world: World, call: AnswerCallbackQuery) -> bool:
    """Answer a press of a button."""
    text = call.text or ""
    if len(text) > ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    answer: Json = {"text": text, "show_alert": bool(call.show_alert)}
    if call.url is not None:
        answer["url"] = call.url
    press = world.presses.answer(call.callback_query_id, answer, world.clock())
    world.journal.tell("answer", press.chat, **{"as": press.person, **answer})
    return True


def _change(
    world: World, message: Message, content: Json, keyboard: InlineKeyboardMarkup | None
) -> Json:
    markup = checked(keyboard)
    if content == message.content and markup == message.markup:
        raise bad(NOT_MODIFIED)
    world.change(message, content, markup)
    return message.told()


def _first(message: Message) -> Message:
    """Return the first item of an album: reactions to any of its items land there."""
    if message.album is None:
        return message
    items = (each for each in message.chat.messages.values() if each.album == message.album)
    return next(items, message)


def _delete(world: World, message: Message) -> None:
    """Take a message away, if rights and age allow it (Bot API, deleteMessage)."""
    chat, me = message.chat, message.chat.members[world.bot.id]
    own = message.author["id"] == world.bot.id
    leads = not chat.private and me.leads and chat.may(world.bot.id, "can_delete_messages")
    if not own and not chat.private and not leads:
        raise bad("message can't be deleted")
    if "forum_topic_created" in message.content:
        raise bad("message can't be deleted")
    if chat.private and "dice" in message.content and world.now - message.date < FALLING:
        raise bad("message can't be deleted for everyone")
    if world.now - message.date > DELETABLE and not (leads and chat.type == "supergroup"):
        raise bad("message can't be deleted for everyone")
    world.remove(message)
