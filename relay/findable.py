"""What a ticket is found by: all that its party's chat may read of it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any, Final

from relay.card import Reader, machine_facts, names, showable, subject
from relay.content import Content
from relay.stems import stems
from relay.store import Heard, Store, kept
from relay.tables import Case, Sees
from relay.text import Text

#: What is read of things that are no files: of places, cards of people, pieces of music.
FACTS: Final = (
    *("title", "address", "performer"),
    *("first_name", "last_name", "phone_number"),
)

#: Characters of all words of a ticket: PostgreSQL takes 1 MiB. Of longer talk not all is found.
ROOM: Final = 150_000


async def keep(store: Store, case: Case, most: int) -> tuple[int, bool]:
    """Write down what the tickets of a case are found by.

    What was said since the last time is added. Where something was corrected, or may be read
    otherwise by now, all of it is read again. Return how many messages were read, and whether
    that was all: some more than *most* are not read at once.
    """
    before, spoke = await store.findables(case), await store.spoke_for_client(case)
    read, complete = 0, True
    for ticket in case.tickets:
        reader = Reader(ticket, client=False, now=store.now, spoke=spoke)
        row, place = before.get(ticket.id), ticket.party.place
        head = kept(ticket, stems(facts(reader)))
        digest = digest_of(sorted(head), reader.sees, names(case, spoke, reader.sees))
        had = row if row and row.digest == digest else None
        if had and await store.heard_until(case, place, had.upto) != (had.copies, had.versions):
            had = None
        new = await store.heard_since(case, place, had.upto if had else 0, most)
        read, complete = read + len(new), complete and len(new) < most
        if had and not new:
            continue
        known = words_of(had.words) if had else head
        words = known.copy()
        for each in new:
            if sum(map(len, words)) < ROOM:
                words |= kept(ticket, stems(texts(shown(each, reader))))
        values: dict[str, Any] = {
            "upto": max((each.id for each in new), default=0),
            "copies": (had.copies if had else 0) + len(new),
            "versions": (had.versions if had else 0) + sum(each.version for each in new),
            "digest": digest,
        }
        if not had or words != known:
            values["words"] = " ".join(sorted(words))
        await store.keeps_findable(ticket, known=row is not None, **values)
    return read, complete


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


def shown(heard: Heard, reader: Reader) -> Content:
    """Return a message as its reader may be shown it."""
    allowed = reader.sees if heard.on_card else heard.sees
    content, _lost = showable(heard.said, allowed, reader.ticket.case, reader.spoke)
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
