"""What happens to a chat itself: the bot comes, goes or is muted; a group becomes a supergroup."""

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.methods import SendMessage
from aiogram.types import ChatMemberRestricted, ChatMemberUpdated, Message

from handlers.filters import when
from relay import homes, topics
from relay.channel import Reason
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store

OUTSIDE = {ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}
LEADING = {ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR}


def router() -> Router:
    """Return these handlers."""
    root = Router(name="chats")
    root.message.register(moved, when(F.migrate_to_chat_id))
    root.message.register(arrived_elsewhere, when(F.migrate_from_chat_id))
    root.message.register(topic_opened, when(F.forum_topic_created))
    root.my_chat_member.register(standing)
    return root


async def moved(message: Message, store: Store) -> None:
    """Go on in the supergroup that a group has become."""
    await homes.moved(store, str(message.chat.id), str(message.migrate_to_chat_id))


async def arrived_elsewhere(message: Message, store: Store) -> None:
    """Hear of the same from the supergroup's side."""
    await homes.moved(store, str(message.migrate_from_chat_id), str(message.chat.id))


async def topic_opened(message: Message, store: Store, speaker: Speaker) -> None:
    """Hear of a topic that the bot has opened itself: its name begins with the ticket's number."""
    created = message.forum_topic_created
    if created and speaker.topic:
        number = created.name.split(" ", 1)[0]
        await topics.heard(store, speaker.place, number, speaker.topic)


async def standing(
    event: ChatMemberUpdated, store: Store, speaker: Speaker, _: Gettext
) -> SendMessage | None:
    """Hold what is for a chat that cannot be written to, or let it go on; greet a new group."""
    away = unreachable(event)
    if away and (speaker.party or speaker.client):
        await homes.lost(store, speaker.place, away)
    if away:
        return None
    await homes.found(store, speaker.place)
    if event.chat.type == ChatType.PRIVATE or event.old_chat_member.status not in OUTSIDE:
        return None
    return greeting(event, speaker, _, everything=await hears_everything(event))


def unreachable(event: ChatMemberUpdated) -> Reason | None:
    """Return why the bot cannot write to a chat now; None: it can."""
    now = event.new_chat_member
    if now.status in OUTSIDE:
        return Reason.BLOCKED if event.chat.type == ChatType.PRIVATE else Reason.REMOVED
    if isinstance(now, ChatMemberRestricted) and not now.can_send_messages:
        return Reason.MUTED
    return None


async def hears_everything(event: ChatMemberUpdated) -> bool:
    """Say whether plain talk of a group comes to us: to an administrator, or without privacy."""
    me = await event.bot.me() if event.bot else None  # known since the start: nobody is asked
    leads = event.new_chat_member.status in LEADING
    return leads or bool(me and me.can_read_all_group_messages)


def greeting(
    event: ChatMemberUpdated, speaker: Speaker, _: Gettext, *, everything: bool
) -> SendMessage:
    """Say the id of a group that the bot was just added to, so that it can become a party's.

    And what it hears there, so that nobody waits for an answer to plain talk.
    """
    text = _(
        "Hello. The id of this chat is {id}. Name it in the chain file to make it a "
        "partner's, or write /new and what happened to ask for help."
    ).format(id=event.chat.id)
    if speaker.party:
        text = _("This is the chat of {party}. Requests will appear here; /help says how.")
        text = text.format(party=speaker.party.name)
    heard = _("What you say to each other here I do not hear: only commands and replies to me.")
    if everything:
        heard = _(
            "I hear all that is said here, but heed only commands and replies to me: nothing else "
            "leaves this chat."
        )
    return SendMessage(chat_id=event.chat.id, text=f"{text}\n\n{heard}")
