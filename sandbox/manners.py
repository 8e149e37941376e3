"""How people say something: where, to what in reply, in whose name, and whence it comes."""

from dataclasses import dataclass
from typing import Final

from sandbox.chats import ANONYMOUS, CHANNEL, Chat, Message
from sandbox.kinds import kind_of
from sandbox.refusals import WishError
from sandbox.text import Json, units
from sandbox.world import World

OTHER_BOT: Final = 7_000_000_001  #: id of whatever bot something is said by way of


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How somebody says something; usually without any of that."""

    reply_to: int | None = None
    elsewhere: tuple[int, int] | None = None  #: chat and message that it replies to instead
    quote: str | None = None  #: an exact piece of what is replied to
    thread: int | None = None  #: the topic; with a reply, that of its target
    anonymous: bool = False  #: an administrator who hides behind the group
    channel: Json | None = None  #: the channel that somebody speaks as
    via_bot: str | None = None  #: username of the bot that it is said by way of
    forward_origin: Json | None = None  #: where it was forwarded from
    protected: bool = False  #: it may not be forwarded


@dataclass(frozen=True)
class Aim:
    """What something is a reply to, and the topic it lands in."""

    target: Message | None
    quote: Json | None
    thread: int | None
    envelope: Json


def aim(world: World, place: Chat, who: int, manner: Manner) -> Aim:
    """Return where something goes.

    Raises:
        WishError: there is no such message or topic, or nobody may write there.

    """
    target = _target(place, manner)
    thread = _thread(place, who, target, manner)
    if manner.elsewhere is None:
        quote = None if manner.quote is None else quoted(target, manner.quote)
        return Aim(target, quote, thread, {})
    other = _elsewhere(world, *manner.elsewhere)
    quote = None if manner.quote is None else quoted(other, manner.quote)
    return Aim(None, quote, thread, {"external_reply": external(other)})


def author(place: Chat, person: Json, manner: Manner) -> tuple[Json, Json]:
    """Return whose name is on a message, and what else its envelope says.

    Raises:
        WishError: that name may not be used here.

    """
    envelope: Json = {}
    if manner.anonymous and manner.channel is not None:
        raise WishError("Nobody is a channel and the group at once.")
    if manner.anonymous:
        if place.type != "supergroup" or not place.members[person["id"]].leads:
            raise WishError("Only administrators of a supergroup hide behind it.")
        person, envelope = ANONYMOUS, {"sender_chat": place.facts}
    if manner.channel is not None:
        if place.type != "supergroup":
            raise WishError("People speak as a channel in supergroups only.")
        person, envelope = CHANNEL, {"sender_chat": {**manner.channel, "type": "channel"}}
    if manner.via_bot is not None:
        names = {"first_name": manner.via_bot, "username": manner.via_bot}
        envelope["via_bot"] = {"id": OTHER_BOT, "is_bot": True, **names}
    if manner.forward_origin is not None:
        envelope["forward_origin"] = manner.forward_origin
    if manner.protected:
        envelope["has_protected_content"] = True
    return person, envelope


def quoted(target: Message | None, text: str) -> Json:
    """Return the Bot API's TextQuote: an exact piece of what is replied to."""
    if target is None or not text or text not in target.body:
        raise WishError("A quote is an exact piece of the message that is replied to.")
    start = units(target.body[: target.body.index(text)])
    size = units(text)
    inside = [
        {**each, "offset": each["offset"] - start}
        for each in target.marks
        if start <= each["offset"] and each["offset"] + each["length"] <= start + size
    ]
    told: Json = {"text": text, "position": start, "is_manual": True}
    return {**told, "entities": inside} if inside else told


def external(other: Message) -> Json:
    """Return the Bot API's ExternalReplyInfo: what a bot learns of a message elsewhere."""
    chat, kind = other.chat, kind_of(other.content)
    origin: Json = {"type": "user", "sender_user": other.author, "date": other.date}
    if "sender_chat" in other.envelope:
        hidden = other.envelope["sender_chat"]
        origin = {"type": "chat", "sender_chat": hidden, "date": other.date}
    told: Json = {"origin": origin}
    if not chat.private:
        told["chat"] = chat.facts
    if chat.type == "supergroup":
        told["message_id"] = other.id
    if kind is not None and kind not in {"text", "rich_message"}:
        told[kind] = other.content[kind]
    return told


def manages(place: Chat, who: int) -> bool:
    """Return whether somebody may do with the topics of a group what they like."""
    return place.members[who].leads or place.may(who, "can_manage_topics")


def _target(place: Chat, manner: Manner) -> Message | None:
    if manner.reply_to is None:
        return None
    if manner.elsewhere is not None:
        raise WishError("A message replies to one message: here or elsewhere.")
    if manner.reply_to not in place.messages:
        raise WishError(f"There is no message {manner.reply_to} in {place.title}.")
    return place.messages[manner.reply_to]


def _thread(place: Chat, who: int, target: Message | None, manner: Manner) -> int | None:
    if not place.forum:
        if manner.thread is not None:
            raise WishError(f"{place.title} has no topics.")
        return None
    thread = manner.thread
    if target is not None:
        if thread is not None and target.thread != thread:
            raise WishError("That message is in another topic: it is replied to as elsewhere.")
        thread = target.thread
    if thread is not None and thread not in place.topics:
        raise WishError(f"There is no topic {thread} in {place.title}.")
    if thread is not None and place.topics[thread].closed and not manages(place, who):
        raise WishError(f"The topic {place.topics[thread].name} is closed.")
    return thread


def _elsewhere(world: World, chat_id: int, message_id: int) -> Message:
    found = world.chats[chat_id].messages.get(message_id) if chat_id in world.chats else None
    if found is None:
        raise WishError(f"There is no message {message_id} in a chat {chat_id}.")
    return found
