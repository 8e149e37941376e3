"""Who says what to whom: clients in private chats, and vendors who answer them in their groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

Update = dict[str, Any]

FIRST_GROUP: Final = 1_000_000_000_000  #: groups have negative ids
FIRST_CLIENT: Final = 1_000


@dataclass(frozen=True)
class Spoken:
    """One thing that a person says, and where the words have to arrive."""

    update: Update
    chat: int
    message: int
    to: int
    number: int  #: the text carries it; 0: any text without a number


@dataclass
class Scenario:
    """A town of vendors and clients; each client writes to one vendor.

    It is told where a bot's messages have landed, since vendors reply to those.
    """

    parties: int
    clients: int
    landed: dict[int, int] = field(default_factory=dict)  #: client, and the message in the group
    _updates: Iterator[int] = field(default_factory=lambda: count(1))
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def chain(self) -> str:
        """Return the chain file."""
        return "\n".join(
            f"[parties.party{-self.group(each)}]\n"
            f'name = "Vendor {each}"\ncode = "V{chr(65 + each // 26)}{chr(65 + each % 26)}"\n'
            f'chat = {self.group(each)}\ndigest = "off"\nclients = true\n'
            for each in range(self.parties)
        )

    def group(self, client: int) -> int:
        """Return the chat of a client's vendor."""
        return -FIRST_GROUP - client % self.parties

    def newcomers(self, count: int) -> range:
        """Let more clients come; return them."""
        first = self.clients
        self.clients += count
        return range(first, self.clients)

    def starts(self, client: int) -> Spoken:
        """Let a client follow their vendor's link."""
        return self._says(client, f"/start party{-self.group(client)}", self.private(client), 0)

    def talk(self, messages: int) -> list[Spoken]:
        """Let clients and vendors say so many things, in turn."""
        return [
            self.answers(each // 2 % self.clients)
            if each % 2
            else self.asks(each // 2 % self.clients)
            for each in range(messages)
        ]

    def asks(self, client: int) -> Spoken:
        """Let a client write to their vendor."""
        number = next(self._numbers)
        return self._says(client, f"The fridge is warm again #{number}", self.group(client), number)

    def answers(self, client: int) -> Spoken:
        """Let somebody of the vendor reply to what last came from a client."""
        number = next(self._numbers)
        text = f"An engineer is on the way #{number}"
        return self._says(client, text, self.private(client), number, self.landed[client])

    def private(self, client: int) -> int:
        """Return the chat of a client."""
        return FIRST_CLIENT + client

    def note(self, spoken: list[Spoken], arrivals: list[tuple[int, int, int]]) -> None:
        """Note where in the groups the words of clients have landed."""
        clients = {(each.to, each.number): each.chat - FIRST_CLIENT for each in spoken}
        for chat, number, message in arrivals:
            if (chat, number) in clients and chat < 0:
                self.landed[clients[chat, number]] = message

    def _says(
        self, client: int, text: str, to: int, number: int, reply_to: int | None = None
    ) -> Spoken:
        """Return one message: in the group if it is a reply, else in private."""
        place = next(self._updates)
        person = self.private(client)
        message: dict[str, Any] = {"message_id": place, "date": 1_700_000_000, "text": text}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": 6}]
        if reply_to is None:
            chat: dict[str, Any] = {
                "id": person,
                "type": "private",
                "first_name": f"Client {client}",
            }
        else:
            chat = {"id": self.group(client), "type": "supergroup", "title": "Vendor"}
            person = chat["id"] + 2 * FIRST_GROUP  # one person speaks for each vendor
            said = {"id": 42, "is_bot": True, "first_name": "Bot", "username": "bench_bot"}
            above = {"message_id": reply_to, "date": 1_700_000_000, "chat": chat, "from": said}
            message["reply_to_message"] = above | {"text": "…"}
        who = {
            "id": person,
            "is_bot": False,
            "first_name": f"Person {person}",
            "language_code": "en",
        }
        update = {"update_id": place, "message": message | {"chat": chat, "from": who}}
        return Spoken(update, chat["id"], place, to, number)


class Wrong(Exception):
    """A bot has lost, doubled or turned round what was said."""


def check(spoken: list[Spoken], arrivals: list[tuple[int, int, int]], *, order: bool) -> None:
    """See that every message arrived once, and in the *order* of each chat if that is promised.

    Raises:
        Wrong: with the first chat where it is not so.
    """
    wanted, found = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for each in spoken:
        if each.number:
            wanted[each.to].append(each.number)
    for chat, number, _ in arrivals:
        if number:
            found[chat].append(number)
    for chat, numbers in wanted.items():
        if sorted(found[chat]) != sorted(numbers):
            raise Wrong(f"chat {chat} should have got {numbers}, and got {found[chat]}")
        if order and found[chat] != numbers:
            raise Wrong(f"chat {chat} got {found[chat]} in another order than {numbers}")
