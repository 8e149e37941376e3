"""The kinds of messages: what it takes to send each, and what can be done with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.refusals import bad
from sandbox.text import Json


@dataclass(frozen=True)
class Kind:
    """What Telegram knows about all messages of one kind."""

    right: str  #: what somebody must be allowed to do
    words: str  #: as in "not enough rights to send photos to the chat"
    file: str | None = None  #: what Telegram calls its files in errors; None if it has none
    captioned: bool = False
    album: str | None = None  #: with what it goes into one album: kinds of the same word
    replaced: bool = False  #: whether editMessageMedia exchanges it for another such kind
    copied: bool = True  #: whether copyMessage takes it


#: By the field of the Message that only this kind has; those that fill two fields come before
#: the kinds whose field they fill, too (TELEGRAM.md, 1.4).
KINDS: Final[Mapping[str, Kind]] = {
    "live_photo": Kind(
        "can_send_photos", "photos", "LivePhoto", captioned=True, album="pictures", replaced=True
    ),
    "animation": Kind(
        "can_send_other_messages", "animations", "Animation", captioned=True, replaced=True
    ),
    "venue": Kind("can_send_messages", "venues"),
    "text": Kind("can_send_messages", "text messages"),
    "photo": Kind(
        "can_send_photos", "photos", "Photo", captioned=True, album="pictures", replaced=True
    ),
    "video": Kind(
        "can_send_videos", "videos", "Video", captioned=True, album="pictures", replaced=True
    ),
    "audio": Kind(
        "can_send_audios", "music", "Audio", captioned=True, album="music", replaced=True
    ),
    "document": Kind(
        "can_send_documents",
        "documents",
        "Document",
        captioned=True,
        album="documents",
        replaced=True,
    ),
    "voice": Kind("can_send_voice_notes", "voice notes", "VoiceNote", captioned=True),
    "video_note": Kind("can_send_video_notes", "video notes", "VideoNote"),
    "sticker": Kind("can_send_other_messages", "stickers", "Sticker"),
    "location": Kind("can_send_messages", "locations"),
    "contact": Kind("can_send_messages", "contacts"),
    "poll": Kind("can_send_polls", "polls"),
    "dice": Kind("can_send_other_messages", "dice"),
    "checklist": Kind("can_send_polls", "checklists", copied=False),
    "game": Kind("can_send_other_messages", "games"),
    "rich_message": Kind("can_send_messages", "the rich message"),
    "story": Kind("can_send_photos", "stories", copied=False),
    "invoice": Kind("can_send_messages", "invoice messages", copied=False),
    "paid_media": Kind("can_send_photos", "paid media", captioned=True, copied=False),
    "giveaway": Kind("can_send_messages", "giveaways", copied=False),
    "giveaway_winners": Kind("can_send_messages", "giveaway winners", copied=False),
}


def kind_of(content: Json) -> str | None:
    """Return the kind of a message; None for a service message."""
    return next((name for name in KINDS if name in content), None)


def fit(kinds: Iterable[str | None]) -> bool:
    """Return whether messages of such kinds can be one album."""
    albums = {None if kind is None else KINDS[kind].album for kind in kinds}
    return len(albums) == 1 and None not in albums


def together(kinds: Iterable[str | None]) -> None:
    """Let an album through.

    Raises:
        ApiError: its items cannot be in one.

    """
    if not fit(kinds):
        raise bad("can't use the media of the specified type in the album")
