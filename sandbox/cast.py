"""The cast: who is there, and in which groups, before anything has happened."""

import tomllib
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from sandbox.refusals import WishError

Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]


class Part(BaseModel):
    """A table of a cast file; a key nobody knows is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BotPart(Part):
    """The bot whose Bot API the sandbox plays."""

    id: int = 42
    name: str = "Baton"
    username: str = "baton_demo_bot"
    privacy: bool = True  #: privacy mode: in groups it hears only what is meant for it


class Person(Part):
    """Somebody who writes, presses and leaves; the private chat with the bot has the same id."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str = "en"
    phone: str | None = None  #: no bot is told; without one the person has one made up

    @property
    def number(self) -> str:
        """The telephone number, which goes to a bot only if the person hands it over."""
        return self.phone or f"4930{self.id % 10_000_000:07d}"


class Membership(Part):
    """One person in one group."""

    person: int
    status: Status = "member"


class Group(Part):
    """A group as it stands when the curtain rises."""

    id: int
    type: Literal["group", "supergroup"] = "supergroup"
    title: str
    bot: Status = "member"
    forum: bool = False  #: topics are switched on
    members: tuple[Membership, ...] = ()

    @model_validator(mode="after")
    def _id_fits_type(self) -> Self:
        supergroup = self.id < -1_000_000_000_000
        if self.id >= 0 or supergroup != (self.type == "supergroup"):
            raise ValueError(f"{self.id} is not the id of a {self.type}")
        if self.forum and not supergroup:
            raise ValueError("only a supergroup has topics")
        return self


class Cast(Part):
    """Everybody, and where they are."""

    bot: BotPart = BotPart()
    people: tuple[Person, ...]
    chats: tuple[Group, ...] = ()

    @model_validator(mode="after")
    def _everybody_is_somebody(self) -> Self:
        people = [person.id for person in self.people] + [self.bot.id]
        chats = [chat.id for chat in self.chats]
        if len({*people}) < len(people) or len({*chats}) < len(chats):
            raise ValueError("an id is given twice")
        for chat in self.chats:
            for member in chat.members:
                if member.person not in people[:-1]:
                    raise ValueError(f"{chat.title}: there is no person {member.person}")
        return self


def read(path: Path) -> Cast:
    """Read a cast file.

    Raises:
        WishError: the file is no cast; the text says what is wrong.

    """
    try:
        return Cast.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise WishError(f"{path} is not a cast: {error}") from error
