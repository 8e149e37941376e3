"""What people do: the seed decides who, when and what."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from sandbox import deeds, upgrades
from sandbox.chats import Chat, Message
from sandbox.manners import Manner
from sandbox.presses import Press
from sandbox.refusals import WishError
from tests.simulation.town import Company, Somebody

PICTURE: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 9, 9)
SENTENCES: Final = (
    "The freezer is warm",
    "We are on our way",
    "It drips again",
    "Which floor is it?",
    "The part has come",
    "<b>not bold</b> *nor this* _nor that_ [link](http://example.com)",
    "=SUM(A1:A9)",
    "Холодильник не морозит, ёжик 🦔🦔🦔",
    "مرحبا بالعالم",
    "👩‍👩‍👧‍👦👩‍👩‍👧‍👦 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "two\nlines\n\nand a gap",
)

#: What the bot may be told of a move at once, and in which order.
NEWS: Final[tuple[upgrades.News, ...]] = ("old", "new")
TOLD: Final[tuple[tuple[upgrades.News, ...], ...]] = (
    ("old", "new"),
    ("new", "old"),
    ("old",),
    ("new",),
    ("member",),
    (),
    (),
)

#: How likely a button is pressed: what ends a case is pressed rarely.
LIKELY: Final = {
    "take": 5,
    "pass_on": 8,
    "resolve": 4,
    "accept": 6,
    "return": 2,
    "rate": 5,
    "relay": 5,
    "go": 6,
    "place": 6,
    "party": 6,
    "result": 5,
    "ask": 2,
    "answer": 5,
    "decline": 0.6,
    "recall": 0.6,
    "cancel": 0.3,
    "reopen": 3,
    "everybody": 3,
    "confirm": 8,
    "link": 3,
    "links": 0.3,
    "term": 0.5,
    "company": 0.3,
    "set": 1,
    "consent": 0,  # what is hidden stays as the judge knows it
    "agree": 5,
    "require": 4,
}


@dataclass
class Spoken:
    """Something that somebody said, with a word that nobody else says."""

    token: str
    who: Somebody
    chat: int
    message: int
    kind: str  #: says, replies, command: say, note, new
    text: str
    at: float
    edits: int = 0


class People:
    """Everybody, and what they have done so far."""

    def __init__(self, story: Any, seed: int) -> None:
        self.story = story
        self.dice = Random(f"{seed}:people")
        self.whims = Random(f"{seed}:whims")  #: how a picture is sent; who takes words back
        self.said: list[Spoken] = []
        self.pressed: dict[str, int] = {}  #: where each press was made
        self.moved: list[int] = []  #: groups that are supergroups now
        self.shut: dict[int, float] = {}  #: chats that the bot was put out of, and until when

    async def live(self, until: float, acts: int) -> None:
        """Do things at random moments, now and then several at once."""
        dice, loop = self.dice, self.story.loop
        moments = sorted(dice.uniform(1, until) for _ in range(acts))
        for client in self.story.town.clients:
            self._says(client, client.id, None)
        for moment in moments:
            await asyncio.sleep(max(0.0, moment - loop.time()))
            self._lets_in(loop.time())
            for _ in range(dice.choice([1, 1, 1, 1, 2, 3])):
                try:
                    self._acts()
                except WishError as impossible:
                    self.story.log(f"        impossible: {impossible}")

    def open_up(self) -> None:
        """Let the bot in everywhere again."""
        for chat in list(self.shut):
            self._open(chat)
        for chat in self.moved:
            upgrades.upgrade(self.story.world, chat, tell=NEWS)

    def upgrade(self, luck: float) -> None:
        """Make a supergroup of a group; the bot is told now, in some order, or later, or not."""
        basic = [each.chat for each in self.story.town.companies if each.basic]
        left = [each for each in basic if each not in self.moved and each not in self.shut]
        if not left:
            return
        chat = left[int(luck * 100) % len(left)]
        tell = TOLD[int(luck * 10_000) % len(TOLD)]
        new = upgrades.upgrade(self.story.world, chat, tell=tell)
        self.moved.append(chat)
        self.story.log(f"people make a supergroup of {chat}: {new.id}, and tell {tell}")

    # Who does what

    def _acts(self) -> None:
        dice, town = self.dice, self.story.town
        if dice.random() < 0.3:
            who = dice.choice(town.clients)
            self._client_acts(who)
        else:
            party = dice.choice(town.parties)
            self._member_acts(party, dice.choice(party.people))

    def _client_acts(self, who: Somebody) -> None:
        dice, chat = self.dice, who.id
        act = dice.choices(
            ["says", "replies", "presses", "photo", "edits", "new", "status", "cancel", "shuts"],
            [6, 3, 5, 1.5, 2, 1, 0.5, 0.15, 1],
        )[0]
        if chat in self.shut:
            return
        match act:
            case "says":
                self._says(who, chat, None)
            case "replies":
                self._says(who, chat, self._target(chat))
            case "presses":
                self._presses(who, chat)
            case "photo":
                self._shows(who, chat, None)
            case "edits":
                self._edits(who, chat)
            case "new":
                self._command(who, chat, "new")
            case "status" | "cancel":
                self.story.log(f"people {who.name}: /{act}")
                deeds.say(self.story.world, who.id, chat, f"/{act}")
            case "shuts":
                self._shuts(chat)

    def _member_acts(self, party: Company, who: Somebody) -> None:
        dice, chat = self.dice, self.story.at(party.chat)
        busy = self.story.town.rival is not None  #: it is about where work goes
        act = dice.choices(
            [
                "says",
                "replies",
                "answers",
                "presses",
                "photo",
                "edits",
                "say",
                "note",
                "status",
                "sets",
                "shuts",
            ],
            [0.5, 5, 9, 30, 1, 2, 0.7, 0.7, 0.3, 3, 0.7]
            if busy
            else [0.5, 5, 5, 9, 1, 2, 0.7, 0.7, 0.3, 0.3, 0.7],
        )[0]
        if busy and act == "presses" and dice.random() < 0.7:
            who = party.lead
        if chat in self.shut:
            return
        match act:
            case "says":
                self._says(who, chat, None)
            case "replies":
                self._says(who, chat, self._target(chat))
            case "answers":
                asked = self._asked(chat)
                if asked is None:
                    self._presses(who, chat)
                else:
                    self._says(who, chat, asked)
            case "presses":
                self._presses(who, chat)
            case "photo":
                self._shows(who, chat, self._target(chat))
            case "edits":
                self._edits(who, chat)
            case "say" | "note":
                self._command(who, chat, act)
            case "status":
                self.story.log(f"people {who.name}: /status")
                deeds.say(self.story.world, who.id, chat, "/status")
            case "sets":
                command = dice.choice(["/links", "/links", "/party", "/invite Newcomers", "/lead"])
                self.story.log(f"people {party.lead.name}: {command}")
                deeds.say(self.story.world, party.lead.id, chat, command)
            case "shuts":
                self._shuts(chat)

    # How

    def _words(self, who: Somebody) -> tuple[str, str]:
        """Return a word that nobody else says, and a text with it."""
        dice = self.dice
        token = f"t{len(self.said)}k"
        text = f"{token} {dice.choice(SENTENCES)}"
        luck = dice.random()
        if luck < 0.04:
            text += " " + " ".join(f"w{number}" for number in range(500)) + " 🦔🦔" * 450
        elif luck < 0.12:
            ways = [who.phone, who.email, "@" + who.username]
            text += f" call {dice.choice([*ways, who.name] if who.id < 200 else ways)}"
        return token, text

    def _says(self, who: Somebody, chat: int, target: Message | None) -> None:
        token, text = self._words(who)
        said = deeds.say(
            self.story.world, who.id, chat, text, reply_to=target.id if target else None
        )
        self._note(token, who, said, "replies" if target else "says", text)

    def _shows(self, who: Somebody, chat: int, target: Message | None) -> None:
        token, text = self._words(who)
        world, kind = self.story.world, "replies" if target else "says"
        reply_to = target.id if target else None
        if self.whims.random() < 0.5:
            said = deeds.show(
                world,
                who.id,
                chat,
                PICTURE + token.encode(),
                caption=text[:1000],
                reply_to=reply_to,
            )
            self._note(token, who, said, kind, text[:1000])
            return
        count = self.whims.choice([2, 2, 3, 10])
        items = [{"photo": world.files.photo(PICTURE + token.encode())} for _ in range(count)]
        items[0] |= {"caption": text[:1000]}
        late = self.whims.choice([0, 0, 1])
        said, *_ = deeds.album(world, who.id, chat, items, Manner(reply_to=reply_to), hold=late)
        self._note(token, who, said, kind, text[:1000])
        if late:
            album = str(said.told()["media_group_id"])
            self.story.loop.call_later(self.whims.choice([0.5, 3, 20]), deeds.rest, world, album)

    def _command(self, who: Somebody, chat: int, command: str) -> None:
        token, text = self._words(who)
        number = ""
        if command != "new" and self.dice.random() < 0.7:
            found = [each for each in self._bots(chat) if each.inline]
            number = self.dice.choice(found).body.split()[0] + " " if found else ""
        text = f"/{command} {number}{text}"
        said = deeds.say(self.story.world, who.id, chat, text)
        self._note(token, who, said, command, text)

    def _edits(self, who: Somebody, chat: int) -> None:
        mine = [each for each in self.said if each.who is who and each.chat == chat]
        if not mine:
            return
        spoken = self.dice.choice(mine[-4:])
        if self.whims.random() < 0.15:
            self.story.log(f"people {who.name} takes {spoken.message} in {chat} back")
            world = self.story.world
            deeds.say(world, who.id, chat, "/retract", reply_to=spoken.message)
            return
        spoken.edits += 1
        if spoken.kind in {"say", "note", "new"}:
            return
        text = f"{spoken.token} corrected {spoken.edits} {self.dice.choice(SENTENCES)}"
        deeds.edit(self.story.world, who.id, chat, spoken.message, text)
        spoken.text = text
        self.story.log(f"people {who.name} edits {spoken.message} in {chat}: {text[:50]!r}")

    def _presses(self, who: Somebody, chat: int) -> None:
        found = [
            (each, button["callback_data"])
            for each in self._bots(chat)[-12:]
            for row in each.inline
            for button in row
            if "callback_data" in button
        ]
        if not found:
            return
        likely = [
            LIKELY.get(data.split(":")[1], 1) * (1 + place) for place, (_, data) in enumerate(found)
        ]
        message, data = self.dice.choices(found, likely)[0]
        if data.split(":")[1] == "cancel" and self.dice.random() < 0.8:
            return  # it may be the only button there is
        for _ in range(self.dice.choice([1, 1, 1, 1, 2])):
            self.story.log(f"people {who.name} presses {data} on {message.id} in {chat}")
            press = deeds.press(self.story.world, who.id, chat, message.id, {"data": data})
            if isinstance(press, Press):
                self.pressed[press.id] = chat

    def _shuts(self, chat: int) -> None:
        story = self.story
        now = story.loop.time()
        if "closed" not in story.weather.kinds:
            return
        self.shut[chat] = now + self.dice.uniform(2, 200)
        story.log(f"people put the bot out of {chat}")
        if chat > 0:
            deeds.block(story.world, chat, blocked=True)
        else:
            deeds.enrol(story.world, chat, story.world.bot.id, self.dice.choice(["kicked", "left"]))

    def _lets_in(self, now: float) -> None:
        for chat in [each for each, until in self.shut.items() if until <= now]:
            self._open(chat)

    def _open(self, chat: int) -> None:
        del self.shut[chat]
        self.story.log(f"people let the bot into {chat} again")
        if chat > 0:
            deeds.block(self.story.world, chat, blocked=False)
        else:
            deeds.enrol(self.story.world, chat, self.story.world.bot.id, "member")

    def _bots(self, chat: int) -> list[Message]:
        """Return what the bot has said in a chat, in order."""
        place: Chat = self.story.world.chats[chat]
        me = self.story.world.bot.id
        return [each for each in place.messages.values() if each.author["id"] == me]

    def _target(self, chat: int) -> Message | None:
        """Return something to reply to: mostly something new, seldom a person's."""
        if self.dice.random() < 0.1:
            everything = list(self.story.world.chats[chat].messages.values())
            return self.dice.choice(everything[-10:]) if everything else None
        found = [each for each in self._bots(chat) if not each.service]
        return self.dice.choice(found[-6:]) if found else None

    def _asked(self, chat: int) -> Message | None:
        """Return the bot's last question."""
        found = [each for each in self._bots(chat) if "force_reply" in (each.markup or {})]
        return found[-1] if found else None

    def _note(self, token: str, who: Somebody, said: Message, kind: str, text: str) -> None:
        now = self.story.loop.time()
        self.said.append(Spoken(token, who, said.chat.id, said.id, kind, text, now))
        to = f" to {said.target.id}" if said.target else ""
        self.story.log(f"people {who.name} {kind}{to} in {said.chat.id} ({said.id}): {text[:60]!r}")
