"""The world: who is where, what was said, and who is told. No network, no clock of its own."""

from collections.abc import Callable
from random import Random
from typing import Final

from sandbox.attachments import Games
from sandbox.cast import BotPart, Cast, Person, Status
from sandbox.chats import Chat, Message
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.journal import Journal
from sandbox.latency import Latency
from sandbox.limits import Limits
from sandbox.members import Member
from sandbox.presses import Presses
from sandbox.privacy import hears
from sandbox.text import Json
from sandbox.updates import Queue
from sandbox.webhook import Webhook

NEW_GROUPS: Final = -1_002_000_000_000  #: supergroups that come to be get the ids below
ALBUMS: Final = 13_900_000_000_000_000  #: albums get the ids above


class World:
    """Everything there is, in memory.

    The clock is a callable that returns Unix time; it decides on dates, expiry and limits.
    What people do is in ``deeds``, what the bot may call is in ``methods``.
    """

    def __init__(
        self,
        cast: Cast,
        *,
        clock: Callable[[], float],
        token: str | None = None,
        limited: bool = False,
        seed: int = 0,
    ) -> None:
        self.cast = cast
        self.clock = clock
        self.token = token or f"{cast.bot.id}:SANDBOX"
        self.journal = Journal(clock)
        self.queue = Queue(clock, Random(seed))  # noqa: S311 - repeatable, and no secret
        self.webhook = Webhook()
        self.limits = Limits(on=limited)
        self.commands: dict[tuple[str, str], list[Json]] = {}  #: by scope and language
        self.files = Files(cast.bot.id)
        self.games = Games(Random(seed))  # noqa: S311 - repeatable, and no secret
        self.presses = Presses()
        self._last_group = NEW_GROUPS
        self._last_album = ALBUMS
        self._raise_the_curtain()

    def _raise_the_curtain(self) -> None:
        self.bot: BotPart = self.cast.bot
        self.people: dict[int, Person] = {person.id: person for person in self.cast.people}
        self.chats: dict[int, Chat] = {}
        self.faults = Faults()
        self.latency = Latency()
        self.held: dict[str, list[Message]] = {}  #: parts of albums that the bot is told later
        self.revoked = False  #: the bot's token is nobody's any more
        self._last_id = 0
        for person in self.cast.people:
            self.chats[person.id] = self._private(person)
        for group in self.cast.chats:
            members = {
                each.person: Member(user(self.people[each.person]), each.status)
                for each in group.members
            }
            members[self.bot.id] = Member(self.me, group.bot)
            self.chats[group.id] = Chat(
                group.id,
                group.type,
                group.title,
                group_facts(group.id, group.type, group.title, forum=group.forum),
                members,
                known=members[self.bot.id].inside,
                privacy=self.bot.privacy,
            )

    def _private(self, person: Person) -> Chat:
        facts: Json = {"id": person.id, "type": "private", "first_name": person.first_name}
        if person.last_name is not None:
            facts["last_name"] = person.last_name
        if person.username is not None:
            facts["username"] = person.username
        members = {
            person.id: Member(user(person)),
            self.bot.id: Member(self.me),
        }
        return Chat(person.id, "private", name(person), facts, members)

    def reset(self) -> None:
        """Begin anew as the cast says.

        What a bot says once, at its start, stays: its commands, its webhook and the kinds of
        updates it wants. Numbers go on: of messages, updates, files and of the journal.
        """
        last, numbers = self._last_id, {chat.id: chat.last_id for chat in self.chats.values()}
        self._raise_the_curtain()
        self._last_id = last
        for chat in self.chats.values():
            chat.last_id = numbers.get(chat.id, 0)
        self.queue.clear()
        self.limits.clear()
        self.presses.clear()
        self.journal.tell("reset", None)

    def set_privacy(self, *, on: bool, everywhere: bool) -> None:
        """Switch privacy mode: where the bot is added afterwards, or *everywhere* at once."""
        self.bot = self.bot.model_copy(update={"privacy": on})
        if everywhere:
            for chat in self.chats.values():
                chat.privacy = on

    @property
    def now(self) -> int:
        """The moment, as the Bot API writes it."""
        return int(self.clock())

    @property
    def me(self) -> Json:
        """The bot, as the Bot API's User."""
        return {
            "id": self.bot.id,
            "is_bot": True,
            "first_name": self.bot.name,
            "username": self.bot.username,
        }

    def post(self, message: Message, *, told: bool = True) -> Message:
        """Put a message into its chat, and tell whoever is to be told: the bot if *told*."""
        chat = message.chat
        chat.messages[message.id] = message
        if message.author["id"] == self.bot.id and not message.service:
            chat.bot_spoke = True
        self.journal.tell("message", chat.id, message=message.shown())
        if told:
            self.tell_bot("message", message)
        return message

    def next_id(self, chat: Chat) -> int:
        """Return an id for the next message: one count a supergroup, one for all the rest."""
        if chat.type == "supergroup":
            chat.last_id += 1
            return chat.last_id
        self._last_id += 1
        return self._last_id

    def next_group(self) -> int:
        """Return an id that no group has had."""
        self._last_group -= 1
        return self._last_group

    def next_album(self) -> str:
        """Return an id that no album has had."""
        self._last_album += 1
        return str(self._last_album)

    def announce(
        self,
        chat: Chat,
        author: Json,
        content: Json,
        *,
        thread: int | None = None,
        told: bool = True,
    ) -> Message:
        """Put a service message into a chat, or into one topic of it."""
        message = Message(
            chat, self.next_id(chat), author, self.now, content, service=True, thread=thread
        )
        return self.post(message, told=told)

    def change(self, message: Message, content: Json, markup: Json | None) -> None:
        """Give a message other content, and tell whoever is to be told."""
        message.content, message.markup = content, markup
        message.edited = self.now
        self.journal.tell("edit", message.chat.id, message=message.shown())
        self.tell_bot("edited_message", message)

    def remove(self, message: Message) -> None:
        """Take a message away. Bots are never told."""
        message.deleted = True
        message.chat.messages.pop(message.id, None)
        self.journal.tell("delete", message.chat.id, message_id=message.id, message=message.shown())

    def enrol(
        self,
        chat: Chat,
        who: Json,
        status: Status,
        rights: Json,
        by: Json,
        *,
        told: bool = True,
    ) -> None:
        """Give somebody another standing in a chat, and tell whoever is to be told.

        The update for the bot stays out unless it is *told*; service messages do not.
        """
        mine = who["id"] == self.bot.id
        before = chat.members.get(who["id"], Member(who, "left"))
        after = Member(who, status, rights)
        heard = chat.members[self.bot.id]
        chat.members[who["id"]] = after
        if mine and after.inside and not before.inside and not chat.private:
            chat.known, chat.privacy = True, self.bot.privacy
            chat.bot_spoke = False
        self.journal.tell("member", chat.id, **{"as": who["id"], "text": status})
        if before == after:
            return
        if told and (mine or (heard.leads and not chat.private)):
            self.queue.add(
                "my_chat_member" if mine else "chat_member",
                {
                    "chat": chat.facts,
                    "from": by,
                    "date": self.now,
                    "old_chat_member": before.told(),
                    "new_chat_member": after.told(),
                },
            )
        if chat.private or chat.deleted:
            return
        if after.inside and not before.inside:
            self.announce(
                chat,
                by,
                {"new_chat_members": [who], "new_chat_member": who, "new_chat_participant": who},
            )
        elif before.inside and not after.inside:
            self.announce(chat, by, {"left_chat_member": who, "left_chat_participant": who})

    def tell_bot(self, kind: str, message: Message) -> None:
        """Queue an update of a message: service messages of its own, ordinary ones of people."""
        own = message.author["id"] == self.bot.id
        if (message.service or not own) and hears(message, self.bot):
            self.queue.add(kind, message.told())


def user(person: Person) -> Json:
    """Return a person as the Bot API's User."""
    told: Json = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    if person.last_name is not None:
        told["last_name"] = person.last_name
    if person.username is not None:
        told["username"] = person.username
    told["language_code"] = person.language_code
    return told


def name(person: Person) -> str:
    """Return a person's name as chats show it."""
    return f"{person.first_name} {person.last_name or ''}".strip()


def group_facts(chat_id: int, kind: str, title: str, *, forum: bool = False) -> Json:
    """Return a group as the Bot API's Chat."""
    facts: Json = {"id": chat_id, "title": title, "type": kind}
    if forum:
        facts["is_forum"] = True
    if kind == "group":
        facts["all_members_are_administrators"] = False
    return facts
