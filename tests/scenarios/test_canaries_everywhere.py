"""Whatever a client sends, in whatever form: nobody reads who it was where a link hides it.

``CANARY_SEEDS=500 pytest tests/scenarios/test_canaries_everywhere.py`` tries more of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiogram.types import Message
from sqlalchemy import Pool, event, select

from handlers.kinds import content
from relay.content import TOLD, Content, Medium
from relay.tables import Party, Ticket
from tests.actors import Person
from tests.canaries import CLIENTS, Client, Writer
from tests.messenger import Shown
from tests.scenarios.conftest import hasten
from tests.scenarios.witness import WHO_PRESSED, Told, Watched
from tests.texts import dressed

SEEDS = int(os.environ.get("CANARY_SEEDS", "0"))  #: tried beside what is always tried
COMPANIES = {"vendor": "VND", "service": "SRV", "local": "LOC", "crew": "CRW", "night": "NGT"}
TERMS = ("full", "name", "hidden", "when_taken")
EVENTS = 5  #: that happen once everybody has the ticket

#: What the links say, from the top: each of it at every place, above and below all the others.
POLICIES = [
    ("full", "full", "full", "full"),
    ("full", "full", "full", "hidden"),
    ("full", "name", "when_taken", "hidden"),
    ("name", "full", "hidden", "when_taken"),
    ("when_taken", "hidden", "full", "name"),
    ("hidden", "when_taken", "name", "full"),
]
STORIES = [(policy, 0) for policy in POLICIES] + [
    (tuple(Random(seed).choices(TERMS, weights=(4, 2, 2, 2), k=4)), seed)
    for seed in range(1, SEEDS + 1)
]


def chain(policy: tuple[str, ...]) -> str:
    """Return a chain of five companies whose links say these things about the client."""
    keys = list(COMPANIES)
    parties = [
        f'[parties.{key}]\nname = "Company {number}"\ncode = "{COMPANIES[key]}"\n'
        f'chat = {-1001 - number}\nto_client = "auto"\nclients = {str(not number).lower()}\n'
        for number, key in enumerate(keys)
    ]
    links = [
        f'[[links]]\nupper = "{upper}"\nlower = "{lower}"\nclient = "{terms}"\nnames = true\n'
        "share_replies = true\n"
        for upper, lower, terms in zip(keys, keys[1:], policy, strict=False)
    ]
    return "\n".join(parties + links)


@pytest.fixture
async def watched(migrated: Path, tmp_path: Path) -> AsyncIterator[Watched]:
    path = tmp_path / "world.db"
    shutil.copy(migrated, path)
    event.listen(Pool, "checkout", hasten)
    world = Watched(f"sqlite+aiosqlite:///{path}")
    await world.start()
    yield world
    await world.database.close()
    event.remove(Pool, "checkout", hasten)


class Story:
    """A case in which people say what they should not, for one policy and one seed."""

    def __init__(self, world: Watched, policy: tuple[str, ...], seed: int) -> None:
        self.world, self.policy = world, policy
        self.dice = Random(f"{policy} {seed}")
        self.client: Client = self.dice.choice(CLIENTS)
        self.writer = Writer(self.dice, self.client)
        world.witness.files = self.writer.files
        self.ann = Person(world, 101, self.client.name, 101, username=self.client.username)
        self.leads, self.members = [], []
        for number, code in enumerate(COMPANIES.values()):
            chat = -1001 - number
            self.leads.append(Person(world, 200 + number, f"Lead{code}", chat, title=code))
            self.members.append(Person(world, 300 + number, f"Member{code}", chat, title=code))
            world.leads[chat] = [200 + number]
        self.sent: list[Shown] = []
        self.taken: dict[int, int] = {}  #: since when a level has taken its ticket

    async def happens(self) -> None:
        """Let everything happen."""
        dice = self.dice
        await self.asks()
        for level in range(4):
            for _ in range(dice.randrange(3)):
                await self.says()
            await self.passed_on(level)
        for number in range(EVENTS):
            if number == EVENTS // 2:
                await self.presses(self.leads[4], "Take")
            await self.something()
        await self.ended()

    async def step(self) -> None:
        """Note who has taken the ticket by now."""
        async with self.world.lease.transaction() as store:
            found = await store._session.execute(
                select(Party.code, Ticket.taken).join(Party, Party.id == Ticket.party_id)
            )
            for code, taken in found:
                if taken:
                    level = [*COMPANIES.values()].index(code)
                    self.taken.setdefault(level, self.world.witness.moment)
        self.world.witness.moment += 1

    # What people do

    async def asks(self) -> None:
        """Let the client begin, with words that lists of tickets can show as they are."""
        raw = self.writer.text(1, marked=False)
        self.sent.append(self.world.messenger.show(self.ann.place, "", by_bot=False, raw=raw))
        await self.world.happens(self.ann.says(self.sent[0]))
        self.arrives(self.sent[0])
        await self.step()

    async def says(self, person: Person | None = None, *, to: Shown | None = None) -> None:
        """Let the client, or whoever it is, say anything."""
        who, dice = person or self.ann, self.dice
        if to is None and dice.random() < 0.15:
            await who.sends_album(*self.writer.album())
            await self.step()
            return
        raw = self.writer.anything()
        if dice.random() < 0.3:
            raw |= self.writer.origin()
        if to:
            raw |= self.writer.quote(to.text) if dice.random() < 0.5 else {}
        elif dice.random() < 0.2:
            raw |= {"external_reply": {"origin": self.writer.origin()["forward_origin"]}}
            raw |= self.writer.quote(self.writer.plain())
        shown = self.world.messenger.show(who.place, "", by_bot=False, raw=raw)
        await self.world.happens(who.says(shown, to))
        if who is self.ann:
            self.sent.append(shown)
            self.arrives(shown)
        await self.step()

    async def presses(self, who: Person, label: str, **more: Any) -> bool:
        """Press a button if there is one."""
        if not any(label in each.labels for each in who.sees):
            return False
        await who.presses(label, **more)
        await self.step()
        return True

    async def explains(self, who: Person, label: str) -> None:
        """Press a button that asks for words, and give some."""
        if await self.presses(who, label):
            asked = [each for each in who.sees if each.asks]
            if asked:
                await self.says(who, to=asked[-1])

    async def passed_on(self, level: int) -> None:
        """Pass the ticket on, with as much of the story as chance will have it."""
        lead, code = self.leads[level], [*COMPANIES.values()][level]
        await self.presses(lead, "Pass on", on=lead.card(f"{code}-1"))
        asked = [each for each in lead.sees if "to read of what was said" in each.text]
        if asked and asked[-1].labels:
            await self.presses(lead, self.dice.choice(asked[-1].labels), on=asked[-1])

    async def something(self) -> None:
        """Let anything happen that people do in the middle of a case."""
        dice, level = self.dice, self.dice.randrange(5)
        lead, member = self.leads[level], self.members[level]
        card = lead.card(f"{[*COMPANIES.values()][level]}-1")
        match dice.randrange(9):
            case 0 | 1 | 2:
                await self.says()
            case 3:
                await self.corrected()
            case 4:
                theirs = [each for each in lead.sees if each.by_bot and " · " in each.text]
                await self.says(member, to=dice.choice(theirs))
                await self.sends_it_somewhere(lead)
            case 5:
                await self.says(member, to=card)
                await self.sends_it_somewhere(lead)
            case 6:
                relayed = [each for each in self.ann.sees if each.by_bot]
                await self.says(to=dice.choice(relayed))
            case 7:
                if len(self.sent) > 2 and dice.random() < 0.4:
                    await self.ann.replies("/retract", to=self.sent.pop(dice.randint(1, 2)))
                await self.explains(lead, "Ask")
                await self.explains(self.leads[max(level - 1, 0)], "Answer")
            case _:
                await member.writes("/note 1 " + self.writer.harmless())
                await self.step()
                await lead.writes(dice.choice(("/status", "/status 1")))
                await self.step()

    async def sends_it_somewhere(self, lead: Person) -> None:
        """Choose where a reply to the card is to go, if that is asked."""
        asked = [each for each in lead.sees if "Who is to get this?" in each.text and each.labels]
        if asked:
            await self.presses(lead, self.dice.choice(asked[-1].labels), on=asked[-1])

    async def corrected(self) -> None:
        """Let the client say otherwise what they have said before."""
        shown = self.dice.choice(self.sent[1:] or [Shown(self.sent[0].ref, "", by_bot=False)])
        if "text" in shown.raw:
            shown.raw |= self.writer.text()
        elif "caption" in shown.raw:
            said = self.writer.speech()
            shown.raw |= {"caption": said.text, "caption_entities": said.entities}
        else:
            return
        await self.world.happens(self.ann.correction(shown))
        await self.step()

    async def ended(self) -> None:
        """Let results go up, and be returned, accepted and rated, with words for each."""
        for level in range(4, -1, -1):
            await self.explains(self.members[level], "Resolve")
            upper = self.leads[level - 1] if level else self.ann
            if self.dice.random() < 0.4:
                await self.explains(upper, "Return")
                await self.explains(self.members[level], "Resolve")
            await self.presses(upper, "Accept")
            await self.explains(upper, "1 ★")
        await self.explains(self.ann, "Reopen")
        for person in (*self.leads, self.ann):
            await person.writes("/status")
            await self.step()

    # What must hold

    def hidden(self, told: Told) -> tuple[bool, bool]:
        """Say whether a chat must not know the client's names, and how to reach anybody."""
        if told.place == WHO_PRESSED:
            return True, True
        if told.place == self.ann.place:
            return False, False
        level = -1001 - int(told.place)
        terms = set()
        for lower, each in enumerate(self.policy[:level], 1):
            late = told.moment >= self.taken.get(lower, told.moment + 1)
            terms.add(("full" if late else "hidden") if each == "when_taken" else each)
        return "hidden" in terms, terms != {"full"} and bool(terms)

    def leaks(self) -> list[str]:
        """Return what was told where it must not be."""
        return [
            f"{what} shows in {told.place}: {words!r}"
            for told in self.world.witness.told
            for names, reach in [self.hidden(told)]
            for words in told.words
            if reach and (what := self.writer.tells(words, names=names))
        ]

    def arrives(self, shown: Shown) -> None:
        """Make sure that what the client has just said stands wherever all may be known."""
        message = Message.model_validate(self.ann.says(shown)["message"])
        said = content(message)
        assert said
        if said.media and (said.media.kind in TOLD or said.media.kind is Medium.RICH):
            return
        witness = self.world.witness
        for level in range(5):
            now = Told(witness.moment, str(-1001 - level), ())
            told = [e.post for e in witness.told if (e.place, e.moment) == (now.place, now.moment)]
            posts = [post for post in told if post and " · " in post.head.plain]
            if posts and not any(self.hidden(now)):
                assert any(equal(said, post.text, post.media) for post in posts), (said, posts)


def equal(said: Content, text: Any, media: Any) -> bool:
    """Say whether something arrives exactly as it was said."""
    size = len(said.text.plain)
    same = media == said.media and text.plain.endswith(said.text.plain)
    return same and dressed(text)[len(text.plain) - size :] == dressed(said.text)


@pytest.mark.parametrize(("policy", "seed"), STORIES)
async def test_nothing_that_tells_who_a_hidden_client_is_ever_leaves(
    watched: Watched, policy: tuple[str, ...], seed: int
) -> None:
    await watched.chain(chain(policy))
    story = Story(watched, policy, seed)

    await story.happens()

    found = story.leaks()
    assert not found, "\n".join(found)
