"""Who is there: pairs of companies, a vendor and its service, and the clients of each pair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUPERGROUPS = -1_000_000_000_000

PARTY = """
[parties.{key}]
name = "{name}"
code = "{code}"
chat = {chat}
digest = "off"
{more}
"""

LINK = """
[[links]]
upper = "v{number}"
lower = "s{number}"
forward = "auto"
client = "full"
"""


@dataclass(frozen=True)
class Pair:
    """A vendor that passes each case on to its service, at once."""

    number: int

    @property
    def vendor(self) -> int:
        """The vendor's chat."""
        return SUPERGROUPS - 10 * self.number - 1

    @property
    def service(self) -> int:
        """The service's chat."""
        return SUPERGROUPS - 10 * self.number - 2

    @property
    def clerk(self) -> int:
        """Who speaks for the service."""
        return 900 + self.number


@dataclass(frozen=True)
class Town:
    """One bot, and everybody around it; a client's chat with the bot has the client's id."""

    bot: int
    size: int  #: pairs of companies
    people: int  #: clients of all of them

    @property
    def token(self) -> str:
        return f"{self.bot}:SANDBOX"

    @property
    def pairs(self) -> list[Pair]:
        return [Pair(number) for number in range(1, self.size + 1)]

    @property
    def clients(self) -> list[int]:
        return [1001 + number for number in range(self.people)]

    def pair_of(self, client: int) -> Pair:
        """Return whose client somebody is."""
        return Pair(client % self.size + 1)

    def cast(self, folder: Path) -> Path:
        """Write down who is there, for the sandbox."""
        path = folder / f"cast{self.bot}.toml"
        path.write_text("\n".join(self._cast()), "utf-8")
        return path

    def chain(self, folder: Path) -> Path:
        """Write down who works for whom, for the bot."""
        path = folder / f"chain{self.bot}.toml"
        path.write_text("".join(self._chain()), "utf-8")
        return path

    def _cast(self) -> Iterator[str]:
        yield f'[bot]\nid = {self.bot}\nname = "Baton"\nusername = "baton_{self.bot}_bot"'
        yield "privacy = false"
        for client in self.clients:
            yield f'[[people]]\nid = {client}\nfirst_name = "Client {client}"'
        for pair in self.pairs:
            yield f'[[people]]\nid = {pair.clerk}\nfirst_name = "Clerk {pair.number}"'
        for pair in self.pairs:
            for chat in (pair.vendor, pair.service):
                yield f'[[chats]]\nid = {chat}\ntitle = "Chat {chat}"'
                yield f'members = [ {{ person = {pair.clerk}, status = "administrator" }} ]'

    def _chain(self) -> Iterator[str]:
        for pair in self.pairs:
            number = pair.number
            yield PARTY.format(
                key=f"v{number}",
                name=f"Vendor {number}",
                code=f"V{chr(64 + number)}",
                chat=pair.vendor,
                more='clients = true\nto_client = "auto"',
            )
            yield PARTY.format(
                key=f"s{number}",
                name=f"Service {number}",
                code=f"S{chr(64 + number)}",
                chat=pair.service,
                more="",
            )
            yield LINK.format(number=number)
