"""Invitations: a chain sets itself up, each partner from its own chat.

What is wrong with an invitation is returned as the refusal, not raised: whoever sent it out is
told in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from relay import naming, outbox, setup, terms
from relay.chain import LinkTerms, PartyTerms, way
from relay.outbox import Notice
from relay.refusals import (
    LeadsOnly,
    LongName,
    ManyInvitations,
    NobodyHere,
    NotInvited,
    Unfit,
)
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Change, Invitation, Link, Party, Standing

LASTS: Final = timedelta(days=7)
MOST: Final = 20  #: open ones of a party
LONGEST: Final = 100  #: characters of a party's name, as in the chain file
GUESSES: Final = 5  #: wrong ones an hour that are looked at in one chat
BYTES: Final = 16  #: of a token: 22 characters in a link


@dataclass(frozen=True)
class Issued:
    """A new invitation; its *token* is not kept anywhere."""

    id: int
    name: str
    token: str


async def invite(store: Store, speaker: Speaker, name: str) -> Issued:
    """Make an invitation for a partner below, or from an operator one for a first party.

    Raises:
        LeadsOnly, NobodyHere: it takes a lead of the chat of a party.
        LongName: a party cannot be called so.
        ManyInvitations: too many are open.
    """
    may_invite(speaker)
    name = " ".join(name.split())
    if len(name) > LONGEST:
        raise LongName(LONGEST)
    if len(await store.open_invitations(speaker.party)) >= MOST:
        raise ManyInvitations(MOST)
    token = secrets.token_urlsafe(BYTES)
    invitation = Invitation(
        bot=store.bot,
        hash=hashed(token),
        name=name,
        party_id=speaker.party.id if speaker.party else None,
        person_id=speaker.person.id if speaker.person else None,
        issued_from=speaker.place,
        issued_at=store.now,
        until=store.now + LASTS,
    )
    await store.add(invitation)
    changed(store, speaker, "invited", name, party=speaker.party)
    return Issued(invitation.id, name, token)


async def sent_out(store: Store, speaker: Speaker) -> Sequence[Invitation]:
    """Return what can still be accepted of what the speaker's party has sent out.

    Raises:
        LeadsOnly, NobodyHere: it takes a lead of the chat of a party.
    """
    may_invite(speaker)
    return await store.open_invitations(speaker.party)


async def revoke(store: Store, speaker: Speaker, invitation_id: int) -> Invitation:
    """Take an invitation back; a chat that has read its terms is told.

    Raises:
        LeadsOnly, NobodyHere: it takes a lead of the chat of a party.
        NotInvited: it is none of this party's, or it has come to an end already.
    """
    invitation = await store.invitation(invitation_id)
    party_id = speaker.party.id if speaker.party else None
    if invitation is None or invitation.party_id != party_id:
        raise NotInvited(Unfit.UNKNOWN)
    may_invite(speaker)
    if not await store.revokes(invitation):
        raise NotInvited(over(store, invitation) or Unfit.REVOKED)
    if invitation.place:
        told(store, Notice.WITHDRAWN, invitation, invitation.place, language=speaker.language)
    return invitation


async def come(store: Store, speaker: Speaker, token: str) -> NotInvited | None:
    """Take a token that was brought into a group: the chat reads what it would agree to."""
    wrong = await store.guesses(speaker.place)
    if wrong >= GUESSES:
        first = await store.guessed(speaker.place) == GUESSES + 1
        return NotInvited(Unfit.GUESSING) if first else None  # it was said
    invitation = await store.invitation_of(hashed(token))
    if invitation is None:
        await store.guessed(speaker.place)
        return NotInvited(Unfit.UNKNOWN)
    why = await unfit(store, speaker, invitation)
    if why is None and not invitation.place and not await store.takes(invitation, speaker.place):
        why = await unfit(store, speaker, invitation) or Unfit.ELSEWHERE
    if why:
        return misused(store, speaker, invitation, why)
    await show(store, invitation, speaker.place, f":{int(store.now.timestamp())}", speaker.language)
    return None


async def moved(store: Store, place: str, language: str) -> None:
    """Let a chat that moved before it decided read the terms again: it lost what it read before."""
    for invitation in await store.invitations_at(place):
        await show(store, invitation, place, ":moved", language)


async def show(store: Store, invitation: Invitation, place: str, cause: str, language: str) -> None:
    """Owe a chat the terms to which it is invited."""
    upper, known = invitation.party, await store.party_at(place)
    link = await store.link_between(upper, known) if upper and known else None
    told(
        store,
        Notice.TERMS,
        invitation,
        place,
        cause,
        until=int(invitation.until.timestamp()),
        known=known is not None,
        terms=terms.facts(vars(link) if link else usual()),
        language=language,
    )


async def accept(store: Store, speaker: Speaker, invitation_id: int) -> Party | NotInvited:
    """Make the chat a party, if it is none yet, and link it below the one that invited it.

    Raises:
        LeadsOnly: it takes a lead of this chat.
        NotInvited: this chat was not shown such an invitation.
    """
    invitation = await shown_here(store, speaker, invitation_id)
    why = await unfit(store, speaker, invitation)
    if why is None and not await store.accepts(invitation):
        why = over(store, invitation) or Unfit.USED
    if why:
        return misused(store, speaker, invitation, why)
    known, upper = await store.party_at(speaker.place), invitation.party
    party = known or await settle(store, speaker, invitation.name, upper)
    if party.standing is not Standing.ACTIVE:
        party.standing = Standing.ACTIVE
        store.doubt()
    party.clients = party.clients or upper is None
    link = await join(store, upper, party) if upper else None
    if speaker.person:
        await store.joins(party, speaker.person)
    changed(store, speaker, "linked", party.name, party=party, link=link)
    facts = {"name": party.name, "code": party.code}
    told(store, Notice.JOINED, invitation, speaker.place, known=known is not None, **facts)
    told(store, Notice.LINKED, invitation, issuer(invitation), **facts)
    return party


async def decline(store: Store, speaker: Speaker, invitation_id: int) -> None:
    """Let nothing come of an invitation, and tell whoever sent it out.

    Raises:
        LeadsOnly: it takes a lead of this chat.
        NotInvited: this chat was not shown such an invitation, or it has come to an end already.
    """
    invitation = await shown_here(store, speaker, invitation_id)
    if not await store.revokes(invitation):
        raise NotInvited(over(store, invitation) or Unfit.REVOKED)
    told(store, Notice.NOT_JOINED, invitation, issuer(invitation))


async def shown_here(store: Store, speaker: Speaker, invitation_id: int) -> Invitation:
    """Return an invitation that was used in the speaker's chat; foreign and missing look alike."""
    invitation = await store.invitation(invitation_id)
    if invitation is None or invitation.place != speaker.place:
        raise NotInvited(Unfit.UNKNOWN)
    if not speaker.lead:
        raise LeadsOnly
    return invitation


