"""People in front of their apps: what they do there, and what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from tests.end_to_end.live_processes import PATIENCE, Json, Stage

ARRIVED = "👌"
READING = 0.2  #: seconds without anything new, before somebody replies


def bare(label: str) -> str:
    """Return a label without its leading emoji."""
    return label if label[0].isalnum() else label.split(" ", 1)[-1]


@dataclass(frozen=True)
class Shown:
    """A message as everybody in a chat sees it."""

    id: int
    text: str
    by_bot: bool
    photo: str | None
    labels: list[str]
    reactions: list[str]

    @classmethod
    def read(cls, message: Json) -> Self:
        keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
        sizes = message.get("photo")
        return cls(
            id=message["message_id"],
            text=message.get("text") or message.get("caption", ""),
            by_bot=message["from"]["is_bot"],
            photo=sizes[-1]["file_unique_id"] if sizes else None,
            labels=[bare(button["text"]) for row in keyboard for button in row],
            reactions=message["reactions"],
        )


@dataclass(frozen=True)
class Person:
    """Somebody in one chat: with the bot alone, or in their company's group."""

    stage: Stage
    id: int
    chat: int

    # What they do

    async def writes(self, text: str) -> Shown:
        """Write something plain."""
        return await self._says("say", text=text)

    async def replies(self, text: str, *, to: str | Shown) -> Shown:
        """Reply to a message: to the bot's last one that has certain words."""
        return await self.replies_at_once(text, await self._meant(to))

    async def replies_at_once(self, text: str, shown: Shown) -> Shown:
        """Reply before the bot can have noticed that its message is there."""
        return await self._says("say", text=text, reply_to=shown.id)

    async def shows(self, caption: str, *, to: str | Shown) -> Shown:
        """Reply with a photo."""
        above = (await self._meant(to)).id
        return await self._says("photo", photo="sample", caption=caption, reply_to=above)

    async def edits(self, shown: Shown, text: str) -> None:
        """Correct what they have written."""
        await self.stage.does("edit", as_=self.id, chat=self.chat, message=shown.id, text=text)

    async def presses(self, label: str, *, on: str) -> str:
        """Press a button as soon as it is there, and return what the bot says to that."""
        target = await self.sees(on, button=label)
        return await self.presses_at_once(label, target)

    async def presses_at_once(self, label: str, shown: Shown) -> str:
        """Press a button of a message that is on the screen."""
        wish = {"message": shown.id, "button": label, "wait": PATIENCE}
        told = await self.stage.does("press", as_=self.id, chat=self.chat, **wish)
        assert told["answer"] is not None, f"nothing was said to {label!r}"
        words: str = told["answer"]["text"]
        return words

    async def is_asked(self, question: str, *, at: str, on: str) -> Shown:
        """Press a button that asks for words, and return the question."""
        last = (await self.everything())[-1].id
        assert await self.presses(at, on=on) == "Please reply to the question below."
        return await self.sees(question, after=last)

    async def explains(self, label: str, words: str, *, on: str, asked: str) -> None:
        """Press a button that asks for words, and give them."""
        await self.replies(words, to=await self.is_asked(asked, at=label, on=on))

    async def opens(self, link: str, *, group: bool = False) -> None:
        """Follow a link into the bot, or one that brings the bot into their *group*."""
        where = {"chat": self.chat} if group else {}
        await self.stage.does("open", as_=self.id, link=link, **where)

    async def adds_the_bot(self) -> None:
        """Add the bot to their group."""
        await self.stage.does("member", chat=self.chat, status="member", by=self.id)

    # What they see

    async def sees(
        self, words: str, *more: str, button: str | None = None, after: int = 0
    ) -> Shown:
        """Return the last message of the bot with these *words* as soon as it is there.

        It has to say *more* then, too: so the first words are those that come last.
        """
        wanted = {"text": words, "by": "bot", "button": button, "seconds": PATIENCE}
        told = await self.stage.does("wait", chat=self.chat, after=after, **wanted)
        shown = Shown.read(told["message"])
        for each in more:
            assert each in shown.text, f"{each!r} is not in {shown.text!r}"
        return shown

    async def sees_no_more(self, words: str, *, button: str | None = None) -> None:
        """Wait until no message of the bot has these words, or this button."""
        wanted = {"text": words, "by": "bot", "button": button, "seconds": PATIENCE}
        await self.stage.does("wait", chat=self.chat, gone=True, **wanted)

    async def sees_that_it_arrived(self, said: Shown) -> None:
        """Wait for the receipt under an own message."""
        count = 0
        while ARRIVED not in (shown := await self._again(said)).reactions:
            count += 1
            await self.stage.called("setMessageReaction", self.chat, count)
        assert shown.reactions == [ARRIVED]

    async def everything(self) -> list[Shown]:
        """Return the chat from its beginning, as it reads now."""
        told = await self.stage.asks("messages", chat=self.chat)
        return [Shown.read(each) for each in told["messages"]]

    async def read(self) -> list[str]:
        """Return all that the bot has said here, as it reads now."""
        return [each.text for each in await self.everything() if each.by_bot]

    async def has_read(self, words: str) -> bool:
        """Say whether the bot has said something here."""
        return any(words in text for text in await self.read())

    async def finds_in_the_menu(self) -> list[str]:
        """Return the commands that their app offers in this chat."""
        told = await self.stage.asks("commands", **{"as": self.id, "chat": self.chat})
        return [f"{each['command']}: {each['description']}" for each in told["commands"]]

    async def _says(self, path: str, **what: object) -> Shown:
        told = await self.stage.does(path, as_=self.id, chat=self.chat, **what)
        return Shown.read(told["message"])

    async def _meant(self, to: str | Shown) -> Shown:
        """Return what a reply is to, once everybody has had the time to read it."""
        shown = to if isinstance(to, Shown) else await self.sees(to)
        await self.stage.quiet(READING)
        return shown

    async def _again(self, shown: Shown) -> Shown:
        return next(each for each in await self.everything() if each.id == shown.id)


def people(stage: Stage) -> dict[str, Person]:
    """Return everybody by first name: in their group, or alone with the bot."""
    homes = {
        member["person"]: chat["id"]
        for chat in stage.world["chats"]
        if chat["type"] != "private"
        for member in chat["members"]
    }
    return {
        each["first_name"]: Person(stage, each["id"], homes.get(each["id"], each["id"]))
        for each in stage.world["people"]
    }
