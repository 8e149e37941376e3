"""What a ticket is found by: all that its party's chat may read of it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, Final

from relay.card import Reader, machine_facts, names, showable, subject
from relay.content import Content
from relay.stems import stems
from relay.store import Heard, Store, kept
from relay.tables import Case, Person, Sees
from relay.text import Text

#: What is read of things that are no files: of places, cards of people, pieces of music.
FACTS: Final = (
    *("title", "address", "performer"),
    *("first_name", "last_name", "phone_number"),
)


async def keep(store: Store, case: Case) -> None:
    """Write down what the tickets of a case are found by.

    What was said since the last time is added. Where something was corrected, or may be read
    otherwise by now, all of it is read again.
    """
    before, heard = await store.findables(case), await store.heard_at(case)
    spoke = await store.spoke_for_client(case)
    for ticket in case.tickets:
        reader = Reader(ticket, client=False, now=store.now, spoke=spoke)
        row, place = before.get(ticket.id), ticket.party.place
        head = kept(ticket, stems(facts(reader)))
        digest = digest_of(sorted(head), reader.sees, names(case, spoke, reader.sees))
        count, versions = heard.get(place, (0, 0))
        if row and (row.digest, row.copies, row.versions) == (digest, count, versions):
            continue
        known = row if row and row.digest == digest else None
        new = await store.heard(case, place, after=known.upto if known else 0)
        added = (count - len(new), versions - sum(each.version for each in new))
        if known and added != (known.copies, known.versions):
            known, new = None, await store.heard(case, place)
        had = words_of(known.words) if known else head
        body = (text for each in new for text in texts(shown(each, case, spoke)))
        words = had | kept(ticket, stems(body))
        values: dict[str, Any] = {"copies": count, "versions": versions, "digest": digest}
        values["upto"] = max((each.id for each in new), default=known.upto if known else 0)
        if not known or words != had:
            values["words"] = " ".join(sorted(words))
        await store.keeps_findable(ticket, known=row is not None, **values)


def words_of(written: str) -> set[str]:
    """Read words as they are written down; PostgreSQL returns them in quotes."""
    return {each.strip("'") for each in written.split()}


def digest_of(*what: Any) -> str:
    """Return what is the same for the same."""
    return blake2b(repr(what).encode(), digest_size=16).hexdigest()


def facts(reader: Reader) -> Iterator[str]:
    """Return what is known of a case beside what was said, as far as its reader may know it."""
    case = reader.ticket.case
    yield subject(reader)
    yield from (each.number for each in case.tickets)
    yield from client_facts(reader)
    yield from machine_facts(reader)
    yield case.kind or ""
    if reader.sees is Sees.FULL:
        yield case.address or ""
        yield case.phone or ""


def client_facts(reader: Reader) -> Iterator[str]:
    """Return who the client is."""
    client = reader.ticket.case.client
    if reader.sees is Sees.FULL:
        yield f"{client.name} (@{client.username})" if client.username else client.name
    if reader.sees is Sees.NAME:
        yield reader.told(Text(client.name)).plain


def shown(heard: Heard, case: Case, spoke: Iterable[Person]) -> Content:
    """Return a message as its reader may be shown it."""
    content, _lost = showable(heard.said, heard.sees, case, spoke)
    return content


def texts(said: Content) -> Iterator[str]:
    """Return what can be read of a message: words, names of files, names on maps and cards.

    A quotation is left out: it is read in what it was taken from.
    """
    yield said.text.plain
    items: Sequence[Content] = said.album or (said,)
    for each in items:
        if each.media:
            yield each.media.name
            yield from (str(each.media.facts[name]) for name in FACTS if name in each.media.facts)