async def unfit(store: Store, speaker: Speaker, invitation: Invitation) -> Unfit | None:
    """Return why an invitation cannot be used in the speaker's chat; None: it can."""
    if ended := over(store, invitation):
        return ended
    if invitation.place not in {None, speaker.place}:
        return Unfit.ELSEWHERE
    upper, party = invitation.party, await store.party_at(speaker.place)
    if upper and upper.standing is not Standing.ACTIVE:
        return Unfit.REVOKED
    client = None if party else await store.client_at(speaker.place)
    if client and (
        await store.client_tickets(client, still_open=True) or await store.intake_of(client)
    ):
        return Unfit.CLIENT
    if party is None:
        return None
    if upper is None:
        return Unfit.HOME if party.standing is Standing.ACTIVE else None
    if upper.id == party.id:
        return Unfit.OWN
    links = [each for each in await store.links() if each.standing is not Standing.ENDED]
    pairs = {(each.upper.key, each.lower.key): each.standing for each in links}
    if pairs.get((upper.key, party.key)) is Standing.ACTIVE:
        return Unfit.LINKED
    return Unfit.CIRCLE if way(party.key, upper.key, {*pairs}) else None


def over(store: Store, invitation: Invitation) -> Unfit | None:
    """Return how an invitation has come to an end, if it has."""
    if invitation.accepted_at:
        return Unfit.USED
    if invitation.revoked_at:
        return Unfit.REVOKED
    return Unfit.LATE if invitation.until <= store.now else None


