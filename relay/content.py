"""What a message consists of: words, and perhaps something to look at or to listen to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from relay.text import Mark, Text, lines


class Medium(StrEnum):
    """What people send beside words."""

    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    LIVE_PHOTO = "live_photo"
    AUDIO = "audio"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    STICKER = "sticker"
    LOCATION = "location"
    VENUE = "venue"
    CONTACT = "contact"
    RICH = "rich_message"
    # A second one would be another one, or is forbidden: their words are passed on.
    POLL = "poll"
    DICE = "dice"
    GAME = "game"
    CHECKLIST = "checklist"
    INVOICE = "invoice"
    PAID_MEDIA = "paid_media"
    GIVEAWAY = "giveaway"
    STORY = "story"


#: What is told in words: a line that names the kind, and what can be read of it.
TOLD = frozenset(
    {
        Medium.POLL,
        Medium.DICE,
        Medium.GAME,
        Medium.CHECKLIST,
        Medium.INVOICE,
        Medium.PAID_MEDIA,
        Medium.GIVEAWAY,
        Medium.STORY,
    }
)


LIVE = "live"  #: a fact of a location: it moves, and is passed on as it was at one moment


@dataclass(frozen=True)
class Media:
    """Something beside words; what is in a file only its channel knows."""

    kind: Medium
    file: str = ""  #: the channel's own id of it; there are kinds that have none
    second: str = ""  #: the still picture of a live photo
    name: str = ""  #: of the file; it goes along whenever the file is sent by its id
    size: int = 0  #: in bytes, as far as it was told
    spoiler: bool = False  #: hidden until pressed
    above: bool = False  #: the words stand above it
    renamed: bool = False  #: it must go under another name
    #: What it consists of, where that is no file; by the channel's own names.
    facts: Mapping[str, Any] = field(default_factory=dict)

    def packed(self) -> dict[str, Any]:
        """Return it in the form in which it is kept."""
        return {key: value for key, value in vars(self).items() if value}


@dataclass(frozen=True)
class Content:
    """What a message consists of."""

    text: Text = field(default=Text())
    media: Media | None = None
    quote: Text = field(default=Text())  #: the piece of another message that it answers
    album: tuple[Content, ...] = ()  #: several that were sent as one; their words are the text
    withdrawn: bool = False  #: its author took it back
    late: bool = False  #: it came after the rest of its album, to which it is a reply

    def __bool__(self) -> bool:
        return bool(self.text or self.media or self.album or self.withdrawn)

    @classmethod
    def of_album(cls, items: Sequence[Content]) -> Content:
        """Return several contents that were sent as one."""
        if len(items) == 1:
            return items[0]
        quote = next((each.quote for each in items if each.quote), Text())
        return cls(lines(*(each.text for each in items)), quote=quote, album=tuple(items))

    @property
    def kinds(self) -> list[Medium]:
        """The kinds of all that is in it beside words."""
        return [each.media.kind for each in self.album or (self,) if each.media]

    def worded(self, text: Text) -> Content:
        """Return it with another text: the first one of an album carries it."""
        if not self.album:
            return replace(self, text=text)
        first, *others = (replace(each, text=Text()) for each in self.album)
        return replace(self, text=text, album=(replace(first, text=text), *others))

    def with_item(self, number: int, item: Content) -> Content:
        """Return it with another item at its place in the album; what is none becomes the item."""
        if not self.album:
            return item
        items = [item if place == number else each for place, each in enumerate(self.album)]
        return replace(Content.of_album(items), quote=self.quote)

    def packed(self) -> dict[str, Any]:
        """Return it in the form in which it is kept."""
        kept: dict[str, Any] = {"text": self.text.plain}
        if self.text.marks:
            kept["marks"] = [list(mark) for mark in self.text.marks]
        if self.media:
            kept["media"] = self.media.packed()
        if self.quote:
            kept["quote"] = Content(self.quote).packed()
        if self.album:
            kept["album"] = [each.packed() for each in self.album]
        if self.withdrawn:
            kept["withdrawn"] = True
        if self.late:
            kept["late"] = True
        return kept

    @classmethod
    def unpacked(cls, kept: Mapping[str, Any]) -> Content:
        """Read what ``packed`` wrote; once, pictures were all there was."""
        marks = tuple(Mark(*mark) for mark in kept.get("marks", ()))
        media = None
        if "media" in kept:
            media = Media(**{**kept["media"], "kind": Medium(kept["media"]["kind"])})
        elif "photo" in kept:
            spoiler, above = kept.get("spoiler", False), kept.get("above", False)
            media = Media(Medium.PHOTO, kept["photo"], spoiler=spoiler, above=above)
        return cls(
            Text(kept["text"], marks),
            media,
            cls.unpacked(kept["quote"]).text if "quote" in kept else Text(),
            tuple(cls.unpacked(each) for each in kept.get("album", ())),
            kept.get("withdrawn", False),
            kept.get("late", False),
        )
