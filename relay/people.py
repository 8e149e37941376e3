"""Who somebody is to us: met by their chat, and spoken to in their language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from relay import outbox
from relay.language import DEFAULT, LANGUAGES, known
from relay.refusals import NobodyHere
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Client, Party, Person


async def meet(
    store: Store,
    lane: str,
    *,
    address: str | None,
    name: str,
    username: str | None,
    language: str | None,
    title: str | None,
    lead: bool,
) -> Speaker:
    """Return who speaks in a chat, and note what is new about them.

    The chat may have moved since they spoke: then they are heard where it is now.

    *title* is that of a group; a private chat has none, and its person is a client. Without an
    *address* nobody in particular speaks, but the chat itself.
    """
    place = await store.home(lane)
    person = await store.person(address, name, username) if address else None
    party = await store.party_at(place)
    if party:
        if person:  # named in the chat, or an administrator of it
            lead = (await store.joins(party, person)).lead or lead
        return Speaker(place, lane, person, party, None, lead, party.language, party.timezone)
    client = await store.client_at(place)
    if client is None and title is None:
        client = await welcome(store, place, name, username, language)
    if client is None:
        return Speaker(place, lane, person, lead=lead, language=known(language))
    if title is None and (client.name, client.username) != (name, username):
        store.renames(client, name, username)
        await store.touch_cases_of(client)  # they are found by it
    asked = await store.party(client.party_id) if client.party_id else None
    zone = asked.timezone if asked else "UTC"
    return Speaker(place, lane, person, None, client, lead, client.language, zone)


def again(speaker: Speaker) -> Callable[[Store], Awaitable[Speaker]]:
    """Return what finds *speaker* in another transaction, when the records of now are gone."""
    party, person, client = (
        each.id if each else None for each in (speaker.party, speaker.person, speaker.client)
    )
    bare = replace(speaker, party=None, person=None, client=None)

    async def find(store: Store) -> Speaker:
        return replace(
            bare,
            party=await store.again(Party, party),
            person=await store.again(Person, person),
            client=await store.again(Client, client),
        )

    return find


async def welcome(
    store: Store, place: str, name: str, username: str | None, language: str | None
) -> Client:
    """Make a chat a client's."""
    client = Client(
        bot=store.bot,
        place=place,
        name=name,
        username=username,
        language=known(language),
        party_id=None,
    )
    await store.add(client)
    return client


def speaks(speaker: Speaker, choice: int) -> str:
    """Let a chat be spoken to in another language; return which.

    Raises:
        NobodyHere: the chat is neither a party's nor a client's.
    """
    codes = list(LANGUAGES)
    chosen = codes[choice] if 0 <= choice < len(codes) else DEFAULT
    home = speaker.party or speaker.client
    if home is None:
        raise NobodyHere
    home.language = chosen
    return chosen


async def reworded(store: Store, speaker: Speaker, language: str) -> None:
    """Owe a chat its open cards in its new *language*."""
    if speaker.party:
        tickets = list(await store.open_tickets(speaker.party))
    elif speaker.client:
        tickets = list(await store.client_tickets(speaker.client, still_open=True))
    else:
        tickets = []
    for ticket in tickets:
        why = f"language-{language}-{store.now.timestamp()}"
        await outbox.refresh_one(store, ticket, speaker.place, why)
