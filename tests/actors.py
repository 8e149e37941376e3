"""People who say things and have an inbox, in a world whose clock stands still."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiogram import Bot
from aiogram.types import ChatMemberAdministrator, ChatMemberRestricted
from pydantic import BaseModel

from bot.dashboard.doors import Doors
from bot.engine import dispatcher
from bot.polling import line
from bot.registers import Registers
from bot.rights import Rights
from bot.updates import Updates
from handlers.forms import Press
from handlers.marks import entities
from relay import bookkeeper, chain, setup
from relay.courier import Courier
from relay.flood import Flood
from relay.inbox import Inbox
from relay.lease import Lease
from relay.reporter import Reporter
from relay.room import Room
from relay.store import Database
from relay.text import TICKET, Text
from relay.timekeeper import Timekeeper
from relay.watch import Watch
from tests.messenger import Courtesies, Messenger, Shown, bare

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOT = 42
GRANTED: dict[str, type[BaseModel]] = {
    "restricted": ChatMemberRestricted,
    "administrator": ChatMemberAdministrator,
}


class World:
    """One bot, its database, a messenger, and the people around it."""

    def __init__(self, url: str) -> None:
        self.now = START
        self.messenger = Messenger()
        self.leads: dict[int, list[int]] = {}
        self.operators: set[str] = set()
        self.database = Database(url, clock=lambda: self.now)
        self.updates = 0
        self.room = Room.ENOUGH
        self.doors: Doors | None = None  #: into the dashboard, if it has an address
        self.bot = Bot(f"{BOT}:TEST", session=Courtesies(self.messenger, self.leads))

    async def start(self, kind: type[Lease] = Lease) -> None:
        """Begin as a fresh process would: with what is in the database, and nothing else."""
        lease = await kind.take(self.database, BOT, "test", alone=True)
        assert lease is not None
        self.lease = lease
        self.courier = Courier(lease, self.messenger, self.operators, room=lambda: self.room)
        rights = Rights(self.bot, self.clock)
        registers = Registers(self.bot, lease)
        updates = Updates(
            *(self.bot, dispatcher(), rights, self.courier, registers, self.database),
            self.operators,
            doors=self.doors,
        )
        self.watch = Watch(lease, self.operators, self.courier.nudge, lambda: self.room)
        self.timekeeper = Timekeeper(lease, self.courier.nudge)
        self.reporter = Reporter(lease, self.courier.nudge)
        self.inbox = Inbox(lease, updates, done=self.courier.nudge, flood=Flood())

    def clock(self) -> datetime:
        return self.now

    async def chain(self, text: str) -> None:
        async with self.lease.transaction() as store:
            await setup.apply(store, chain.parse(text))
            if "digest" not in text:  # those who are not about it hear nothing of it
                for party in await store.parties():
                    party.digest = chain.OFF

    async def happens(self, event: dict[str, Any]) -> None:
        """Let an update come in, and everything follow from it."""
        await self.comes_in(event)
        await self.settles()

    async def comes_in(self, *events: dict[str, Any]) -> None:
        before, self.updates = self.updates, self.updates + len(events)
        updates = [
            {"update_id": number, **event} for number, event in enumerate(events, before + 1)
        ]
        await self.inbox.receive(1, self.updates + 1, [line(update) for update in updates])

    async def settles(self) -> None:
        """Handle what came in and deliver what is due, until nothing moves."""
        await self.inbox.settle()
        await self.courier.settle()

    async def later(self, **units: float) -> None:
        """Let time pass, do what it does, and deliver what has come due."""
        self.now += timedelta(**units)
        await self.timekeeper.look()
        await self.reporter.look()
        await self.settles()
        await self.books()

    async def books(self) -> None:
        """Let the figures say what the log says by now."""
        more = True
        while more:
            async with self.lease.transaction() as store:
                more = await bookkeeper.catch_up(store)


@dataclass
class Person:
    """Somebody in one chat: what they do, and what they can read there."""

    world: World
    id: int
    name: str
    chat: int
    username: str | None = None
    title: str | None = None  #: of the group; none: a private chat
    language: str = "en"
    topic: str = ""  #: in which they write what is no reply
    said: dict[str, Shown] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return str(self.chat)

    @property
    def sees(self) -> list[Shown]:
        """Everything in the chat, in order."""
        return self.world.messenger.chats.get(self.place, [])

    @property
    def inbox(self) -> list[str]:
        """What the bot has said here, as it reads now."""
        return [each.text for each in self.sees if each.by_bot]

    @property
    def everything(self) -> str:
        """All words in this chat: texts and buttons."""
        return "\n".join(
            part for each in self.sees if each.by_bot for part in (each.text, *each.labels)
        )

    def card(self, number: str = "") -> Shown:
        """Return the card of a ticket: what the bot said first that begins with its number."""
        return next(each for each in self.sees if each.by_bot and each.text.startswith(number))

    def find(self, words: str) -> Shown:
        """Return the last message with these words."""
        found = [each for each in self.sees if words in each.text]
        assert found, f"{self.name} sees no {words!r} in {[each.text for each in self.sees]}"
        return found[-1]

    def reads(self, words: str) -> bool:
        return any(words in text for text in self.inbox)

    # What happens to their chat

    async def happens_here(self, service: dict[str, Any], *, at: int) -> None:
        """Let a service message come from a chat that may be called otherwise by now."""
        self.world.messenger.refs += 1
        chat = {"id": at, "type": "group" if at > -100_000 else "supergroup", "title": "-"}
        message = {"message_id": self.world.messenger.refs, "date": 0, "chat": chat}
        await self.world.happens({"message": {**message, "from": self._user(), **service}})

    async def stands(self, before: str | dict[str, Any], now: str | dict[str, Any]) -> None:
        """Let the bot have another standing in this chat; as ``member`` tells it, or by name."""
        change = {
            "chat": self._chat(),
            "from": self._user(),
            "date": 0,
            "old_chat_member": member(before) if isinstance(before, str) else before,
            "new_chat_member": member(now) if isinstance(now, str) else now,
        }
        await self.world.happens({"my_chat_member": change})

    # What people do

    async def writes(self, text: str, *, photo: str | None = None) -> Shown:
        """Write something plain."""
        return await self._says(text, None, photo)

    async def replies(self, text: str, *, to: str | Shown, photo: str | None = None) -> Shown:
        """Reply to the last message with certain words."""
        return await self._says(text, to if isinstance(to, Shown) else self.find(to), photo)

    async def sends(self, *, to: str | Shown | None = None, text: str = "", **raw: Any) -> Shown:
        """Send something of any kind, in the Bot API's own words."""
        target = self.find(to) if isinstance(to, str) else to
        shown = self.world.messenger.show(self.place, text, by_bot=False, raw=raw)
        await self.world.happens({"message": self._message(shown, target=target)})
        return shown

    def album(
        self, *items: dict[str, Any], to: str | Shown | None = None, named: str = "album"
    ) -> list[dict[str, Any]]:
        """Return the updates of several things that are sent as one."""
        target = self.find(to) if isinstance(to, str) else to
        updates = []
        for item in items:
            raw = {**item, "media_group_id": named}
            text = raw.pop("caption", "")
            shown = self.world.messenger.show(self.place, text, by_bot=False, raw=raw)
            updates.append({"message": self._message(shown, target=target)})
        return updates

    async def sends_album(self, *items: dict[str, Any], to: str | Shown | None = None) -> None:
        """Send several things as one, and wait until no further one is expected."""
        await self.world.comes_in(*self.album(*items, to=to))
        await self.world.settles()
        await self.world.later(seconds=1)

    async def sends_number(self, number: str, *, to: str, of: int | None = None) -> Shown:
        """Send one's own telephone number by the button, or the contact of somebody else."""
        told = {"phone_number": number, "first_name": self.name, "user_id": of or self.id}
        return await self.sends(to=to, contact=told)

    async def edits(self, before: str, text: str) -> None:
        """Correct an own message."""
        shown = next(each for each in self.sees if each.text == before and not each.by_bot)
        shown.text = text
        await self.world.happens(self.correction(shown))

    def says(self, shown: Shown, to: Shown | None = None) -> dict[str, Any]:
        """Return the update of a message, perhaps a reply."""
        return {"message": self._message(shown, target=to)}

    def correction(self, shown: Shown) -> dict[str, Any]:
        """Return the update of a message that reads otherwise now."""
        return {"edited_message": self._message(shown)}

    async def presses(self, label: str, *, on: str | Shown = "") -> str:
        """Press a button, on a card or another message; return what the bot answers."""
        shown = on if isinstance(on, Shown) else self._with_button(label, on)
        await self.presses_data(shown, self._data(shown, label))
        return self.world.messenger.toasts[-1]

    async def presses_data(self, shown: Shown, data: str) -> None:
        await self.world.happens(self.press(shown, data))

    def press(self, shown: Shown, data: str) -> dict[str, Any]:
        """Return the update of a press."""
        above = next((each for each in self.sees if each.ref == shown.reply_to), None)
        return {
            "callback_query": {
                "id": str(self.world.updates),
                "from": self._user(),
                "message": self._message(shown, target=above, by_bot=True),
                "chat_instance": "-",
                "data": data,
            }
        }

    async def resolves(self, words: str, *, photo: str | None = None) -> None:
        """Press Resolve, and say what was done."""
        await self.explains("Resolve", words, photo=photo)

    async def explains(
        self, label: str, words: str, *, on: str | Shown = "", photo: str | None = None
    ) -> None:
        """Press a button that asks for words, and give them."""
        await self.presses(label, on=on)
        asked = [each for each in self.sees if each.asks][-1]
        await self.replies(words, to=asked, photo=photo)

    def _with_button(self, label: str, words: str) -> Shown:
        found = [each for each in self.sees if label in each.labels and words in each.text]
        assert found, (
            f"{self.name} has no {label!r}; sees {[(s.text, s.labels) for s in self.sees]}"
        )
        return found[-1]

    def _data(self, shown: Shown, label: str) -> str:
        button = next(each for each in shown.buttons if bare(each.label) == label)
        return Press(act=button.act, about=button.about, choice=button.choice).pack()

    def reply(self, text: str, target: Shown) -> dict[str, Any]:
        """Return the update of a reply."""
        shown = self.world.messenger.show(self.place, text, by_bot=False)
        return {"message": self._message(shown, target=target)}

    async def _says(self, text: str, target: Shown | None, photo: str | None) -> Shown:
        shown = self.world.messenger.show(self.place, text, by_bot=False, photo=photo)
        shown.topic = target.topic if target else self.topic
        await self.world.happens({"message": self._message(shown, target=target)})
        return shown

    def _message(
        self, shown: Shown, *, target: Shown | None = None, by_bot: bool = False
    ) -> dict[str, Any]:
        sender = {"id": BOT, "is_bot": True, "first_name": "Baton"} if by_bot else self._user()
        message: dict[str, Any] = {
            "message_id": int(shown.ref),
            "date": int(self.world.now.timestamp()),
            "chat": self._chat(),
            "from": sender,
        }
        if shown.raw:
            message |= shown.raw
            plain = not shown.raw.keys() - {"quote", "external_reply", "message_thread_id"}
            message |= {"text" if plain else "caption": shown.text} if shown.text else {}
        elif shown.photo:
            size = {"file_id": shown.photo, "file_unique_id": "u", "width": 9, "height": 9}
            message |= {"photo": [size], "caption": shown.text}
        else:
            message["text"] = shown.text
            if shown.text.startswith("/"):
                length = len(shown.text.split()[0])
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if shown.topic:
            message |= {"message_thread_id": int(shown.topic), "is_topic_message": True}
        if found := [mark for mark in shown.marks if mark.kind != TICKET]:
            told = [
                each.model_dump(mode="json", exclude_none=True)
                for each in entities(Text(shown.text, tuple(found)))
            ]
            message |= {"caption_entities" if shown.media else "entities": told}
        if target:
            message["reply_to_message"] = self._message(target, by_bot=target.by_bot)
        return json.loads(json.dumps(message))  # type: ignore[no-any-return]

    def _user(self) -> dict[str, Any]:
        first, _, last = self.name.partition(" ")
        user: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": first}
        user |= {"last_name": last} if last else {}
        user |= {"username": self.username} if self.username else {}
        return user | {"language_code": self.language}

    def _chat(self) -> dict[str, Any]:
        if self.title is None:
            return {"id": self.chat, "type": "private", "first_name": self.name}
        told = {"id": self.chat, "type": "supergroup", "title": self.title}
        return told | ({"is_forum": True} if self.place in self.world.messenger.forums else {})


def member(status: str, **rights: bool) -> dict[str, Any]:
    """Return how Telegram tells of the bot's standing in a chat; *rights* are those it has."""
    told: dict[str, Any] = {
        "status": status,
        "user": {"id": BOT, "is_bot": True, "first_name": "B"},
    }
    if status == "kicked":
        told["until_date"] = 0
    if status in GRANTED:
        needed = (name for name, each in GRANTED[status].model_fields.items() if each.is_required())
        told = dict.fromkeys(needed, False) | told
    if status == "restricted":
        told |= {"until_date": 0, "is_member": True}
    return told | rights
