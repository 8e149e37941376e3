"""Every kind of message there is: how it is read, passed on, and edited.

What has no line here, and is not among the service messages, is unknown: its author is told that
it was not passed on. A test walks over all that the Bot API of the installed aiogram has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Final

from aiogram import methods, types
from aiogram.methods.base import TelegramMethod
from aiogram.types import Message, MessageEntity

from handlers.marks import characters, marks
from relay.content import LIVE, Content, Media, Medium
from relay.text import PERSON, Text, lines, marked

#: Where the words of a page are, in the order in which they are read.
WORDS: Final = ("title", "text", "summary", "caption", "cells", "blocks", "items", "credit")


#: What no quotation cuts: a number, whatever stands between its digits, or a word.
UNBROKEN: Final = re.compile(r"\+?\d(?:[^\w\n]{0,6}\d)*|\S+")


class Edited(Enum):
    """How a copy follows when its original is edited."""

    MEDIA = auto()  #: what is shown, and its caption
    CAPTION = auto()  #: the caption alone
    BUTTONS = auto()  #: not at all, but for the buttons: it is said anew, marked
    TEXT = auto()  #: it is a text


@dataclass(frozen=True)
class Kind:
    """What becomes of one kind of message."""

    reads: Callable[[Message, Any], Content]  #: the message, and its field of that name
    edited: Edited = Edited.TEXT
    send: Callable[..., TelegramMethod[Any]] | None = None  #: its method; None: its words are sent
    item: Callable[..., Any] | None = None  #: its form in albums and in edits

    @property
    def captioned(self) -> bool:
        """Whether words can stand under it."""
        return self.edited in {Edited.MEDIA, Edited.CAPTION}


def content(message: Message) -> Content | None:
    """Return what a message consists of; None: a kind that nobody has decided about."""
    if message.text is not None:
        return Content(words(message.text, message.entities), quote=quoted(message))
    for medium, kind in KINDS.items():
        if (shown := getattr(message, medium.value)) is not None:
            return replace(kind.reads(message, shown), quote=quoted(message))
    if message.giveaway_winners:
        return told(Medium.GIVEAWAY)
    return None


def quoted(message: Message) -> Text:
    """Return the piece of what it replies to that a message quotes: of its own chat alone.

    It is taken from there where it can be: a quotation does not keep who is mentioned, nor where
    words lead. What it begins or ends in the middle of, a word or a number, is taken as a whole.
    """
    outside, target = message.external_reply, message.reply_to_message
    if message.quote is None or (
        outside and (outside.chat is None or outside.chat.id != message.chat.id)
    ):
        return Text()
    piece = words(message.quote.text, message.quote.entities)
    if not isinstance(target, Message) or not piece:
        return piece
    original = words(target.text or target.caption, target.entities or target.caption_entities)
    places = [each.start() for each in re.finditer(re.escape(piece.plain), original.plain)]
    if not places:
        return piece
    before = characters(original.plain, message.quote.position)
    start = min(places, key=lambda place: abs(place - before))
    end = start + len(piece.plain)
    for each in UNBROKEN.finditer(original.plain):
        if each.start() < start < each.end():
            start = each.start()
        if each.start() < end < each.end():
            end = each.end()
    return original[start:end]


def words(plain: str | None, found: Sequence[MessageEntity] | None) -> Text:
    """Return words with their marks."""
    return marks(plain or "", found)


def file(medium: Medium) -> Callable[[Message, Any], Content]:
    """Return what reads a kind that is one file, perhaps with a caption."""

    def read(message: Message, shown: Any) -> Content:
        media = Media(
            medium,
            shown.file_id,
            name=getattr(shown, "file_name", None) or "",
            size=shown.file_size or 0,
            spoiler=bool(message.has_media_spoiler),
            above=bool(message.show_caption_above_media),
        )
        return Content(words(message.caption, message.caption_entities), media)

    return read


def photo(message: Message, sizes: Sequence[types.PhotoSize]) -> Content:
    """Read a picture: of its sizes the largest."""
    return file(Medium.PHOTO)(message, sizes[-1])


def live_photo(message: Message, shown: types.LivePhoto) -> Content:
    """Read a picture that moves: both of its files."""
    found = file(Medium.LIVE_PHOTO)(message, shown)
    sizes = shown.photo or message.photo or []
    return with_media(found, second=sizes[-1].file_id if sizes else "")


def audio(message: Message, shown: types.Audio) -> Content:
    """Read a piece of music: who plays it is told wherever it is sent."""
    found = file(Medium.AUDIO)(message, shown)
    return with_media(found, facts=known(performer=shown.performer, title=shown.title))


def location(_: Message, found: types.Location) -> Content:
    """Read a place on the map: of one that moves, where it is now."""
    facts = known(
        latitude=found.latitude,
        longitude=found.longitude,
        horizontal_accuracy=found.horizontal_accuracy,
    )
    live = {LIVE: True} if found.live_period else {}
    return Content(media=Media(Medium.LOCATION, facts=facts | live))


def venue(_: Message, found: types.Venue) -> Content:
    """Read a place that has a name."""
    told = found.model_dump(exclude_none=True, exclude={"location"})
    where = {"latitude": found.location.latitude, "longitude": found.location.longitude}
    return Content(media=Media(Medium.VENUE, facts={**where, **told}))


def contact(_: Message, found: types.Contact) -> Content:
    """Read somebody's card."""
    told = found.model_dump(exclude_none=True, exclude={"user_id"})
    return Content(media=Media(Medium.CONTACT, facts=told))


