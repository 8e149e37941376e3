"""The methods that put a message into a chat."""

from typing import Any

from aiogram.methods import CopyMessage, PinChatMessage, SendMessage, SendPhoto, UnpinChatMessage
from aiogram.types import BufferedInputFile, MessageEntity, ReplyParameters

from sandbox import access
from sandbox.chats import Chat, Message
from sandbox.keyboards import checked
from sandbox.refusals import bad
from sandbox.requests import given
from sandbox.text import CAPTION, TEXT, Json, marked, units
from sandbox.world import World


def send_message(world: World, call: SendMessage) -> Json:
    """Say a text."""
    chat = access.writable(world, call.chat_id, "can_send_messages", "text messages")
    return _send(world, chat, call, text_of(call.text, call.entities, call.link_preview_options))


def send_photo(world: World, call: SendPhoto) -> Json:
    """Show a picture."""
    chat = access.writable(world, call.chat_id, "can_send_photos", "photos")
    content = {"photo": photo_of(world, call.photo), **caption_of(call)}
    return _send(world, chat, call, content)


def copy_message(world: World, call: CopyMessage) -> Json:
    """Say again what was said elsewhere, as one's own, perhaps with another caption."""
    chat = access.chat(world, call.chat_id, write=True)
    source = access.source(world, call.from_chat_id, call.message_id)
    if source.service:
        raise bad("the message can't be copied")
    content = source.content
    if "text" not in content and call.caption is not None:
        kept = {key: each for key, each in content.items() if not key.startswith("caption")}
        content = {**kept, **caption_of(call)}
    if not chat.may(world.bot.id, "can_send_photos" if "photo" in content else "can_send_messages"):
        raise bad("the message can't be copied")  # all that is ever said (TELEGRAM.md, 2.4)
    return {"message_id": _send(world, chat, call, content)["message_id"]}


def pin(world: World, call: PinChatMessage) -> bool:
    """Pin a message, and let everybody know."""
    chat = _pinnable(world, call.chat_id)
    message = access.message(chat, call.message_id, "pin")
    if message.service:
        raise bad("service messages can't be pinned")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        world.announce(chat, world.me, {"pinned_message": message.told(shallow=True)})
    return True


def unpin(world: World, call: UnpinChatMessage) -> bool:
    """Unpin a message, the last one if none is named."""
    chat = _pinnable(world, call.chat_id)
    pinned = call.message_id or (chat.pinned[-1] if chat.pinned else None)
    if pinned not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(pinned)
    return True


def text_of(text: str | None, entities: list[MessageEntity] | None, preview: object) -> Json:
    """Return the content of a text message.

    Raises:
        ApiError: there is nothing in it, or too much.

    """
    body, marks = marked(text or "", _plain(entities), TEXT)
    if not body:
        raise bad("message text is empty")
    content: Json = {"text": body}
    if marks:
        content["entities"] = marks
    if options := given(preview):
        content["link_preview_options"] = options.model_dump(mode="json", exclude_unset=True)
    return content


def caption_of(call: Any) -> Json:
    """Return a caption, and what goes along with it, of a call or of a medium."""
    body, marks = marked(call.caption or "", _plain(call.caption_entities), CAPTION)
    content: Json = {}
    if body:
        content["caption"] = body
    if marks:
        content["caption_entities"] = marks
    if body and given(call.show_caption_above_media):
        content["show_caption_above_media"] = True
    if given(getattr(call, "has_spoiler", None)):
        content["has_media_spoiler"] = True
    return content


def photo_of(world: World, photo: object) -> list[Json]:
    """Return the sizes of a picture that is uploaded, or known by its id."""
    if isinstance(photo, BufferedInputFile):
        return world.files.photo(photo.data)
    return world.files.photo_again(str(photo))


def _plain(entities: list[MessageEntity] | None) -> list[Json]:
    return [each.model_dump(mode="json", exclude_none=True) for each in entities or ()]


def _send(world: World, chat: Chat, call: Any, content: Json) -> Json:
    markup = checked(call.reply_markup)
    target, quote = _target(chat, call)
    envelope = {"has_protected_content": True} if given(call.protect_content) else {}
    message = Message(
        chat,
        world.next_id(chat),
        world.me,
        world.now,
        content,
        target=target,
        quote=quote,
        markup=markup,
        envelope=envelope,
    )
    return world.post(message).told()


def _target(chat: Chat, call: Any) -> tuple[Message | None, Json | None]:
    """Return what a call replies to, and the piece that it quotes."""
    wanted: ReplyParameters | None = call.reply_parameters
    if wanted is None and call.reply_to_message_id is not None:
        lenient = bool(call.allow_sending_without_reply)
        wanted = ReplyParameters(
            message_id=call.reply_to_message_id, allow_sending_without_reply=lenient
        )
    if wanted is None:
        return None, None
    here = wanted.chat_id is None or str(wanted.chat_id) == str(chat.id)
    target = chat.messages.get(wanted.message_id or 0) if here else None
    if target is None:
        if given(wanted.allow_sending_without_reply):
            return None, None
        raise bad("message to be replied not found")
    if not wanted.quote:
        return target, None
    if wanted.quote not in target.body:
        raise bad("QUOTE_TEXT_INVALID")
    position = units(target.body[: target.body.index(wanted.quote)])
    quote: Json = {"text": wanted.quote, "position": position, "is_manual": True}
    if wanted.quote_entities:
        quote["entities"] = _plain(wanted.quote_entities)
    return target, quote


def _pinnable(world: World, chat_id: int | str) -> Chat:
    chat = access.chat(world, chat_id, write=True)
    if not chat.may(world.bot.id, "can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")
    return chat
