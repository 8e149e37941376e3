"""Who there is: clients, a chain of companies with a lead and a member each, and their terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from sandbox.cast import BotPart, Cast, Group, Membership, Person

BOT: Final = 42
BASIC: Final = -4_000_000_001  #: the id of the first basic group; it may become a supergroup
SUPER: Final = -1_001_000_000_001
FIRST: Final = ("Zorah", "Quill", "Wystan", "Brannoc", "Ysolde", "Tamsin", "Orlando", "Petra")
LAST: Final = ("Vandermeer", "Okonkwo", "Szalay", "Thistlewood", "Farquhar", "Marchetti")
NICKS: Final = ("moonlit", "gadfly", "halfpipe", "sourdough", "kestrel", "ragtime")
COMPANIES: Final = (
    ("VND", "Iceberg Service"),
    ("SRV", "Cold Repair"),
    ("REG", "Region West"),
    ("LOC", "Main Street"),
    ("ENG", "Crew Seven"),
)


@dataclass
class Somebody:
    """A person, with what must not be told of them to everybody."""

    id: int
    first: str
    last: str
    username: str
    phone: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass
class Company:
    """A party of the chain, at home in one group."""

    code: str
    name: str
    chat: int
    lead: Somebody
    member: Somebody
    to_client: str
    administrator: bool  #: the bot is one
    terms: dict[str, str | bool] = field(default_factory=dict)  #: of the link that leads here
    ways: dict[str, str] = field(default_factory=dict)  #: how it works: hours, offers, its times

    @property
    def basic(self) -> bool:
        """Whether its group is a basic one at the beginning."""
        return self.chat > SUPER

    @property
    def tariff(self) -> str:
        """An amount that no other company has."""
        return f"{7_770_000 + self.chat % 1000} RUB" if self.terms else ""

    @property
    def amounts(self) -> list[str]:
        """How that amount reads: in the file, in English, in Russian."""
        amount = self.tariff.removesuffix(" RUB")
        if not amount:
            return []
        grouped = f"{int(amount):,}"
        return [amount, grouped, grouped.replace(",", "\xa0")]

    @property
    def people(self) -> list[Somebody]:
        return [self.lead, self.member]


@dataclass
class Town:
    """Everybody of one seed."""

    clients: list[Somebody]
    companies: list[Company]  #: each passes on to the next
    rival: Company | None = None  #: of the second: the first may pass on to either

    @classmethod
    def of(cls, seed: int) -> Town:
        """Let a seed decide who there is."""
        dice = Random(f"{seed}:town")
        depth = dice.choice([2, 2, 2, 3, 3, 4, 5])
        count = 0

        def somebody(address: int) -> Somebody:
            nonlocal count
            count += 1
            first, last = dice.choice(FIRST) + f"x{count:02d}", dice.choice(LAST) + f"y{count:02d}"
            user = f"{dice.choice(NICKS)}_{count:02d}"
            phone = f"+7 912 {dice.randrange(100, 999)}-{dice.randrange(10, 99)}-{address:02d}"
            return Somebody(address, first, last, user, phone, f"{user}@mail.example.com")

        clients = [somebody(101 + number) for number in range(dice.choice([1, 1, 1, 2, 3]))]
        companies = [
            Company(
                code,
                name,
                (BASIC if dice.random() < 0.5 else SUPER) - place,
                somebody(201 + 10 * place),
                somebody(202 + 10 * place),
                dice.choice(["hold", "auto"]),
                dice.random() < 0.5,
                terms(dice, place),
            )
            for place, (code, name) in enumerate(COMPANIES[:depth])
        ]
        town = cls(clients, companies)
        agree(town, Random(f"{seed}:agreed"))
        chance = Random(f"{seed}:rival")
        if chance.random() < 0.35:
            chat, alike = SUPER - 20, companies[1].terms | {"client": "full", "names": False}
            lead, member = somebody(291), somebody(292)
            town.rival = Company("RIV", "Rival Works", chat, lead, member, "hold", True, alike)
            town.companies[0].ways["offer"] = chance.choice(["one", "all"])
        return town

    @property
    def parties(self) -> list[Company]:
        """All companies, in and beside the chain."""
        return [*self.companies, *([self.rival] if self.rival else [])]

    @property
    def everybody(self) -> list[Somebody]:
        return [*self.clients, *(each for party in self.parties for each in party.people)]

    @property
    def chats(self) -> list[int]:
        return [each.id for each in self.clients] + [each.chat for each in self.parties]

    def cast(self) -> Cast:
        """Return everybody for the simulated messenger."""
        return Cast(
            bot=BotPart(id=BOT, privacy=True),
            people=tuple(
                Person(
                    id=each.id, first_name=each.first, last_name=each.last, username=each.username
                )
                for each in self.everybody
            ),
            chats=tuple(
                Group(
                    id=each.chat,
                    type="group" if each.basic else "supergroup",
                    title=each.name,
                    bot="administrator" if each.administrator else "member",
                    members=(
                        Membership(person=each.lead.id, status="administrator"),
                        Membership(person=each.member.id),
                    ),
                )
                for each in self.parties
            ),
        )

    def chain(self) -> str:
        """Return the chain file."""
        lines = []
        for place, each in enumerate(self.parties):
            key = each.code.lower()
            lines += [
                f"[parties.{key}]",
                f'name = "{each.name}"',
                f'code = "{each.code}"',
                f"chat = {each.chat}",
                f'to_client = "{each.to_client}"',
                f"clients = {str(place == 0).lower()}",
                *(f'{key} = "{value}"' for key, value in {"digest": "off", **each.ways}.items()),
            ]
        pairs = [*zip(self.companies, self.companies[1:], strict=False)]
        pairs += [(self.companies[0], self.rival)] if self.rival else []
        for upper, lower in pairs:
            lines += [
                "[[links]]",
                f'upper = "{upper.code.lower()}"',
                f'lower = "{lower.code.lower()}"',
            ]
            for key, value in lower.terms.items():
                shown = str(value).lower() if isinstance(value, bool) else f'"{value}"'
                lines.append(f"{key} = {shown}")
            lines.append(f'tariff = {{ callout = "{lower.tariff}" }}')
        return "\n".join(lines)


def agree(town: Town, dice: Random) -> None:
    """Let some links and parties agree on times, short enough to pass in a story."""
    first = town.companies[0]
    for each in town.companies:
        of: dict[str, Any] = first.ways if each is first else each.terms
        for key in ("take_within", "resolve_within", "check_within"):
            if dice.random() < 0.4:
                of[key] = dice.choice(["1m", "2m", "5m", "20m"])
    first.ways["digest"] = dice.choice(["off", "09:00", "09:05"])


def terms(dice: Random, place: int) -> dict[str, str | bool]:
    """Return what the link to a company agrees."""
    if not place:
        return {}
    return {
        "forward": dice.choice(["manual", "manual", "auto"]),
        "down": dice.choice(["auto", "auto", "hold"]),
        "up": dice.choice(["auto", "auto", "hold"]),
        "result": dice.choice(["check", "check", "auto"]),
        "client": dice.choice(["full", "name", "hidden", "when_taken"]),
        "names": dice.random() < 0.3,
        "share_replies": dice.random() < 0.3,
        "client_rating": dice.random() < 0.5,
    }