def poll(_: Message, found: types.Poll) -> Content:
    """Read a poll's question and its options."""
    question = words(found.question, found.question_entities)
    options = (Text("• ") + words(each.text, each.text_entities) for each in found.options)
    return told(Medium.POLL, question, words(found.description, None), *options)


def dice(_: Message, found: types.Dice) -> Content:
    """Read a throw."""
    return told(Medium.DICE, Text(f"{found.emoji} {found.value}"))


def game(_: Message, found: types.Game) -> Content:
    """Read what a game is called."""
    return told(Medium.GAME, Text(found.title), Text(found.description))


def checklist(_: Message, found: types.Checklist) -> Content:
    """Read what is to be done, and what is."""
    tasks = (
        Text("☑ " if each.completion_date else "☐ ") + words(each.text, each.text_entities)
        for each in found.tasks
    )
    return told(Medium.CHECKLIST, words(found.title, found.title_entities), *tasks)


def invoice(_: Message, found: types.Invoice) -> Content:
    """Read what is to be paid for; the sum is in the currency's smallest unit: it is not told."""
    return told(Medium.INVOICE, Text(found.title), Text(found.description))


def paid_media(message: Message, _: types.PaidMediaInfo) -> Content:
    """Read what stands under something that has to be paid for."""
    return told(Medium.PAID_MEDIA, words(message.caption, message.caption_entities))


def giveaway(_: Message, found: types.Giveaway) -> Content:
    """Read what is given away."""
    return told(Medium.GIVEAWAY, Text(found.prize_description or ""))


def story(_: Message, __: types.Story) -> Content:
    """Note that it was a story: bots cannot open one."""
    return told(Medium.STORY)


def rich_message(message: Message, page: types.RichMessage) -> Content:
    """Read a page's words; where they may all be shown, the page itself is copied."""
    media = Media(Medium.RICH, str(message.message_id), facts={"chat": message.chat.id})
    return Content(lines(*(said(block.model_dump()) for block in page.blocks)), media)


def said(block: Any) -> Text:
    """Read the words in a piece of a page, however deep; what leads to people is marked."""
    match block:
        case str():
            return Text(block)
        case list():
            return sum(map(said, block), Text())
        case dict():
            found = said([block.get(key) for key in WORDS])
            match block.get("type"):
                case "text_mention":
                    return marked(PERSON, found, str(block["user"]["id"]))
                case "url":
                    return marked("text_link", found, block["url"])
                case "email_address":
                    return marked("email", found)
                case "mention" | "phone_number" as kind:
                    return marked(str(kind), found)
            return found
        case _:
            return Text()


def told(medium: Medium, *what: Text) -> Content:
    """Return something that is told in words."""
    return Content(lines(*what), Media(medium))


