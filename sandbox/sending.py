"""The methods that put a message into a chat."""

from typing import Any, Final

from aiogram.enums import InputMediaType
from aiogram.methods import (
    CopyMessage,
    PinChatMessage,
    SendContact,
    SendDice,
    SendLocation,
    SendMessage,
    SendPoll,
    SendVenue,
    UnpinChatMessage,
)
from aiogram.types import BufferedInputFile, MessageEntity, ReplyParameters

from sandbox import access, attachments, forums, media
from sandbox.chats import Chat, Message
from sandbox.keyboards import checked
from sandbox.kinds import KINDS, kind_of
from sandbox.refusals import ApiError, bad
from sandbox.requests import given
from sandbox.text import Json, units, worded
from sandbox.world import World

#: The methods that send a file, and as what.
FILED: Final = {
    "sendPhoto": "photo",
    "sendLivePhoto": "live_photo",
    "sendVideo": "video",
    "sendAnimation": "animation",
    "sendAudio": "audio",
    "sendDocument": "document",
    "sendVoice": "voice",
    "sendVideoNote": "video_note",
    "sendSticker": "sticker",
}

CAPTIONS: Final = frozenset({"caption", "caption_entities", "show_caption_above_media"})

PLACE: Final = ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
VENUE: Final = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
POLL: Final = (
    *("is_anonymous", "type", "allows_multiple_answers", "allows_revoting", "is_closed"),
    *("correct_option_ids", "explanation", "open_period", "description"),
)


def send_message(world: World, call: SendMessage) -> Json:
    """Say a text."""
    chat = access.writable(world, call.chat_id, "text")
    return send(world, chat, call, text_of(call.text, call.entities, call.link_preview_options))


def send_file(world: World, call: Any) -> Json:
    """Send a file, as what the method is named for."""
    kind = FILED[call.__api_method__]
    chat = access.writable(world, call.chat_id, kind)
    content = {**file_of(world, kind, getattr(call, kind), call), **caption_of(kind, call)}
    return send(world, chat, call, content)


def send_location(world: World, call: SendLocation) -> Json:
    """Show a point on the map."""
    chat = access.writable(world, call.chat_id, "location")
    content = attachments.location(call.latitude, call.longitude, **_some(call, PLACE))
    return send(world, chat, call, content)


def send_venue(world: World, call: SendVenue) -> Json:
    """Show a place with a name."""
    chat = access.writable(world, call.chat_id, "venue")
    content = attachments.venue(
        call.latitude, call.longitude, call.title, call.address, **_some(call, VENUE)
    )
    return send(world, chat, call, content)


def send_contact(world: World, call: SendContact) -> Json:
    """Tell somebody's number."""
    chat = access.writable(world, call.chat_id, "contact")
    more = _some(call, ("last_name", "vcard"))
    return send(world, chat, call, attachments.contact(call.phone_number, call.first_name, **more))


def send_poll(world: World, call: SendPoll) -> Json:
    """Ask everybody something."""
    chat = access.writable(world, call.chat_id, "poll")
    options = [each if isinstance(each, str) else each.text for each in call.options]
    return send(world, chat, call, world.games.poll(call.question, options, **_some(call, POLL)))


def send_dice(world: World, call: SendDice) -> Json:
    """Throw a dice."""
    chat = access.writable(world, call.chat_id, "dice")
    return send(world, chat, call, world.games.roll(call.emoji))


def copy_message(world: World, call: CopyMessage) -> Json:
    """Say again what was said elsewhere, as one's own, perhaps with another caption."""
    chat = access.chat(world, call.chat_id, write=True)
    source = access.source(world, call.from_chat_id, call.message_id)
    kind = kind_of(source.content)
    if kind is None or not copyable(source):
        raise bad("the message can't be copied")
    try:
        access.allowed(world, chat, kind)
    except ApiError as refused:  # all that is ever said (TELEGRAM.md, 2.4)
        raise bad("the message can't be copied") from refused
    content = world.games.copied(source.content)
    if KINDS[kind].captioned and call.caption is not None:
        kept = {key: each for key, each in content.items() if key not in CAPTIONS}
        content = {**kept, **caption_of(kind, call)}
    return {"message_id": send(world, chat, call, content)["message_id"]}


