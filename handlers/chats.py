"""What happens to a chat itself: the bot comes, goes or is muted; a group becomes a supergroup."""

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.methods import SendMessage
from aiogram.types import ChatMemberRestricted, ChatMemberUpdated, Message

from handlers.filters import when
from relay import homes
from relay.channel import Reason
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store

OUTSIDE = {ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}


def router() -> Router:
    """Return these handlers."""
    root = Router(name="chats")
    root.message.register(moved, when(F.migrate_to_chat_id))
    root.message.register(arrived_elsewhere, when(F.migrate_from_chat_id))
    root.my_chat_member.register(standing)
    return root


async def moved(message: Message, store: Store) -> None:
    """Go on in the supergroup that a group has become."""
    await homes.moved(store, str(message.chat.id), str(message.migrate_to_chat_id))


async def arrived_elsewhere(message: Message, store: Store) -> None:
    """Hear of the same from the supergroup's side."""
    await homes.moved(store, str(message.migrate_from_chat_id), str(message.chat.id))


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
    return greeting(event, speaker, _)


def unreachable(event: ChatMemberUpdated) -> Reason | None:
    """Return why the bot cannot write to a chat now; None: it can."""
    now = event.new_chat_member
    if now.status in OUTSIDE:
        return Reason.BLOCKED if event.chat.type == ChatType.PRIVATE else Reason.REMOVED
    if isinstance(now, ChatMemberRestricted) and not now.can_send_messages:
        return Reason.MUTED
    return None


def greeting(event: ChatMemberUpdated, speaker: Speaker, _: Gettext) -> SendMessage:
    """Say the id of a group that the bot was just added to, so that it can become a party's."""
    if speaker.party:
        text = _("This is the chat of {party}. Requests will appear here; /help says how.")
        return SendMessage(chat_id=event.chat.id, text=text.format(party=speaker.party.name))
    text = _(
        "Hello. The id of this chat is {id}. Name it in the chain file to make it a "
        "partner's, or write /new and what happened to ask for help."
    )
    return SendMessage(chat_id=event.chat.id, text=text.format(id=event.chat.id))
