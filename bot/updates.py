"""Where an update meets a transaction: it is read, its speaker is known, a handler is called."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import AiogramError
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, InputFile, Message, Update, User
from pydantic import ValidationError

from bot.commands import for_parties
from bot.forums import Forums
from bot.places import topic_of
from bot.polling import ALLOWED
from bot.registers import Registers
from bot.rights import Rights
from bot.standings import Standings
from handlers.dashboard import Doors
from handlers.filters import commands
from handlers.forms import heard, ref
from handlers.kinds import is_service
from handlers.refusals import words
from handlers.replies import Lookup, answer, in_words, toast
from relay import homes, people
from relay.channel import Place, Ref
from relay.courier import Courier
from relay.inbox import Ignored, Undone, Unreadable
from relay.language import Gettext, speak
from relay.refusals import CannotLook, NotRelayed, Refusal
from relay.speaker import Speaker
from relay.store import Database, Store, Trouble

log = logging.getLogger(__name__)

COURTESY: Final = timedelta(seconds=10)  #: a reply that cannot start within that is not sent
ANONYMOUS: Final = 1087968824  #: an administrator who speaks as the group; Bot API, from
CHANNEL: Final = 136817688  #: somebody who speaks as a channel
GROUP: Final = 'group"'  #: how the type of a chat ends, if administrators matter in it
LEADING: Final = {ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR}
TELEGRAM: Final = 777000  #: posts of a linked channel
#: Replies that count as something said.
PACED: Final = (SendMessage, SendPhoto, SendDocument, EditMessageText, EditMessageReplyMarkup)


class Updates:
    """Handles the updates of one bot."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        rights: Rights,
        courier: Courier,
        registers: Registers,
        database: Database,
        operators: Collection[str] = (),
        forums: Forums | None = None,
        doors: Doors | None = None,
    ) -> None:
        self._bot, self._dispatcher, self._database = bot, dispatcher, database
        self._rights, self._courier, self._operators = rights, courier, operators
        self._forums, self._registers = forums or Forums(), registers
        self._standings, self._doors = Standings(bot), doors

    def lacks(self, raw: str) -> bool:
        """Say whether we have yet to ask who leads its chat, how we stand there, or for a file."""
        if self._registers.lacks(raw):
            return True
        if GROUP not in raw:
            return False
        if self._standings.lacks(raw):
            return True
        found = group_and_person(json.loads(raw))
        return found is not None and not self._rights.fresh(*found)

    async def prepare(self, raws: Sequence[str]) -> None:
        """Ask who is an administrator, where somebody in a group may want to do what takes one.

        A register that they want to bring in is fetched as well.
        """
        found = [each for raw in raws if (each := group_and_person(json.loads(raw)))]
        chats = {chat for chat, person in found if not self._rights.fresh(chat, person)}
        asking = [self._rights.ask(chat) for chat in chats]
        standings, files = self._standings.prepare(raws), self._registers.fetch(raws)
        await asyncio.gather(*asking, standings, files)

    async def handle(self, store: Store, raws: Sequence[str], before: Sequence[str]) -> Any:
        """Handle one update in the transaction of *store*; return the reply, for afterwards.

        Several are the items of an album; when its first ones came *before*, this is the rest.
        """
        updates = [self._read(raw) for raw in raws]
        update = next((each for each in updates if commands(each.event)), updates[0])
        event = update.event
        if isinstance(event, ChatMemberUpdated):
            now = event.new_chat_member
            self._rights.hear(event.chat.id, now.user.id, leads=now.status in LEADING)
        chat, _person = chat_and_person(event)
        if chat and chat.type == ChatType.SUPERGROUP:
            self._forums.hear(chat.id, topics=bool(chat.is_forum))
        speaker = await self._speaker(store, event)
        if isinstance(speaker, Ignored):
            return speaker
        if not isinstance(event, ChatMemberUpdated):
            await homes.heard(store, speaker.place)
        messages = [each.message or each.edited_message for each in updates]
        earlier = await self._earlier(store, speaker, before) if before else None
        said = heard([each for each in messages if each], earlier)
        group = chat is not None and chat.type != ChatType.PRIVATE
        try:
            reply = await self._dispatcher.feed_update(
                self._bot,
                update,
                store=store,
                speaker=speaker,
                heard=said,
                operators=self._operators,
                asked=self._standings.taken(raws[0]),
                menu=for_parties,
                administrators=self._rights.of(chat.id) if chat else frozenset(),
                brought=self._registers.of(update.update_id),
                doors=self._doors,
                _=voice(speaker),
            )
        except Refusal as refusal:
            raise Undone from refusal
        replies = answered(event, reply if isinstance(reply, tuple) else (reply,))
        if isinstance(event, Message) and said and said.partly and (said.reply_to or not group):
            replies = (*replies, answer(event, words(NotRelayed(partly=True), voice(speaker))))
        return replies

    async def refused(self, store: Store, raw: str, undone: Undone) -> Any:
        """Return what tells a speaker why not."""
        event = self._read(raw).event
        speaker = await self._speaker(store, event)
        if isinstance(speaker, Ignored) or not isinstance(undone.__cause__, Refusal):
            return None
        return declined(event, undone.__cause__, voice(speaker))

    async def courtesies(self, replies: Sequence[Any]) -> None:
        """Send replies, best effort: answers to presses first, they cost nothing."""
        nested = (reply if isinstance(reply, tuple) else (reply,) for reply in replies)
        flat = [each for group in nested for each in group]
        methods = [each for each in flat if isinstance(each, TelegramMethod)]
        for reply in sorted(methods, key=lambda each: not answers(each)):
            await self._send(reply)
        looks = (each for each in flat if isinstance(each, Lookup))
        await asyncio.gather(*(self._answer(each) for each in looks))

    async def _answer(self, look: Lookup) -> None:
        """Look around for a reply, and send it."""
        reply = await self._found(look)
        replies = reply if isinstance(reply, tuple) else (reply,)
        await self.courtesies([answered(look.event, replies)])

    async def _found(self, look: Lookup) -> Any:
        """Return the reply that *look* comes to, or the words that refuse it."""
        try:
            async with self._database.look(self._bot.id) as store:
                reply = await look.find(store)
            await self._exported(look, reply)
            return reply
        except Refusal as refusal:
            return declined(look.event, refusal, look.voice)
        except Exception as error:  # whoever asked is told, and can ask again
            known = isinstance(error, Trouble)
            log.warning("a look failed: %s", type(error).__name__, exc_info=not known)
            return declined(look.event, CannotLook(), look.voice)

    async def _exported(self, look: Lookup, reply: Any) -> None:
        """Keep who takes figures along as files, before they have them."""
        replies = reply if isinstance(reply, tuple) else (reply,)
        files = [each.document for each in replies if isinstance(each, SendDocument)]
        names = [each.filename or "" for each in files if isinstance(each, InputFile)]
        if names:
            async with self._database.transaction(self._bot.id) as store:
                for name in names:
                    await store.exported(look.party_id, look.address, name)

    async def _send(self, reply: TelegramMethod[Any]) -> None:
        call = lesser = None
        if isinstance(reply, PACED):
            call = await self._courier.slot(str(reply.chat_id), COURTESY)
            if call is None:
                return
        try:
            await self._bot(reply)
        except AiogramError as error:
            log.info("a courtesy was not sent: %s", type(error).__name__)
            lesser = in_words(reply) if isinstance(reply, SendPhoto) else None
        finally:
            if call:
                self._courier.answered(call)
        if lesser:
            await self._send(lesser)

    async def _earlier(self, store: Store, speaker: Speaker, before: Sequence[str]) -> Ref | None:
        """Return the part of an album that was kept when it came before the others."""
        for raw in before:
            message = self._read(raw).message
            part = await store.part(speaker.lane, ref(message)) if message else None
            if message and part and part.message_id:
                return ref(message)
        return None

    def _read(self, raw: str) -> Update:
        try:
            update = Update.model_validate_json(raw, context={"bot": self._bot})
        except ValidationError as error:
            raise Unreadable(f"does not parse: {error.error_count()} errors") from error
        if not any(getattr(update, kind) for kind in ALLOWED):
            raise Unreadable("is of a kind that was not asked for")
        return update

    async def _speaker(self, store: Store, event: Any) -> Speaker | Ignored:
        chat, person = chat_and_person(event)
        rule = ignored(event, person, self._bot.id)
        if rule or chat is None or person is None:
            return Ignored(rule or "nobody")
        nobody = person.id in {ANONYMOUS, CHANNEL, self._bot.id}
        group = chat.type != ChatType.PRIVATE
        speaker = await people.meet(
            store,
            str(chat.id),
            address=None if nobody else str(person.id),
            name=person.full_name,
            username=person.username,
            language=person.language_code,
            title=(chat.title or "—") if group else None,
            lead=person.id == ANONYMOUS or (group and self._rights.leads(chat.id, person.id)),
        )
        topic = topic_at(event.message if isinstance(event, CallbackQuery) else event)
        return replace(speaker, topic=topic)


