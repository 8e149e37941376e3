"""Setting a chain up from its file: what changes is said, and all of it happens or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import tomli_w

from relay import clocks
from relay.chain import BadChain, Chain, LinkTerms, PartyTerms, said
from relay.changes import changed
from relay.changing import stands_anew
from relay.speaker import TERMS
from relay.store import Store
from relay.tables import Link, Party, Standing

#: What deadlines depend on, of parties and of links.
TIMED = ("hours", "timezone", "country", "take_within", "resolve_within", "check_within")


@dataclass
class Changes:
    """What applying a chain file changes, in lines to be shown."""

    lines: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def compare(self, name: str, record: Party | Link, wanted: dict[str, Any]) -> None:
        """Note what of a record will be different."""
        for attribute, value in wanted.items():
            before = getattr(record, attribute)
            if before != value:
                key = "chat" if attribute == "place" else attribute
                self.lines.append(f"~ {name}: {key} {said(before)} → {said(value)}")

    def timed(self, name: str) -> bool:
        """Say whether deadlines run otherwise for a record now."""
        return any(line.startswith(f"~ {name}: {key} ") for line in self.lines for key in TIMED)


async def apply(store: Store, chain: Chain) -> Changes:
    """Make the database say what the file says; return what that changes.

    What the file does not name any more is ended, not deleted: tickets hang on it.

    Raises:
        BadChain: two parties are at home in one chat, as it has moved since the file was written.
    """
    changes = Changes()
    store.doubt()
    parties = {each.key: each for each in await store.parties()}
    wanted = {key: party_values(terms, key in parties) for key, terms in chain.parties.items()}
    for values in wanted.values():
        values["place"] = await store.home(values["place"])  # the file may be older than a move
    each_at_home(wanted)
    for key in (each for each in wanted if each in parties):
        changes.compare(f"party {key}", parties[key], wanted[key])
    for key in (each for each in parties if each not in wanted):
        if parties[key].standing is Standing.ACTIVE:
            changes.lines.append(f"- party {key}")
            parties[key].standing, parties[key].clients = Standing.ENDED, False
    await give_way(store, parties, wanted)
    for key, values in wanted.items():
        if key in parties:
            if parties[key].place != values["place"]:
                await store.touch_cases_with(parties[key])  # another chat has read other things
            assign(parties[key], values)
        else:
            parties[key] = Party(bot=store.bot, key=key, last_serial=0, **values)
            await store.add(parties[key])
            name, place = values["name"], values["place"]
            changes.lines.append(f"+ party {key}: {name}, {values['code']}, chat {place}")
    await name_leads(store, chain, parties, changes)

    timed = {key for key in parties if changes.timed(f"party {key}")}
    links = {(each.upper.key, each.lower.key): each for each in await store.links()}
    for link in chain.links:
        pair, terms = (link.upper, link.lower), link_values(link)
        if pair in links:
            changes.compare(f"link {link.upper} → {link.lower}", links[pair], terms)
            if links[pair].client != terms["client"]:
                await store.touch_over(links[pair])  # what is found is what may be known
            assign(links[pair], terms)
        else:
            ends = {"upper_id": parties[link.upper].id, "lower_id": parties[link.lower].id}
            await store.add(Link(bot=store.bot, **ends, **terms))
            changes.lines.append(f"+ link {link.upper} → {link.lower}")
    kept = {(each.upper, each.lower) for each in chain.links}
    for pair in (each for each in links if each not in kept):
        if links[pair].standing is not Standing.ENDED:
            await end(store, links[pair])
            changes.lines.append(f"- link {pair[0]} → {pair[1]}")
    timed |= {pair[1] for pair in links if changes.timed(f"link {pair[0]} → {pair[1]}")}
    for key in sorted(timed):
        await clocks.replan(store, parties[key])
    return changes


async def follow(store: Store, chain: Chain) -> Changes:
    """Apply a file that is read again and again: once, and then only when it has changed.

    What was changed in chats since then stays as it is.
    """
    digest = sha256(chain.model_dump_json().encode()).hexdigest()
    if await store.chain_read() == digest:
        return Changes()
    await store.has_read(digest)
    return await apply(store, chain)


async def end(store: Store, link: Link) -> None:
    """End a link: what is open over it goes back to the upper, and both ends are told."""
    before, link.standing = link.standing, Standing.ENDED
    change = await changed(store, TERMS, link, "standing", before, Standing.ENDED)
    await stands_anew(store, link, change)


def each_at_home(wanted: dict[str, dict[str, Any]]) -> None:
    """Refuse parties that share a chat, each by another id of it."""
    homes: dict[str, str] = {}
    for key, values in wanted.items():
        other = homes.setdefault(values["place"], key)
        if other != key:
            why = f"{other} and {key} name one chat, which is {values['place']} by now"
            raise BadChain(f"{why}; each party needs its own.")


async def name_leads(
    store: Store, chain: Chain, parties: dict[str, Party], changes: Changes
) -> None:
    """Let those lead whom the file names; of a party that names none they stay who they are."""
    leads = await store.named_leads()
    for key, terms in chain.parties.items():
        if "leads" not in terms.model_fields_set:
            continue
        before = sorted(map(int, leads.get(parties[key].id, ())))
        if before != terms.leads:
            await store.name_leads(parties[key], [str(each) for each in terms.leads])
            changes.lines.append(f"~ party {key}: leads {said(before)} → {said(terms.leads)}")


async def give_way(
    store: Store, parties: dict[str, Party], wanted: dict[str, dict[str, Any]]
) -> None:
    """Let codes and chats change hands: whoever gives one up does so before another takes it."""
    for key, party in parties.items():
        others = [values for name, values in wanted.items() if name != key]
        if any(values["code"] == party.code for values in others):
            party.code = f"-{party.id}"
        if any(values["place"] == party.place for values in others):
            party.place = f"given away by {party.id}"
    await store.add()


def party_values(terms: PartyTerms, known: bool) -> dict[str, Any]:
    """Return a party's terms as they are kept; the language that a chat chose stays."""
    elsewhere = {"chat", "leads"}
    if known and "language" not in terms.model_fields_set:
        elsewhere.add("language")
    values = terms.model_dump(exclude=elsewhere)
    return {**values, "place": str(terms.chat), "standing": Standing.ACTIVE}


