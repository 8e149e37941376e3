"""Finding: a party looks for its tickets by words that stand in what its own chat may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from relay.card import Reader, rows, subject
from relay.channel import Act, Button, Post
from relay.findable import facts, shown, texts
from relay.language import Gettext
from relay.stems import Term, hits, lit, stems, terms
from relay.store import Store
from relay.tables import Party, Ticket
from relay.text import Text, bold, fill, joined, lines, quote, shortened
from relay.words import ours

PAGE: Final = 6  #: tickets on a page: what a phone shows without much scrolling
MOST: Final = 200  #: that are found at once: whoever has more says more words
LINE: Final = 60  #: characters of a subject in a list
BEFORE: Final = 30  #: characters that are shown before what was found
AROUND: Final = 100  #: characters that are shown of a message
AT_ONCE: Final = 100  #: messages that are read at once to find the place


async def found(store: Store, party: Party, asked: str, page: int, _: Gettext) -> Post:
    """List a party's tickets in which all words stand that are *asked*: open ones, then newest."""
    named, wanted = await store.ticket_of(party, asked.strip()), terms(asked)
    if not wanted and named is None:
        return how_to(asked, _)
    ids = list(await store.find(party, wanted, MOST)) if wanted else []
    if named:
        ids = [named.id, *(each for each in ids if each != named.id)]
    if not ids:
        return Post(nothing(asked, _))
    pages = (len(ids) + PAGE - 1) // PAGE
    page = min(max(page, 0), pages - 1)
    on_page = ids[page * PAGE : (page + 1) * PAGE]
    await store.know_cases(on_page)
    tickets = [each for one in on_page if (each := await store.ticket(one))]
    entries = [await entry(store, each, wanted, _) for each in tickets]
    turn = [
        Button(arrow, Act.FOUND, to)
        for arrow, to in (("◀️", page - 1), ("▶️", page + 1))
        if 0 <= to < pages
    ]
    shows = rows([Button(each.number, Act.SHOW, each.id) for each in tickets])
    title = heading(len(ids), page + 1, pages, _)
    return Post(joined("\n\n", (title, *entries)), buttons=[*shows, *([turn] if turn else [])])


def heading(count: int, page: int, pages: int, _: Gettext) -> Text:
    """Say how much was found, and how much of it is shown."""
    if count >= MOST:
        said = _("The newest {n}, page {page} of {pages}. One more word finds fewer.")
        return fill(said, n=MOST, page=page, pages=pages)
    if pages > 1:
        said = _("Found: {n}, page {page} of {pages}")
        return fill(said, n=count, page=page, pages=pages)
    return fill(_("Found: {n}"), n=count)


def how_to(asked: str, _: Gettext) -> Post:
    """Say how to look for something."""
    if asked.strip():
        said = _("I cannot look for that. Write a word of two letters or more, or a number.")
        return Post(Text(said))
    said = _(
        "Write /find and what you remember: /find coffee machine. I look through numbers, "
        "subjects, messages, names of files, clients and equipment of your tickets, as far as "
        "this chat has them. A word may stand in any form, and the last one need not be complete."
    )
    return Post(Text(said))


def nothing(asked: str, _: Gettext) -> Text:
    """Say that nothing was found, and what may help."""
    said = _(
        "No ticket of yours has “{words}”. Try fewer words, or the beginning of one. What was "
        "written a moment ago is found in a few seconds."
    )
    return fill(said, words=shortened(asked, LINE))


async def entry(store: Store, ticket: Ticket, wanted: Sequence[Term], _: Gettext) -> Text:
    """Return a ticket in a list: number, state, age, what it is about, and what was found in it."""
    spoke = await store.spoke_for_client(ticket.case)
    reader = Reader(ticket, client=False, now=store.now, spoke=spoke)
    about = shortened(subject(reader), LINE)
    missing = lacking(wanted, (about, ticket.number))
    place = await where(store, reader, missing) if missing else ""
    return lines(
        fill(
            _("{number} · {state} · {age}"),
            number=bold(ticket.number),
            state=ours(ticket.state, _, passed_on=bool(ticket.open_lowers)),
            age=_.duration(store.now - ticket.since),
        ),
        lit(Text(about), wanted),
        quote(lit(Text(place), wanted)),
    )


def lacking(wanted: Iterable[Term], seen: Iterable[str]) -> list[Term]:
    """Return what is looked for and does not stand in some texts."""
    there = stems(seen)
    return [each for each in wanted if not each.fits(there)]


async def where(store: Store, reader: Reader, wanted: Sequence[Term]) -> str:
    """Return the place where something stands: in what is known of the case, or last said."""
    return next(excerpts(facts(reader), wanted), "") or await said(store, reader, wanted)


async def said(store: Store, reader: Reader, wanted: Sequence[Term]) -> str:
    """Return the last place where something was said, as its reader may read it."""
    case, before = reader.ticket.case, None
    place = reader.ticket.party.place
    while heard := await store.heard_before(case, place, before, AT_ONCE):
        for each in heard:
            if next(excerpts(texts(each.said), wanted), ""):  # else there is nothing to strike out
                read = texts(shown(each, reader))
                if there := next(excerpts(read, wanted), ""):
                    return there
        before = heard[-1].id
    return ""


def excerpts(read: Iterable[str], wanted: Sequence[Term]) -> Iterator[str]:
    """Find the places in some texts where something stands."""
    for text in read:
        for start, end in hits(text, wanted):
            yield excerpt(text, start, end)
            break


def excerpt(text: str, start: int, end: int) -> str:
    """Return what stands around a place in a text, on one line, cut at words."""
    begin = max(0, start - BEFORE)
    if begin:
        begin = next((at + 1 for at in range(begin, start) if text[at].isspace()), start)
    stop = max(end, min(len(text), begin + AROUND))
    if stop < len(text):
        stop = next((at for at in range(stop, end, -1) if text[at].isspace()), stop)
    head, tail = ("… " if begin else ""), (" …" if stop < len(text) else "")
    return head + " ".join(text[begin:stop].split()) + tail