def answers(reply: Any) -> bool:
    """Say whether a reply answers a press, or will."""
    return isinstance(reply, AnswerCallbackQuery | Lookup)


def answered(event: Any, replies: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return replies with one that answers a press, if it was one: it is answered once."""
    if isinstance(event, CallbackQuery) and not any(map(answers, replies)):
        return event.answer(), *replies
    return replies


def voice(speaker: Speaker) -> Any:
    """Return what speaks to a speaker's chat."""
    return speak(speaker.language, speaker.zone)


def declined(event: Any, refusal: Refusal, _: Gettext) -> Any:
    """Return what tells a speaker why not."""
    why = words(refusal, _)
    if isinstance(event, CallbackQuery):
        return toast(event, why, alert=True)
    return answer(event, why) if isinstance(event, Message) else None


def chat_and_person(event: Any) -> tuple[Chat | None, User | None]:
    """Return where something happened, and who did it."""
    if isinstance(event, CallbackQuery):
        return (event.message.chat if event.message else None), event.from_user
    return event.chat, event.from_user


def topic_at(message: Any) -> Place | None:
    """Return the topic in which something happened; None: in the chat itself."""
    if not isinstance(message, Message) or not message.is_topic_message:
        return None
    thread = message.message_thread_id
    return topic_of(str(message.chat.id), thread) if thread else None


def ignored(event: Any, person: User | None, own: int) -> str | None:
    """Return the rule by which what somebody did is none of our business."""
    if person is None:
        return "nobody"
    if isinstance(event, Message):
        if event.is_automatic_forward or person.id == TELEGRAM:
            return "linked channel"
        if event.forum_topic_created and person.id == own:
            return None  # it tells of a topic whose opening was perhaps never answered
        if event.ephemeral_message_id or event.business_connection_id or event.guest_query_id:
            return "no message of this chat"
        if event.message_id == 0:
            return "no lasting message"
        if is_service(event):
            return "service message"
        return "bot" if person.is_bot and person.id not in {ANONYMOUS, CHANNEL} else None
    if isinstance(event, ChatMemberUpdated):
        if event.chat.type == ChatType.CHANNEL:
            return "channel"
        return None if event.new_chat_member.user.id == own else "somebody else's standing"
    return "bot" if person.is_bot or person.id == own else None


def group_and_person(update: dict[str, Any]) -> tuple[int, int | None] | None:
    """Return the group whose administrators an update may depend on, and who could be refused.

    A reply may answer a question of the bot: whoever pressed the button for it was known then.
    """
    press = update.get("callback_query")
    event = press or update.get("message") or {}
    chat = ((press.get("message") or {}) if press else event).get("chat") or {}
    if chat.get("type") not in {"group", "supergroup"}:
        return None
    if press or str(event.get("text") or event.get("caption") or "").startswith("/"):
        return chat["id"], (event.get("from") or {}).get("id")
    return (chat["id"], None) if "reply_to_message" in event else None
