"""What people may say, and how: one model a kind, as the control API takes them."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from aiogram.types import Message as Told
from pydantic import Field, ValidationError, model_validator

from sandbox import attachments, media
from sandbox.kinds import KINDS
from sandbox.manners import Manner
from sandbox.refusals import WishError
from sandbox.requests import strange
from sandbox.samples import SAMPLES, picture
from sandbox.text import Json, worded
from sandbox.wishes import Acted, Wish
from sandbox.world import World


class Text(Wish):
    """Words."""

    kind: Literal["text"]
    text: str
    entities: list[dict[str, Any]] | None = None

    def content(self, world: World) -> Json:
        """Return what a message of that says."""
        if told := worded("text", self.text, self.entities or []):
            return told
        raise WishError("A message needs a text.")


class Filed(Wish):
    """A file, and perhaps a caption."""

    kind: Literal[
        "photo",
        "live_photo",
        "video",
        "animation",
        "audio",
        "document",
        "voice",
        "video_note",
        "sticker",
    ]
    file: str = "sample"  #: base64, or "sample"
    name: str | None = None
    caption: str = ""
    entities: list[dict[str, Any]] | None = None
    spoiler: bool = False
    above: bool = False  #: the caption is above the picture
    duration: int | None = None  #: seconds
    title: str | None = None  #: of music
    performer: str | None = None
    emoji: str | None = None  #: of a sticker

    def content(self, world: World) -> Json:
        """Return what a message of that says."""
        if self.caption and not KINDS[self.kind].captioned:
            raise WishError(f"A {self.kind} has no caption.")
        sample, usual = SAMPLES[self.kind]
        try:
            file = sample() if self.file == "sample" else b64decode(self.file, validate=True)
        except ValueError as error:
            raise WishError("file is base64, or 'sample'.") from error
        facts = self.model_dump(include={*media.SAID.get(self.kind, ())}, exclude_none=True)
        if self.kind == "live_photo":
            facts["photo"] = world.files.photo(picture())
        told = media.made(world.files, self.kind, file, self.name or usual, facts)
        told = {**told, **worded("caption", self.caption, self.entities or [])}
        if self.spoiler:
            told["has_media_spoiler"] = True
        if self.above and self.caption:
            told["show_caption_above_media"] = True
        return told


class Point(Wish):
    """A point on the map; with a *live_period* it moves."""

    kind: Literal["location"]
    latitude: float
    longitude: float
    live_period: int | None = None  #: seconds

    def content(self, world: World) -> Json:
        """Return what a message of that says."""
        return attachments.location(**_said(self))


class Venue(Wish):
    """A place with a name."""

    kind: Literal["venue"]
    latitude: float
    longitude: float
    title: str
    address: str

    def content(self, world: World) -> Json:
        """Return what a message of that says."""
        return attachments.venue(**_said(self))


class Contact(Wish):
    """Somebody's name and number; one's own has one's own *user_id*."""

    kind: Literal["contact"]
    phone_number: str
    first_name: str
    last_name: str | None = None
    user_id: int | None = None
    vcard: str | None = None

    def content(self, world: World) -> Json:
        """Return what a message of that says."""
        return attachments.contact(**_said(self))


class Poll(Wish):
    """A question to everybody."""

    kind: Literal["poll"]
    question: str
    options: list[str]

    def content(self, world: World) -> Json:
        """Return what a message of that says."""
        return world.games.poll(self.question, self.options)


class Dice(Wish):
    """A throw of a dice."""

    kind: Literal["dice"]
    emoji: str = "🎲"

    def content(self, world: World) -> Json:
        """Return what a message of that says."""
        return world.games.roll(self.emoji)


class Checklist(Wish):
    """A list of things to do."""

    kind: Literal["checklist"]
    title: str
    tasks: list[str]

    def content(self, world: World) -> Json:
        """Return what a message of that says."""
        return attachments.checklist(self.title, self.tasks)


class Raw(Wish):
    """Any fields of the Bot API's Message: for kinds that are not above, and for services."""

    kind: Literal["raw"]
    fields: dict[str, Any] = Field(alias="content", min_length=1)

    def content(self, world: World) -> Json:
        """Return what a message of that says."""
        _checked(self.fields)
        return self.fields


Matter = Annotated[
    Text | Filed | Point | Venue | Contact | Poll | Dice | Checklist | Raw,
    Field(discriminator="kind"),
]


class Elsewhere(Wish):
    """A message of another chat, or of another topic."""

    chat: int
    message: int


class Channel(Wish):
    """A channel that somebody speaks as."""

    id: int
    title: str
    username: str | None = None


class Said(Acted):
    """Something that is said in a chat, and how."""

    chat: int
    reply_to: int | None = None
    external_reply: Elsewhere | None = None
    quote: str | None = None
    thread: int | None = None
    anonymous: bool = False  #: an administrator who hides behind the group
    channel: Channel | None = None
    via_bot: str | None = None  #: username
    forward_origin: dict[str, Any] | None = None
    protected: bool = False

    def manner(self) -> Manner:
        """Return how it is said."""
        there, channel = self.external_reply, self.channel
        if self.forward_origin is not None:
            _checked({"forward_origin": self.forward_origin})
        return Manner(
            reply_to=self.reply_to,
            elsewhere=None if there is None else (there.chat, there.message),
            quote=self.quote,
            thread=self.thread,
            anonymous=self.anonymous,
            channel=None if channel is None else channel.model_dump(exclude_none=True),
            via_bot=self.via_bot,
            forward_origin=self.forward_origin,
            protected=self.protected,
        )


class Say(Said):
    """``/control/say``."""

    text: str
    entities: list[dict[str, Any]] | None = None


class Photo(Said):
    """``/control/photo``."""

    photo: str  #: base64, or "sample"
    caption: str = ""


class Send(Said):
    """``/control/send``: what is said stands beside how it is said, and is sorted out here."""

    what: Matter

    @model_validator(mode="before")
    @classmethod
    def _sorted(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        how = {"as", *Said.model_fields} - {"who"}
        what = {key: value for key, value in given.items() if key not in how}
        return {key: value for key, value in given.items() if key in how} | {"what": what}


class Album(Said):
    """``/control/album``; of the last *hold* items the bot is told later."""

    items: list[Filed]
    hold: int = 0


class Rest(Wish):
    """``/control/album/rest``: let the bot hear what was held back of an album."""

    album: str


class Moved(Wish):
    """Where a live location is now."""

    latitude: float
    longitude: float


class Edit(Acted):
    """``/control/edit``: another text or caption, another file, or another place."""

    chat: int
    message: int
    text: str | None = None
    entities: list[dict[str, Any]] | None = None
    media: Filed | None = None
    location: Moved | None = None

    @model_validator(mode="after")
    def _one(self) -> "Edit":
        if sum(each is not None for each in (self.text, self.media, self.location)) != 1:
            raise ValueError("an edit says one of text, media and location")
        return self


def _said(model: Wish) -> dict[str, Any]:
    return model.model_dump(exclude={"kind"})


def _checked(fields: Json) -> None:
    """Let fields through that a Message can have."""
    envelope = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
    try:
        told = Told.model_validate({**envelope, **fields})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise WishError(f"{place}: {first['msg']}.") from error
    if unknown := strange(told):
        raise WishError(f"The Bot API's Message has no {unknown}.")
