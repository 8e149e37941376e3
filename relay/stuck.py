"""What is stuck, in words: whom it concerns and what it is, but never what people said in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from relay.channel import Act, Button
from relay.language import Gettext
from relay.store import Store
from relay.tables import Delivery, Doing, Line
from relay.text import Text, bold, fill, lines


async def whom(store: Store, chat: str, _: Gettext, operators: Collection[str] = ()) -> str:
    """Return whose chat it is: a party by its name, a client by no name at all."""
    party = await store.party_at(chat)
    if party:
        return party.name
    if chat in operators:
        return _("Operator")
    return _("Client") if await store.client_at(chat) else _("Unknown chat")


def titled(name: str, numbers: Sequence[str] = ()) -> Text:
    """Return a chat and the tickets that something stuck is about."""
    return bold(name) + (" · " + ", ".join(numbers) if numbers else "")


def delivery_words(doing: Doing, _: Gettext) -> str:
    """Return what a delivery brings."""
    match doing:
        case Doing.CARD:
            return _("A card")
        case Doing.COPY:
            return _("A message")
        case Doing.EDIT:
            return _("A correction")
        case Doing.NOTICE:
            return _("A notice")
        case Doing.QUESTION:
            return _("A question")
        case Doing.TOPIC:
            return _("The look of a topic")
        case Doing.RECEIPT:
            return _("The sign under a message")


def update_words(kind: str, _: Gettext) -> str:
    """Return what an update is: the kinds are those that the messenger names."""
    match kind:
        case "message":
            return _("A message")
        case "edited_message":
            return _("A correction")
        case "callback_query":
            return _("A press of a button")
        case _other if kind.endswith("chat_member"):
            return _("News of who is in the chat")
        case _:
            return _("Something of an unknown kind")


async def delivery_title(
    store: Store, line: Delivery, _: Gettext, operators: Collection[str] = ()
) -> Text:
    """Return whom a delivery is for, and its ticket."""
    known = await store.numbers([line.ticket_id] if line.ticket_id else [])
    chat = await store.home(line.place)
    return titled(await whom(store, chat, _, operators), [*known.values()])


async def update_title(
    store: Store, line: Line, _: Gettext, operators: Collection[str] = ()
) -> Text:
    """Return whose chat an update came from."""
    return titled(await whom(store, await store.home(line.lane), _, operators))


async def silence_words(store: Store, _: Gettext) -> Text:
    """Say that nothing is sent as the bot was started from a backup; nothing, if it is."""
    since = await store.silent_since()
    if since is None:
        return Text()
    doubts = await store.doubts()
    said = _(
        "Started from a backup at {moment}: until an operator agrees, nothing is sent but to "
        "operators. What people write is taken in, and waits."
    )
    doubtful = _(
        "May have been said since the backup was made: {n}. What is sent again is marked as a "
        "possible repeat."
    )
    return lines(
        fill(said, moment=_.moment(since, store.now)),
        fill(doubtful, n=doubts) if doubts else "",
    )


async def silence_buttons(store: Store, _: Gettext) -> list[list[Button]]:
    """Return what ends the silence, if there is one."""
    if await store.silent_since() is None:
        return []
    if not await store.doubts():
        return [[Button("▶️ " + _("Go on"), Act.GO_ON, 0)]]
    return [
        [Button("🔁 " + _("Go on, send all again"), Act.GO_ON, 1)],
        [Button("✅ " + _("Go on, all has arrived"), Act.GO_ON, 0)],
    ]
