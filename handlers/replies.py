"""How a handler answers: with one method, returned, and sent after the commit if it can be."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import (
    CallbackQuery,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)

from handlers.files import Made
from handlers.forms import keyboard
from handlers.marks import entities
from handlers.pictures import draw
from relay.channel import Post
from relay.language import Gettext
from relay.people import again
from relay.pictures import Chart, Timeline
from relay.speaker import Speaker
from relay.store import Store
from relay.text import Text

#: What a handler returns: one method, or several.
Reply = TelegramMethod[Any] | tuple[TelegramMethod[Any], ...]


@dataclass(frozen=True)
class Lookup:
    """A reply for which one has to look around: after the commit, so that nobody waits for it.

    What *find* refuses is said to whoever asked; it is handed a store that writes nothing.
    """

    event: Message | CallbackQuery
    voice: Gettext
    find: Callable[[Store], Awaitable[Reply]]
    party_id: int | None  #: in whose chat it was asked for
    address: str | None  #: of who asked; none: they speak as the chat itself


def looking(
    event: Message | CallbackQuery,
    speaker: Speaker,
    _: Gettext,
    find: Callable[[Store, Speaker], Awaitable[Reply]],
) -> Lookup:
    """Answer with what *find* sees, of the same speaker, when it looks around."""
    met = again(speaker)

    async def found(store: Store) -> Reply:
        return await find(store, await met(store))

    party, person = speaker.party, speaker.person
    return Lookup(
        *(event, _, found),
        party_id=party.id if party else None,
        address=person.address if person else None,
    )


CAPTION = 1000  #: characters below a picture; a little less than Telegram takes
TOAST = 200  #: characters of an answer to a press; Bot API, answerCallbackQuery
LONGEST = 4000  #: characters of a reply; a little less than a message takes


def answer(message: Message, said: Post | Text | str) -> SendMessage:
    """Reply to a message."""
    post = said if isinstance(said, Post) else Post(said if isinstance(said, Text) else Text(said))
    text = post.text[:LONGEST]
    return SendMessage(
        chat_id=message.chat.id,
        message_thread_id=message.message_thread_id if message.is_topic_message else None,
        text=text.plain,
        entities=entities(text) or None,
        reply_markup=keyboard(post.buttons),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(
            message_id=message.message_id, allow_sending_without_reply=True
        ),
    )


def document(message: Message, file: InputFile, caption: str) -> SendDocument:
    """Reply to a message with a file."""
    return SendDocument(
        chat_id=message.chat.id,
        message_thread_id=message.message_thread_id if message.is_topic_message else None,
        document=file,
        caption=caption,
        reply_parameters=ReplyParameters(
            message_id=message.message_id, allow_sending_without_reply=True
        ),
    )


def file(query: CallbackQuery, name: str, make: Callable[[], bytes], caption: str) -> Reply:
    """Answer a press with a file that is made when it is sent."""
    if not isinstance(query.message, Message):
        return query.answer()
    return query.answer(), document(query.message, Made(name, make), caption)


def photo(message: Message, file: InputFile, caption: Post | None = None) -> SendPhoto:
    """Reply to a message with a picture, and with what fits below it."""
    post = caption or Post()
    return SendPhoto(
        chat_id=message.chat.id,
        message_thread_id=message.message_thread_id if message.is_topic_message else None,
        photo=file,
        caption=post.text.plain or None,
        caption_entities=entities(post.text) or None,
        reply_markup=keyboard(post.buttons),
        reply_parameters=ReplyParameters(
            message_id=message.message_id, allow_sending_without_reply=True
        ),
    )


def shown(message: Message, post: Post) -> Reply:
    """Reply with words and the picture above them: in one message, if that can hold them."""
    if post.picture is None:
        return answer(message, post)
    if len(post.text.plain) <= CAPTION:
        return photo(message, drawn(post.picture), post)
    return photo(message, drawn(post.picture)), answer(message, post)


def drawn(picture: Timeline | Chart) -> Made:
    """Return a picture as a file that is drawn when it is sent."""
    return Made("picture.png", partial(draw, picture))


def in_words(picture: SendPhoto) -> SendMessage | None:
    """Return what stands below a picture, where pictures are not accepted."""
    if not picture.caption:
        return None
    return SendMessage(
        chat_id=picture.chat_id,
        message_thread_id=picture.message_thread_id,
        text=picture.caption,
        entities=picture.caption_entities,
        reply_markup=picture.reply_markup,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=picture.reply_parameters,
    )


def instead(query: CallbackQuery, post: Post) -> EditMessageText | AnswerCallbackQuery:
    """Show another page in the message whose button was pressed."""
    if not isinstance(query.message, Message):
        return query.answer()
    return EditMessageText(
        chat_id=query.message.chat.id,
        message_id=query.message.message_id,
        text=post.text[:LONGEST].plain,
        entities=entities(post.text[:LONGEST]) or None,
        reply_markup=keyboard(post.buttons),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def told(query: CallbackQuery, post: Post) -> Reply:
    """Answer a press with a message of its own."""
    if not isinstance(query.message, Message):
        return query.answer()
    said = shown(query.message, post)
    return query.answer(), *(said if isinstance(said, tuple) else (said,))


def done(query: CallbackQuery, words: str) -> Reply:
    """Answer a press that settled what its message asked: the buttons go."""
    if not isinstance(query.message, Message):
        return toast(query, words)
    bare = EditMessageReplyMarkup(
        chat_id=query.message.chat.id, message_id=query.message.message_id, reply_markup=None
    )
    return toast(query, words), bare


def toast(query: CallbackQuery, words: str, *, alert: bool = False) -> AnswerCallbackQuery:
    """Answer a press; an *alert* has to be dismissed."""
    return query.answer(words[:TOAST], show_alert=alert or None)
