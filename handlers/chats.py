"""What happens to a chat itself: the bot comes, goes or is muted; a group becomes a supergroup."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import ChatMemberRestricted, ChatMemberUpdated, Message

from handlers.filters import not_for_clients, when
from handlers.replies import answer
from handlers.standing import Asked, look, outside
from relay import changing, homes, invitations, lacks, topics
from relay.channel import Reason
from relay.lacks import Look
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store


def router() -> Router:
    """Return these handlers."""
    root = Router(name="chats")
    root.message.register(moved, when(F.migrate_to_chat_id))
    root.message.register(arrived_elsewhere, when(F.migrate_from_chat_id))
    root.message.register(topic_opened, when(F.forum_topic_created))
    root.my_chat_member.register(standing)
    root.message.register(check, Command("check"), not_for_clients)
    return root


async def moved(message: Message, store: Store, speaker: Speaker) -> None:
    """Go on in the supergroup that a group has become."""
    new = str(message.migrate_to_chat_id)
    await homes.moved(store, str(message.chat.id), new)
    await invitations.moved(store, new, speaker.language)
    await changing.moved(store, new)


async def arrived_elsewhere(message: Message, store: Store, speaker: Speaker) -> None:
    """Hear of the same from the supergroup's side."""
    new = str(message.chat.id)
    await homes.moved(store, str(message.migrate_from_chat_id), new)
    await invitations.moved(store, new, speaker.language)
    await changing.moved(store, new)


async def topic_opened(message: Message, store: Store, speaker: Speaker) -> None:
    """Hear of a topic that the bot has opened itself: its name begins with the ticket's number."""
    created = message.forum_topic_created
    if created and speaker.topic:
        number = created.name.split(" ", 1)[0]
        await topics.heard(store, speaker.place, number, speaker.topic)


async def standing(
    event: ChatMemberUpdated, store: Store, speaker: Speaker, asked: Asked, _: Gettext
) -> SendMessage | None:
    """Hold what is for a chat that cannot be written to, or let it go on; greet a new group.

    Where the bot may do less than before, or all again, its party is told.
    """
    away = unreachable(event)
    if away and (speaker.party or speaker.client):
        await homes.lost(store, speaker.place, away)
    if away:
        return None
    await homes.found(store, speaker.place)
    if event.chat.type == ChatType.PRIVATE:
        return None
    before, now = await looks(event, asked)
    if before is None:
        return greeting(event, speaker, _, now)
    if speaker.party:
        lacks.changed(store, speaker.place, before.lacks, now.lacks)
    return None


def unreachable(event: ChatMemberUpdated) -> Reason | None:
    """Return why the bot cannot write to a chat now; None: it can."""
    now = event.new_chat_member
    if outside(now):
        return Reason.BLOCKED if event.chat.type == ChatType.PRIVATE else Reason.REMOVED
    if isinstance(now, ChatMemberRestricted) and not now.can_send_messages:
        return Reason.MUTED
    return None


async def looks(event: ChatMemberUpdated, asked: Asked) -> tuple[Look | None, Look]:
    """Return how the bot stood in a chat, and stands now; None: it was no member."""
    everything = await hears_everything(event.bot, asked)
    chat, before, now = asked.chat or event.chat, event.old_chat_member, event.new_chat_member
    was = None if outside(before) else look(before, chat, everything=everything)
    return was, look(now, chat, everything=everything)


async def hears_everything(bot: Bot | None, asked: Asked) -> bool:
    """Say whether plain talk of groups comes to us even where we do not lead."""
    me = asked.bot or (await bot.me() if bot else None)  # that is known since the start
    return bool(me and me.can_read_all_group_messages)


def greeting(event: ChatMemberUpdated, speaker: Speaker, _: Gettext, now: Look) -> SendMessage:
    """Say the id of a group that the bot was just added to, so that it can become a party's.

    And what it hears there, so that nobody waits for an answer to plain talk; and what it lacks.
    """
    text = _(
        "Hello! To ask for help here, write /new and what happened. If you came by an "
        "invitation, read on: it comes next. For a chain file: the id of this chat is {id}."
    ).format(id=event.chat.id)
    if speaker.party:
        text = _("This is the chat of {party}. Requests will appear here; /help says how.")
        text = text.format(party=speaker.party.name)
    lacking = [f"⚠️ {each}" for each in lacks.lacking(now, _)]
    if lacking:
        lacking.append(_("/check looks again."))
    said = "\n\n".join([text, lacks.hearing(now.hears, _), *lacking])
    return SendMessage(chat_id=event.chat.id, text=said)


async def check(message: Message, asked: Asked, _: Gettext) -> SendMessage:
    """Say of each thing that is needed here whether it is allowed, and how to allow it."""
    if asked.chat is None or asked.me is None:
        return answer(message, _("Telegram does not answer. Please try again in a minute."))
    now = look(asked.me, asked.chat, everything=await hears_everything(message.bot, asked))
    said = [f"{'✓' if well else '⚠️'} {words}" for well, words in lacks.findings(now, _)]
    return answer(message, "\n\n".join(said))