def link_values(terms: LinkTerms) -> dict[str, Any]:
    """Return a link's terms as they are kept."""
    values = terms.model_dump(exclude={"upper", "lower", "paused"})
    return {**values, "standing": Standing.PAUSED if terms.paused else Standing.ACTIVE}


def assign(record: Party | Link, values: dict[str, Any]) -> None:
    """Let a record hold these values."""
    for name, value in values.items():
        setattr(record, name, value)


async def export(store: Store) -> str:
    """Return the chain as a file that ``apply`` reads; what has ended is not in it."""
    leads = await store.named_leads()
    parties = {
        party.key: {
            "name": party.name,
            "code": party.code,
            "chat": int(party.place),
            **{
                name: written(value)
                for name in list(PartyTerms.model_fields)[3:]
                if name != "leads" and (value := getattr(party, name)) not in (None, [])
            },
            **({"leads": sorted(map(int, leads[party.id]))} if party.id in leads else {}),
        }
        for party in await store.parties()
        if party.standing is Standing.ACTIVE
    }
    links = [
        {
            "upper": link.upper.key,
            "lower": link.lower.key,
            **{
                name: written(value)
                for name in list(LinkTerms.model_fields)[2:]
                if (value := getattr(link, name, None)) not in (None, {})
            },
            **({"paused": True} if link.standing is Standing.PAUSED else {}),
        }
        for link in await store.links()
        if link.standing is not Standing.ENDED
        and {link.upper.key, link.lower.key} <= parties.keys()
    ]
    return tomli_w.dumps({"parties": parties, "links": links})


def written(value: Any) -> Any:
    """Return a value in the file's own types."""
    return said(value) if isinstance(value, timedelta | StrEnum) else value
