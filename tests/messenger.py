"""A messenger for tests: it keeps what was said, chat by chat, and can fail to order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    GetChatAdministrators,
    GetFile,
    GetMe,
    SendDocument,
    SendMessage,
    SendPhoto,
    SetMyCommands,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import (
    BotCommandScopeChat,
    BufferedInputFile,
    ChatMemberAdministrator,
    File,
    InlineKeyboardMarkup,
    InputFile,
    User,
)

from bot.errors import Answer
from handlers.forms import Press
from handlers.marks import marks
from relay.channel import (
    Another,
    Astray,
    Button,
    Held,
    Landed,
    Moved,
    Place,
    Post,
    Reaction,
    Reason,
    Ref,
    Topic,
    Undelivered,
)
from relay.content import Media, Medium
from relay.limits import Window
from relay.pictures import Chart, Timeline
from relay.text import Mark, Text
from tests.membership import Membership

NAME = "baton_bot"


@dataclass
class Shown:
    """One message as everybody in a chat sees it."""

    ref: Ref
    text: str
    by_bot: bool
    photo: str | None = None
    media: Media | None = None  #: of the bot's
    picture: Timeline | Chart | None = None  #: of what was delivered
    file: bytes = b""  #: what a reply of the bot holds
    raw: dict[str, Any] = field(default_factory=dict)  #: what else people's consist of
    marks: tuple[Mark, ...] = ()
    topic: str = ""  #: the id of the topic in which it stands
    album: Ref | None = None  #: the first of those that are shown as one
    buttons: list[Button] = field(default_factory=list)
    reply_to: Ref | None = None
    reaction: Reaction | None = None
    asks: bool = False
    edited: bool = False
    quiet: bool = False  #: it came without a sound

    def button(self, label: str) -> Button:
        """Return the button with a label; an emoji in front does not count."""
        return next(each for each in self.buttons if bare(each.label) == label)

    @property
    def labels(self) -> list[str]:
        return [bare(each.label) for each in self.buttons]


def bare(label: str) -> str:
    return label if label[0].isalnum() else label.split(" ", 1)[-1]


class Messenger:
    """The channel of the tests: nothing in it waits, and every message has its place."""

    def __init__(self) -> None:
        self.chats: dict[str, list[Shown]] = {}
        self.refs = 0
        self.before: Callable[[str], Undelivered | None] = lambda place: None
        self.after: Callable[[str], Undelivered | None] = lambda place: None
        self.closed: set[str] = set()
        self.moved: dict[str, str] = {}  #: groups that became supergroups
        self.silent: set[str] = set()  #: chats where calls never end
        self.slow: set[str] = set()  #: chats where what is said stands long before the answer
        self.calling = asyncio.Event()  #: a call to one of them has begun
        self.released = asyncio.Event()  #: the slow ones are answered
        self.no_pictures = False  #: replies that are pictures are refused
        self.hears_everything = False  #: in groups, not commands and replies alone
        self.toasts: list[str] = []
        self.menus: dict[str, list[str]] = {}  #: the commands of chats that have their own
        self.keyboards: dict[str, list[str]] = {}  #: in place of the letters, by private chats
        self.fetched: list[str] = []
        #: Pictures of the bot's own, by their names; and what people sent, by ids.
        self.uploads: dict[str, bytes] = {}
        self.forums: set[str] = set()  #: chats with topics
        self.topics: dict[str, Topic] = {}  #: by their places
        self.gone: set[str] = set()  #: topics that somebody deleted
        self.membership = Membership()
        self.sends = 0
        self.log: list[tuple[str, str]] = []  #: all that was ever said, with its place
        self.lost: Reason | None = None  #: why not all of what is sent is shown

    def windows(self, lane: Place, *, reaction: bool) -> Sequence[tuple[tuple[str, ...], Window]]:
        return ()

    def fits(self, text: Text) -> bool:
        return len(text.plain) <= 4096

    def show(self, place: str, text: str, **more: Any) -> Shown:
        self.refs += 1
        shown = Shown(Ref(str(self.refs)), text, **more)
        self.chats.setdefault(place, []).append(shown)
        return shown

    def find(self, place: str, ref: str) -> Shown:
        return next(each for each in self.chats[place] if each.ref == ref)

    async def send(self, to: Place, post: Post, another: Another) -> Landed:
        self.fail(to)
        to = self.topic(to, post)
        chat = Place(to.partition(":")[0])
        if to in self.silent:
            self.calling.set()
            await asyncio.Event().wait()
        self.sends += 1
        self.log.append((to, post.words.plain))
        all_shown: list[Shown] = []
        for each in messages(post):
            shown = self.show(chat, "", by_bot=True, reply_to=post.reply_to)
            shown.topic = to.partition(":")[2]
            shown.asks, shown.quiet = post.asks is not None, post.quiet
            shown.album = all_shown[0].ref if all_shown else shown.ref if post.album else None
            reads(shown, each)
            self.keyboard(chat, shown, post)
            all_shown.append(shown)
        if to in self.slow:
            self.calling.set()
            await self.released.wait()
        if error := self.after(to):
            raise error
        flat = chat if ":" in to and chat not in self.forums else to
        refs = [shown.ref for shown in all_shown]
        return Landed(Place(flat), refs, self.lost, flat=flat != to)

    def keyboard(self, chat: Place, shown: Shown, post: Post) -> None:
        """Let somebody have a keyboard by which they send their number, in a private chat."""
        if chat.startswith("-"):
            return
        if post.asks_contact:
            self.keyboards[chat] = [bare(label) for label in (post.asks_contact, *shown.labels)]
            shown.buttons = []
        if post.enough:
            self.keyboards.pop(chat, None)

    def topic(self, to: Place, post: Post) -> Place:
        """Return where a post is said: in a topic that it begins, if the chat has topics."""
        if to in self.gone:
            raise Astray
        if post.topic is None or to not in self.forums:
            return to
        self.refs += 1
        self.topics[f"{to}:{self.refs}"] = post.topic
        return Place(f"{to}:{self.refs}")

    async def retitle(self, at: Place, topic: Topic, another: Another) -> None:
        self.fail(at.partition(":")[0])
        if at in self.gone:
            raise Astray
        closed = self.topics[at].closed if topic.closed is None else topic.closed
        self.topics[at] = replace(topic, closed=closed)

    async def edit(self, at: Place, refs: Sequence[Ref], post: Post, another: Another) -> Landed:
        self.fail(at)
        if at in self.gone:
            raise Astray
        chat = at.partition(":")[0]
        for ref, each in zip(refs, messages(post), strict=False):
            if not each.same:
                shown = self.find(chat, ref)
                if each.media and each.media.kind in BARE and shown.media != each.media:
                    continue  # a message does not become one of these by an edit
                reads(shown, each)
                shown.edited = True
        if error := self.after(at):
            raise error
        return Landed(at, list(refs))

    async def delete(
        self, at: Place, refs: Sequence[Ref], another: Another, withdrawn: str
    ) -> None:
        at = Place(at.partition(":")[0])
        self.fail(at)
        self.chats[at] = [each for each in self.chats.get(at, []) if each.ref not in refs]

    async def react(self, at: Place, ref: Ref, reaction: Reaction) -> None:
        at = Place(at.partition(":")[0])
        self.fail(at)
        self.find(at, ref).reaction = reaction

    def fail(self, place: str) -> None:
        if place in self.moved:
            raise Moved(Place(self.moved[place]))
        if place in self.closed:
            raise Held(Reason.BLOCKED)
        error = self.before(place)
        if error:
            raise error


#: What has no caption, so that nothing but its buttons can be edited.
BARE = {
    Medium.CONTACT,
    Medium.LOCATION,
    Medium.RICH,
    Medium.STICKER,
    Medium.VENUE,
    Medium.VIDEO_NOTE,
}


def messages(post: Post) -> Sequence[Post]:
    """Return the messages of a post; of an album the first has the buttons here."""
    if not post.album:
        return [post]
    first, *others = post.album
    return [replace(first, buttons=post.buttons), *others]


def reads(shown: Shown, post: Post) -> None:
    """Let a message read as a post."""
    shown.text, shown.marks = post.words.plain, post.words.marks
    shown.media, shown.picture = post.media, post.picture
    shown.photo = post.media.file if post.media and post.media.kind is Medium.PHOTO else None
    shown.buttons = [button for row in post.buttons for button in row]


class Courtesies(BaseSession):
    """What handlers return is said here; everything else is asked of the cast."""

    def __init__(self, messenger: Messenger, leads: dict[int, list[int]]) -> None:
        super().__init__()
        self.messenger, self.leads = messenger, leads

    async def close(self) -> None:
        pass

    def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    async def make_request(
        self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None
    ) -> Any:
        match method:
            case AnswerCallbackQuery():
                self.messenger.toasts.append(method.text or "")
            case SendMessage():
                shown = self.messenger.show(
                    str(method.chat_id),
                    method.text,
                    by_bot=True,
                    buttons=pressable(method.reply_markup),
                )
                shown.topic = str(method.message_thread_id or "")
                shown.marks = marks(method.text, method.entities).marks
                if method.reply_parameters:
                    shown.reply_to = Ref(str(method.reply_parameters.message_id))
            case SendPhoto(photo=BufferedInputFile(filename=str(name), data=data)):
                self.messenger.uploads[name] = data
                place, words = str(method.chat_id), method.caption or ""
                shown = self.messenger.show(place, words, by_bot=True, photo=name)
                shown.topic = str(method.message_thread_id or "")
            case SendPhoto(photo=InputFile() as file):
                if self.messenger.no_pictures:
                    raise TelegramBadRequest(method, "not enough rights to send photos")
                content = b"".join([piece async for piece in file.read(bot)])
                place, words = str(method.chat_id), method.caption or ""
                shown = self.messenger.show(place, words, by_bot=True, file=content)
                shown.photo, shown.topic = file.filename, str(method.message_thread_id or "")
                shown.buttons = pressable(method.reply_markup)
            case SendDocument(document=InputFile() as file):
                content = b"".join([piece async for piece in file.read(bot)])
                text = method.caption or ""
                self.messenger.show(str(method.chat_id), text, by_bot=True, file=content)
            case EditMessageText():
                shown = self.messenger.find(str(method.chat_id), str(method.message_id))
                shown.text, shown.buttons = method.text or "", pressable(method.reply_markup)
                shown.marks = ()
            case EditMessageReplyMarkup():
                shown = self.messenger.find(str(method.chat_id), str(method.message_id))
                shown.buttons = pressable(method.reply_markup)
            case GetFile(file_id=file):
                return File(file_id=file, file_unique_id=file, file_path=file)
            case GetMe():
                return User(
                    id=bot.id,
                    is_bot=True,
                    first_name="-",
                    username=NAME,
                    can_read_all_group_messages=self.messenger.hears_everything,
                )
            case SetMyCommands(commands=commands, scope=BotCommandScopeChat(chat_id=chat)):
                self.messenger.menus[str(chat)] = [each.command for each in commands]
            case GetChatAdministrators():
                return [administrator(each) for each in self.leads.get(int(method.chat_id), [])]
            case _:
                told = self.messenger.membership.answer(bot, method, self.messenger.forums)
                if told is None:
                    raise NotImplementedError(type(method).__name__)
                return told
        return True

    async def fetch(self, bot: Bot, path: str) -> Answer:
        self.messenger.fetched.append(path)
        found = self.messenger.uploads.get(path)
        return Answer(200 if found else 404, ok=found is not None, result=found)


def pressable(markup: Any) -> list[Button]:
    if not isinstance(markup, InlineKeyboardMarkup):
        return []
    return [
        Button(each.text, press.act, press.about, press.choice)
        for row in markup.inline_keyboard
        for each in row
        if each.callback_data
        for press in [Press.unpack(each.callback_data)]
    ]


def administrator(person: int) -> ChatMemberAdministrator:
    rights = dict.fromkeys(
        name
        for name, each in ChatMemberAdministrator.model_fields.items()
        if name.startswith(("can_", "is_")) and each.is_required()
    )
    return ChatMemberAdministrator(
        user=User(id=person, is_bot=False, first_name="-"),
        **dict.fromkeys(rights, False),  # type: ignore[arg-type]
    )