def misused(store: Store, speaker: Speaker, invitation: Invitation, why: Unfit) -> NotInvited:
    """Tell whoever sent an invitation out what somebody tried with it: once a chat and reason."""
    own = speaker.place == issuer(invitation)
    again = why is Unfit.USED and speaker.place == invitation.place
    if not own and not again:
        once = f":{why}:{speaker.place}"
        told(store, Notice.NOT_JOINED, invitation, issuer(invitation), once, reason=why)
    return NotInvited(why)


async def settle(store: Store, speaker: Speaker, name: str, upper: Party | None) -> Party:
    """Make a chat a party: it speaks as whoever accepts, and works when the upper does."""
    parties = await store.parties()
    values = setup.party_values(
        PartyTerms(
            name=name,
            code=naming.code(name, {each.code for each in parties}),
            chat=0,
            language=speaker.language,
            clients=upper is None,
        ),
        known=False,
    )
    if upper:
        values |= {each: getattr(upper, each) for each in ("timezone", "hours", "country")}
    key = naming.key(name, {each.key for each in parties})
    party = Party(bot=store.bot, key=key, **{**values, "place": speaker.place})
    await store.settles_in(party)
    return party


async def join(store: Store, upper: Party, lower: Party) -> Link:
    """Let work go from one party to another; what they agreed on before holds again."""
    link = await store.link_between(upper, lower)
    if link is None:
        link = Link(bot=store.bot, upper=upper, lower=lower, **usual())
    link.standing = Standing.ACTIVE
    await store.links_up(link)
    why = f"linked-{link.id}-{int(store.now.timestamp())}"
    for ticket in await store.open_tickets(upper):  # there may have been nobody to pass it on to
        await outbox.refresh_one(store, ticket, upper.place, why)
    return link


def issuer(invitation: Invitation) -> str:
    """Return the chat of whoever sent an invitation out: their company may be elsewhere by now."""
    return invitation.party.place if invitation.party else invitation.issued_from


def usual() -> dict[str, Any]:
    """Return what is agreed on where nobody has said anything else: as in the chain file."""
    return LinkTerms(upper="-", lower="-").model_dump(exclude={"upper", "lower", "paused"})


def may_invite(speaker: Speaker) -> None:
    """Let leads of a party through; elsewhere only operators are let as far as here."""
    if speaker.party and speaker.party.standing is not Standing.ACTIVE:
        raise NobodyHere
    if speaker.party and not speaker.lead:
        raise LeadsOnly


def hashed(token: str) -> str:
    """Return what is kept of a token: whoever reads the database cannot use it."""
    return sha256(token.encode()).hexdigest()


def told(
    store: Store, what: Notice, invitation: Invitation, place: str, cause: str = "", **facts: Any
) -> None:
    """Owe a chat a sentence about an invitation, in order with what else is said there."""
    by = invitation.party.name if invitation.party else None
    common = {"invitation": invitation.id, "name": invitation.name, "by": by}
    why = f"{invitation.id}{cause}"
    outbox.notice(store, what, why, place, None, urgent=True, **{**common, **facts})


def changed(
    store: Store,
    speaker: Speaker,
    what: str,
    after: str,
    *,
    party: Party | None,
    link: Link | None = None,
) -> None:
    """Keep who did what to the chain."""
    change = Change(
        bot=store.bot,
        party_id=party.id if party else None,
        link_id=link.id if link else None,
        person_id=speaker.person.id if speaker.person else None,
        what=what,
        after=after,
        at=store.now,
    )
    store.keep([change])
