"""Words that must not be read where they may not: made up, dressed and hidden in messages."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from handlers.marks import units
from tests.samples import SAMPLES

DIGITS = "3689"  #: of which all numbers are that must not be read; what may be has none of them
NUMBER = re.compile(r"(?:[3689][^\w]{0,6}){4}")
ALIKE = str.maketrans("авекмнорстухі", "abekmhopctyxi")

#: What looks a little like a phone number, and is to be read everywhere.
HARMLESS = (
    "on 12.11.2024",
    "from 12.11.2024 14:05",
    "12 500,00 RUB",
    "2 pcs × 1 500.00",
    "1 200 500 ₽",
    "S/N 104257",
    "INV-2024-000142",
    "09:00-17:00",
    "10.00-17.30",
    "room 1204, floor 4",
    "VND-1",
    "№ 2024/15",
    "🏳️‍🌈 it drips",
    "шум и течь",
)

KEYS = str.maketrans({digit: f"{digit}\ufe0f\u20e3" for digit in "0123456789"})
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(33, 127)})


def in_digits(first: str) -> dict[int, str]:
    """Return how digits are written that begin with *first*."""
    return str.maketrans({str(n): chr(ord(first) + n) for n in range(10)})


#: How ten digits are written down as a phone number.
PHONES: Sequence[Callable[[str], str]] = (
    lambda n: n,
    lambda n: f"+7{n}",
    lambda n: f"8{n}",
    lambda n: f"+7 ({n[:3]}) {n[3:6]}-{n[6:8]}-{n[8:]}",
    lambda n: f"8 ( {n[:3]} ) {n[3:6]} - {n[6:8]} - {n[8:]}",
    lambda n: f"8-{n[:3]}-{n[3:6]}-{n[6:8]}-{n[8:]}",
    lambda n: f"8.{n[:3]}.{n[3:6]}.{n[6:8]}.{n[8:]}",
    lambda n: f"8–{n[:3]}–{n[3:6]}–{n[6:]}",
    lambda n: f"8\u00a0{n[:3]}\u00a0{n[3:6]}\u2011{n[6:]}",
    lambda n: f"8\u2009{n[:3]}\u202f{n[3:]}",
    lambda n: f"+7 {n[:3]}\n{n[3:6]} {n[6:]}",
    lambda n: f"00 7 {n[:3]} {n[3:]}",
    lambda n: f"+7_{n[:3]}_{n[3:6]}_{n[6:]}",
    lambda n: f"8/{n[:3]}/{n[3:6]}-{n[6:]}",
    lambda n: f"8,{n[:3]},{n[3:6]},{n[6:]}",
    lambda n: f"[{n[:3]}] [{n[3:6]}] [{n[6:]}]",
    lambda n: " ".join(n),
    lambda n: "-".join(n),
    lambda n: "\u200b".join(n),
    lambda n: f"\u202a+7 {n[:3]} {n[3:]}\u202c",
    lambda n: n.translate(in_digits("٠")),
    lambda n: n.translate(in_digits("۰")),
    lambda n: n.translate(in_digits("𝟎")),
    lambda n: n.translate(in_digits("०")),
    lambda n: n.translate(WIDE),
    lambda n: n.translate(KEYS),
    lambda n: f"8 9OO {n[:3]} {n[3:5]} {n[5:7]}",
    lambda n: f"8(9ОО){n[:3]}-{n[3:7]}",
    lambda n: f"tel:+7{n}",
)
ADDRESSES: Sequence[Callable[[str], str]] = (
    "{}@mail.example".format,
    "{}+me@mail.co.example".format,
    lambda word: f"{word}@mail.example".upper(),
    lambda word: f"{word}@mail.example".translate(WIDE),
    "{} (at) mail.example".format,
    "{}[at]mail[dot]example".format,
    "{} @ mail.example".format,
    "{} собака mail.example".format,
    "{} at mail dot example".format,
    "mailto:{}@mail.example".format,
    "@{}".format,
    "＠{}".format,
    "@{}, really".format,
    lambda word: f"@{word}".upper(),
    "t.me/{}".format,
    "https://t.me/{}?start=1".format,
    "http://www.telegram.me/{}".format,
    "{}.t.me".format,
    "T.ME/{}".format,
    "t\u200b.me/{}".format,
    "vk.com/{}".format,
    "https://instagram.com/{}/".format,
    "tg://resolve?domain={}".format,
    "skype:{}?call".format,
)
LINKS: Sequence[Callable[[str], str]] = (
    "tg://user?id={}".format,
    "https://wa.me/7{}".format,
    "https://t.me/+7{}".format,
    "https://api.whatsapp.com/send?phone=7{}".format,
)
NAMES: Sequence[Callable[[str, str], str]] = (
    lambda first, last: f"{first} {last}",
    lambda first, _: first,
    lambda _, last: last,
    lambda first, last: f"{last} {first}",
    lambda first, last: f"{first}{last}",
    lambda first, last: f"{last}.{first}".lower(),
    lambda first, last: f"{first}_{last}".upper(),
    lambda first, last: f"{first}-{last}",
    lambda first, last: f"{first}\n{last}",
    lambda first, _: f"#{first}Writes",
    lambda _, last: f"#спасибо{last}",
    lambda first, _: "\u200b".join(first),
    lambda first, _: first.translate(WIDE),
    lambda first, _: first[:1] + "\u0301" + first[1:],
    lambda _, last: last.replace("ё", "е").replace("Ё", "Е"),
    lambda first, last: f"«{first}» ({last})",
)


def reads(plain: str) -> str:
    """Return what people read in a string, however it is written."""
    found = "".join(
        str(unicodedata.digit(each, each)) for each in unicodedata.normalize("NFKD", plain)
    )
    seen = (each for each in found if unicodedata.category(each) not in {"Mn", "Me", "Cf"})
    return "".join(seen).lower().translate(ALIKE)


def strings(value: Any, key: str = "") -> Iterator[str]:
    """Find every string and number in something, but for positions and moments."""
    match value:
        case str():
            yield value
        case dict():
            for name, each in value.items():
                yield from strings(each, str(name))
        case list() | tuple():
            for each in value:
                yield from strings(each, key)
        case int() if key in {"id", "user_id"}:
            yield str(value)


@dataclass(frozen=True)
class Client:
    """Who is to be hidden."""

    first: str
    last: str
    username: str | None

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip()


CLIENTS = (
    Client("Zoryana", "Vexelberg", "zoryvex"),
    Client("Ждан", "Ёжиков", "zhdanyozh"),
    Client("Zoëlla", "Quïntessa", None),
    Client("王小明", "Мирлен", "wangmirlen"),
)


@dataclass
class Speech:
    """Some words with marks."""

    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)

    def add(self, words: str, kind: str = "", **more: Any) -> None:
        """Put words at the end, marked if *kind* is given."""
        if kind and words.strip():
            at = {"offset": units(self.text), "length": units(words)}
            self.entities.append({"type": kind, **at, **more})
        self.text += words


class Writer:
    """Writes messages that tell who the client is, and how they and others can be reached."""

    def __init__(self, dice: Random, client: Client) -> None:
        self.dice, self.client = dice, client
        self.words: set[str] = set()  #: that lead to somebody
        self.files: dict[str, list[str]] = {}  #: what is read of a file when it arrives
        if client.username:
            self.words.add(client.username)

    def tells(self, plain: str, *, names: bool) -> str:
        """Return what there is in a string that must not be read, the client's names included."""
        seen = reads(plain)
        told = [word for word in self.words if reads(word) in seen]
        if found := NUMBER.search(seen):
            told.append(found.group())
        if names:
            parts = (self.client.first, self.client.last)
            told += [part for part in parts if reads(part) in seen]
        return ", ".join(told)

    # Words

    def word(self) -> str:
        """Make up a word that is nowhere else."""
        made = "zq" + "".join(self.dice.choice("bdfgklmnprtv") for _ in range(6))
        self.words.add(made)
        return made

    def number(self) -> str:
        return "".join(self.dice.choice(DIGITS) for _ in range(10))

    def canary(self) -> str:
        """Write down a name, or a way to reach somebody."""
        dice = self.dice
        match dice.randrange(4):
            case 0:
                return dice.choice(PHONES)(self.number())
            case 1:
                return dice.choice(ADDRESSES)(self.word())
            case 2:
                return dice.choice(LINKS)(self.number())
            case _:
                return dice.choice(NAMES)(self.client.first, self.client.last)

    def speech(self, most: int = 4, *, marked: bool = True) -> Speech:
        """Write a few words, some of which tell."""
        dice, said = self.dice, Speech()
        for number in range(dice.randint(1, most)):
            said.add(dice.choice((" ", "\n", ", ", " 😀 ", ": ", " (", " — ")) if number else "")
            what = dice.randrange(8 if marked else 5)
            if what < 2:
                said.add(dice.choice(HARMLESS))
                said.add(dice.choice((" it is", ";", " так")))
            elif what < 5:
                canary = self.canary()
                cut = dice.randrange(len(canary) + 1)
                said.add(canary[:cut], dice.choice(("", "bold", "spoiler", "code", "italic")))
                said.add(canary[cut:], dice.choice(("", "bold", "underline")))
            else:
                self.marked(said)
        return said

    def marked(self, said: Speech) -> None:
        """Add something that a messenger has marked as leading to somebody."""
        match self.dice.randrange(7):
            case 0:
                user = {"id": int(self.number()), "is_bot": False, "first_name": self.word()}
                said.add(f"dear {self.word()}", "text_mention", user=user)
            case 1:
                said.add(self.word(), "text_link", url=self.dice.choice(LINKS)(self.number()))
            case 2:
                link = self.dice.choice(ADDRESSES[14:])(self.word())
                said.add("here", "text_link", url=link)
            case 3:
                said.add(f"{self.word()}@mail.example", "email")
            case 4:
                said.add(self.dice.choice(PHONES[:7])(self.number()), "phone_number")
            case 5:
                said.add(f"@{self.word()}", "mention")
            case _:
                said.add("x = 1", "pre", language=f"@{self.word()}")

    def plain(self) -> str:
        """Write a line without marks."""
        return f"{self.dice.choice(('Look', 'Вот', '📌'))} {self.canary()} {self.canary()}"

    def harmless(self) -> str:
        """Write something that may be read everywhere."""
        return f"{self.dice.choice(HARMLESS)}. It drips"

    # Messages of every kind, as the Bot API tells of them

    def text(self, most: int = 4, *, marked: bool = True) -> dict[str, Any]:
        said = self.speech(most, marked=marked)
        return {"text": said.text, "entities": said.entities}

    def file(self, kind: str) -> dict[str, Any]:
        """Send a file; its name, and its words, may tell."""
        raw: dict[str, Any] = json.loads(json.dumps(SAMPLES[kind]))
        name = f"f{len(self.files)}"
        shown = raw[kind][-1] if kind == "photo" else raw[kind]
        shown["file_id"] = name
        if kind == "animation":
            raw["document"]["file_id"] = name
        read = []
        if "file_name" in shown and self.dice.random() < 0.7:
            shown["file_name"] = self.named()
            shown["file_size"] = self.dice.choice((1000, 30 * 2**20))
        if kind == "audio":
            for each in ("performer", "title"):
                if self.dice.random() < 0.5:
                    shown[each] = self.canary()
                read.append(shown[each])
        self.files[name] = [*read, shown.get("file_name", "")]
        if "caption" in raw and self.dice.random() < 0.8:
            said = self.speech()
            raw |= {"caption": said.text, "caption_entities": said.entities}
        return raw

    def named(self) -> str:
        """Name a file after somebody."""
        canary = self.canary().replace("\n", " ")
        glued = f"договор{self.client.last}"
        ending = self.dice.choice((".pdf", ".tar.gz", "", f".{self.client.first}", ".mp4"))
        return self.dice.choice((canary, glued, f"contract_{canary}")) + ending

    def told(self, kind: str) -> dict[str, Any]:
        """Send something that is passed on in words."""
        raw: dict[str, Any] = json.loads(json.dumps(SAMPLES[kind]))
        shown, said = raw[kind], self.speech()
        match kind:
            case "poll":
                shown |= {"question": said.text, "question_entities": said.entities}
                shown["description"] = self.plain()
                for option in shown["options"]:
                    option["text"] = self.plain()
            case "checklist":
                shown |= {"title": said.text, "title_entities": said.entities}
                for task in shown["tasks"]:
                    task["text"] = self.plain()
            case "game" | "invoice":
                shown |= {"title": self.plain(), "description": self.plain()}
            case "paid_media":
                raw |= {"caption": said.text, "caption_entities": said.entities}
            case "giveaway":
                shown["prize_description"] = self.plain()
            case "story":
                shown["chat"]["title"] = self.plain()
                shown["chat"]["username"] = self.word()
        return raw

    def place(self) -> dict[str, Any]:
        raw: dict[str, Any] = json.loads(json.dumps(SAMPLES["venue"]))
        raw["venue"] |= {"title": self.plain(), "address": self.canary()}
        raw["venue"] |= {"foursquare_id": self.word(), "google_place_id": self.word()}
        return raw

    def contact(self) -> dict[str, Any]:
        told = {"phone_number": f"+7{self.number()}", "first_name": self.client.first}
        more = {"last_name": self.word(), "vcard": f"NOTE:{self.plain()}", "user_id": 7}
        return {"contact": told | more}

    def page(self) -> dict[str, Any]:
        user = {"id": int(self.number()), "is_bot": False, "first_name": self.word()}
        mention = {"type": "text_mention", "text": self.word(), "user": user}
        link = {"type": "url", "text": self.word(), "url": f"https://t.me/{self.word()}"}
        first, last = self.client.first, self.client.last
        split = [first[:2], {"type": "bold", "text": first[2:]}, f" {last}"]
        texts = [self.plain(), split, ["Ask ", mention, " or ", link]]
        return {"rich_message": {"blocks": [{"type": "paragraph", "text": t} for t in texts]}}

    def anything(self) -> dict[str, Any]:
        """Send something of whatever kind."""
        dice = self.dice
        match dice.randrange(7):
            case 0 | 1:
                return self.text()
            case 2 | 3:
                kinds = ("photo", "video", "animation", "audio", "document", "voice", "live_photo")
                return self.file(dice.choice(kinds))
            case 4:
                kinds = ("poll", "checklist", "game", "invoice", "paid_media", "giveaway", "story")
                return self.told(dice.choice(kinds))
            case 5:
                return dice.choice((self.place, self.contact, self.page))()
            case _:
                return dict(SAMPLES[dice.choice(("sticker", "video_note", "location", "dice"))])

    def album(self) -> list[dict[str, Any]]:
        """Send several things as one."""
        kinds = self.dice.choice((("photo", "video"), ("document",), ("audio",)))
        count = self.dice.randint(2, 4)
        return [self.file(self.dice.choice(kinds)) for _ in range(count)]

    def origin(self) -> dict[str, Any]:
        """Say where a message comes from that was forwarded, and through whom."""
        user = {"id": int(self.number()), "is_bot": False, "first_name": self.word()}
        chat = {"id": -100123, "type": "channel", "title": self.word(), "username": self.word()}
        sent = {"date": 1}
        origin = self.dice.choice(
            (
                {"type": "user", "sender_user": user | {"username": self.word()}, **sent},
                {"type": "hidden_user", "sender_user_name": self.plain(), **sent},
                {
                    "type": "channel",
                    "chat": chat,
                    "message_id": 1,
                    "author_signature": self.plain(),
                    **sent,
                },
            )
        )
        bot = {"id": 9, "is_bot": True, "first_name": self.word(), "username": self.word()}
        more = {"via_bot": bot, "author_signature": self.word(), "sender_tag": self.word()}
        return {"forward_origin": origin, **more}

    def quote(self, of: str) -> dict[str, Any]:
        """Quote a piece of a message."""
        piece = of[self.dice.randrange(max(1, len(of) // 2)) :]
        return {"quote": {"text": piece, "position": 0, "is_manual": True}} if piece else {}