def with_media(found: Content, **more: Any) -> Content:
    """Return a content of whose media more is known."""
    return replace(found, media=replace(found.media, **more)) if found.media else found


def known(**facts: Any) -> dict[str, Any]:
    """Return the facts that were told."""
    return {key: value for key, value in facts.items() if value is not None}


#: In the order in which a message is asked: some kinds fill the field of a wider one as well.
KINDS: Final[Mapping[Medium, Kind]] = {
    Medium.LIVE_PHOTO: Kind(
        live_photo, Edited.MEDIA, methods.SendLivePhoto, types.InputMediaLivePhoto
    ),
    Medium.PHOTO: Kind(photo, Edited.MEDIA, methods.SendPhoto, types.InputMediaPhoto),
    Medium.VIDEO: Kind(file(Medium.VIDEO), Edited.MEDIA, methods.SendVideo, types.InputMediaVideo),
    Medium.ANIMATION: Kind(
        file(Medium.ANIMATION), Edited.MEDIA, methods.SendAnimation, types.InputMediaAnimation
    ),
    Medium.DOCUMENT: Kind(
        file(Medium.DOCUMENT), Edited.MEDIA, methods.SendDocument, types.InputMediaDocument
    ),
    Medium.AUDIO: Kind(audio, Edited.MEDIA, methods.SendAudio, types.InputMediaAudio),
    Medium.VOICE: Kind(file(Medium.VOICE), Edited.CAPTION, methods.SendVoice),
    Medium.VIDEO_NOTE: Kind(file(Medium.VIDEO_NOTE), Edited.BUTTONS, methods.SendVideoNote),
    Medium.STICKER: Kind(file(Medium.STICKER), Edited.BUTTONS, methods.SendSticker),
    Medium.VENUE: Kind(venue, Edited.BUTTONS, methods.SendVenue),
    Medium.LOCATION: Kind(location, Edited.BUTTONS, methods.SendLocation),
    Medium.CONTACT: Kind(contact, Edited.BUTTONS, methods.SendContact),
    Medium.RICH: Kind(rich_message, Edited.BUTTONS, methods.CopyMessage),
    Medium.POLL: Kind(poll),
    Medium.DICE: Kind(dice),
    Medium.GAME: Kind(game),
    Medium.CHECKLIST: Kind(checklist),
    Medium.INVOICE: Kind(invoice),
    Medium.PAID_MEDIA: Kind(paid_media),
    Medium.GIVEAWAY: Kind(giveaway),
    Medium.STORY: Kind(story),
}

#: What Telegram itself writes when a group becomes a supergroup: see ``chats``.
MOVES: Final = frozenset({"migrate_to_chat_id", "migrate_from_chat_id"})

#: What else Telegram itself writes into a chat, or an app for its bot: it is nobody's words.
SERVICE: Final = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "chat_owner_left",
        "chat_owner_changed",
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "message_auto_delete_timer_changed",
        "pinned_message",
        "successful_payment",
        "refunded_payment",
        "users_shared",
        "user_shared",
        "chat_shared",
        "gift",
        "unique_gift",
        "gift_upgrade_sent",
        "connected_website",
        "write_access_allowed",
        "passport_data",
        "proximity_alert_triggered",
        "boost_added",
        "chat_background_set",
        "checklist_tasks_done",
        "checklist_tasks_added",
        "direct_message_price_changed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "giveaway_created",
        "giveaway_completed",
        "managed_bot_created",
        "paid_message_price_changed",
        "poll_option_added",
        "poll_option_deleted",
        "suggested_post_approved",
        "suggested_post_approval_failed",
        "suggested_post_declined",
        "suggested_post_paid",
        "suggested_post_refunded",
        "video_chat_scheduled",
        "video_chat_started",
        "video_chat_ended",
        "video_chat_participants_invited",
        "web_app_data",
        "community_chat_added",
        "community_chat_removed",
        "community_chat_joined",
    }
)


def is_service(message: Message) -> bool:
    """Say whether Telegram itself wrote a message."""
    return message.text is None and any(getattr(message, field) for field in SERVICE)
