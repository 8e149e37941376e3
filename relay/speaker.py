"""Who speaks, and what that makes them to a ticket."""

from __future__ import annotations

from dataclasses import dataclass

from relay.moves import Who
from relay.tables import Client, Party, Person, Ticket


@dataclass(frozen=True)
class Speaker:
    """Somebody in a chat: a member of a party, or a client, or neither yet."""

    place: str
    lane: str  #: the chat as it was called when they spoke: it may have moved since
    person: Person | None = None  #: none: somebody who speaks as the chat itself
    party: Party | None = None
    client: Client | None = None
    lead: bool = False
    language: str = "en"
    zone: str = "UTC"
    topic: str | None = None  #: where in the chat they spoke


#: Nobody in person: what a link agreed acts by itself.
TERMS = Speaker(place="", lane="")


def who_is(speaker: Speaker, ticket: Ticket) -> Who:
    """Return all that *speaker* is to *ticket*; nothing: it is none of this chat's."""
    if speaker is TERMS:
        return Who.TERMS
    who = Who.NOBODY
    if speaker.party:
        if speaker.party.id == ticket.party_id:
            who |= Who.MEMBER | (Who.LEAD if speaker.lead else Who.NOBODY)
        if ticket.upper and speaker.party.id == ticket.upper.party_id:
            who |= Who.UPPER | (Who.UPPER_LEAD if speaker.lead else Who.NOBODY)
        if speaker.lead and speaker.party.id == ticket.path[0].party_id:
            who |= Who.FIRST_LEAD
    if speaker.client and not ticket.upper and speaker.client.id == ticket.case.client_id:
        who |= Who.CLIENT
    return who
