"""The method that sends an album, item by item."""

from dataclasses import replace
from typing import Any, Final

from aiogram.methods import SendMediaGroup

from sandbox import access, sending
from sandbox.kinds import together
from sandbox.refusals import ApiError, bad
from sandbox.requests import given
from sandbox.text import Json
from sandbox.world import World

MOST: Final = 10  #: items; Bot API, sendMediaGroup


def send_album(world: World, call: SendMediaGroup) -> list[Json]:
    """Send several files as one album.

    What is wrong with a file is found out when it is sent: the other items are in the chat by
    then, and stay there (TELEGRAM.md, 2.3).
    """
    chat = access.chat(world, call.chat_id, write=True)
    kinds = _checked(call)
    for kind in kinds:
        access.allowed(world, chat, kind)
    items: list[tuple[str, Any]] = list(zip(kinds, call.media, strict=True))
    captions = [sending.caption_of(kind, item) for kind, item in items]
    album, sent, refused = world.next_album(), list[Json](), list[ApiError]()
    for number, (kind, item) in enumerate(items, 1):
        try:
            content = sending.file_of(world, kind, item.media, item)
        except ApiError as error:
            refused.append(_failed(number, error))
        else:
            content = {**content, **captions[number - 1]}
            sent.append(sending.send(world, chat, call, content, album))
    if refused:
        raise replace(refused[0], made=[each["message_id"] for each in sent])
    return sent


def _checked(call: SendMediaGroup) -> list[str]:
    """Return the kinds of the items, if they can be an album."""
    if len(call.media) > MOST:
        raise bad("too many messages to send as an album")
    if len(call.media) < 2:
        raise bad("there are no messages to send" if not call.media else "group send failed")
    kinds = [sending.named(item) for item in call.media]
    together(kinds)
    above = {bool(given(getattr(item, "show_caption_above_media", None))) for item in call.media}
    if len(above) > 1:
        raise bad("parameter show_caption_above_media must be the same for all messages")
    return kinds


def _failed(number: int, error: ApiError) -> ApiError:
    """Return the refusal that names an item."""
    text = error.description.removeprefix("Bad Request: ")
    said = text[:1].upper() + text[1:]
    return bad(f'failed to send message #{number} with the error message "{said}"')