def copyable(source: Message) -> bool:
    """Return whether a message may be said again (Bot API, copyMessage)."""
    kind = kind_of(source.content)
    if source.service or kind is None or source.envelope.get("has_protected_content"):
        return False
    poll = source.content.get("poll", {})
    return KINDS[kind].copied and (poll.get("type") != "quiz" or "correct_option_ids" in poll)


def pin(world: World, call: PinChatMessage) -> bool:
    """Pin a message, and let everybody know."""
    chat = _pinnable(world, call.chat_id)
    message = access.message(chat, call.message_id, "pin")
    if message.service:
        raise bad("service messages can't be pinned")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        pinned = {"pinned_message": message.told(shallow=True)}
        world.announce(chat, world.me, pinned, thread=message.thread)
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
    content = worded("text", text or "", _plain(entities))
    if not content:
        raise bad("message text is empty")
    if options := given(preview):
        content["link_preview_options"] = options.model_dump(mode="json", exclude_unset=True)
    return content


def caption_of(kind: str, call: Any) -> Json:
    """Return a caption, and what goes along with it, of a call or of an item of one."""
    if not KINDS[kind].captioned:
        return {}
    content = worded("caption", call.caption or "", _plain(call.caption_entities))
    if content and given(getattr(call, "show_caption_above_media", None)):
        content["show_caption_above_media"] = True
    if given(getattr(call, "has_spoiler", None)):
        content["has_media_spoiler"] = True
    return content


def file_of(world: World, kind: str, file: object, call: Any) -> Json:
    """Return what a message says of a file that is uploaded, or known by its id.

    Raises:
        ApiError: there is no such file, or not of this kind.

    """
    if not isinstance(file, BufferedInputFile):
        return world.files.again(kind, str(file))
    facts = _some(call, media.SAID.get(kind, ()))
    if kind == "live_photo":
        facts["photo"] = file_of(world, "photo", call.photo, call)["photo"]
    return media.made(world.files, kind, file.data, file.filename or "", facts)


def named(item: Any) -> str:
    """Return the kind of an item of an album, or of what takes another's place."""
    return InputMediaType(item.type).value


def send(world: World, chat: Chat, call: Any, content: Json, album: str | None = None) -> Json:
    """Put something into a chat that is the bot's, and return it as the bot is answered.

    Raises:
        ApiError: it may not land where it is meant to.

    """
    markup = checked(getattr(call, "reply_markup", None), private=chat.private)
    target, quote = _target(chat, call)
    thread = forums.place(world, chat, call.message_thread_id, target)
    message = Message(
        chat,
        world.next_id(chat),
        world.me,
        world.now,
        content,
        target=target,
        quote=quote,
        markup=markup,
        envelope={"has_protected_content": True} if given(call.protect_content) else {},
        thread=thread,
        album=album,
    )
    return world.post(message).told()


def _plain(entities: list[MessageEntity] | None) -> list[Json]:
    return [each.model_dump(mode="json", exclude_none=True) for each in entities or ()]


def _some(call: Any, names: Any) -> Json:
    """Return what a call says of some things."""
    said = {name: given(getattr(call, name, None)) for name in names}
    return {name: value for name, value in said.items() if value is not None}


def _target(chat: Chat, call: Any) -> tuple[Message | None, Json | None]:
    """Return what a call replies to, and the piece that it quotes."""
    wanted: ReplyParameters | None = call.reply_parameters
    plain: int | None = getattr(call, "reply_to_message_id", None)
    if wanted is None and plain is not None:
        lenient = bool(call.allow_sending_without_reply)
        wanted = ReplyParameters(message_id=plain, allow_sending_without_reply=lenient)
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
