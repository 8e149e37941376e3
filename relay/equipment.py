"""Equipment: what a party looks after is looked up, brought in from a file, and scanned."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

from relay.card import rows
from relay.channel import Act, Button, Post
from relay.language import Gettext
from relay.refusals import (
    LeadsOnly,
    NobodyHere,
    NoStickersHere,
    NoSuchEquipment,
    NoSuchSticker,
    NotFetched,
    NothingToPrint,
    Refusal,
    TooManyStickers,
)
from relay.registers import Row
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Client, Equipment, Party, Ticket
from relay.text import bold, fill, joined, lines, shortened
from relay.words import ours

LISTED: Final = 8  #: machines of a list: what a phone shows without much scrolling
WORDS: Final = 10  #: by which somebody looks for one
TICKETS: Final = 10  #: that are told of one
LABEL: Final = 40  #: characters of a button


#: What a file holds that a lead sent, or why it is not known.
Brought = Sequence[Row] | Refusal | None


@dataclass(frozen=True)
class Changes:
    """What a file changes in a register."""

    new: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, Row]] = field(default_factory=list)  #: before and after
    gone: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    @property
    def digest(self) -> int:
        """Two files with one digest change the same."""
        return crc32(repr(self).encode())


def folded(text: str) -> str:
    """Return what a text is found by, whatever its case."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def row_of(equipment: Equipment) -> Row:
    """Return a machine as a file names it."""
    return Row(**{name: getattr(equipment, name) for name in Row.__match_args__})


def called(row: Row | Equipment) -> str:
    """Return what stands on the sticker of a machine, and nothing of whose it is."""
    return ", ".join(each for each in (row.name, row.code, row.site) if each)


# The register


async def compare(store: Store, party: Party, rows: Iterable[Row]) -> Changes:
    """Return what would change if a party's register were *rows*."""
    known = {each.code: each for each in await store.register(party)}
    changes, wanted = Changes(), {row.code: row for row in rows}
    for code, row in wanted.items():
        if code not in known or known[code].gone:
            changes.new.append(row)
        elif row_of(known[code]) != row:
            changes.changed.append((row_of(known[code]), row))
    left = (each for code, each in known.items() if code not in wanted and not each.gone)
    changes.gone.extend(map(row_of, left))
    return changes


async def bring_in(store: Store, party: Party, rows: Sequence[Row]) -> Changes:
    """Make a party's register say what *rows* say; return what that changed.

    What they do not name is kept, as tickets hang on it, but it is found and scanned no more.
    """
    changes = await compare(store, party, rows)
    known = {each.code: each for each in await store.register(party)}
    fresh = []
    for row in (*changes.new, *(after for _before, after in changes.changed)):
        values = vars(row) | {"sought": sought(row), "gone": False}
        if row.code in known:
            for name, value in values.items():
                setattr(known[row.code], name, value)
        else:
            tag = secrets.token_urlsafe(9)  # twelve characters: nobody guesses one
            fresh.append(Equipment(bot=store.bot, party_id=party.id, tag=tag, **values))
    for row in changes.gone:
        known[row.code].gone = True
    await store.add(*fresh)
    await store.touch_cases_about([known[before.code].id for before, _after in changes.changed])
    return changes


def sought(row: Row) -> str:
    """Return the words by which a machine is found."""
    return folded(f"{row.code}\n{row.name}\n{row.model}\n{row.serial}\n{row.site}\n{row.client}")


async def offer(store: Store, speaker: Speaker, brought: Brought) -> Changes:
    """Return what a file would change in the register of the chat in which a lead sent it.

    Raises:
        LeadsOnly: somebody else sent it.
        BadRegister, NotFetched: the file is not good, or cannot be had.
    """
    party = keeper(speaker)
    return await compare(store, party, rows_in(brought))


async def confirm(
    store: Store, speaker: Speaker, brought: Brought, digest: int
) -> tuple[Changes, bool]:
    """Bring a file in, if it changes what a lead was told; return what it changes, and if it did.

    Raises:
        LeadsOnly, BadRegister, NotFetched: as above.
    """
    party = keeper(speaker)
    rows = rows_in(brought)
    changes = await compare(store, party, rows)
    if changes.digest != digest:
        return changes, False
    return await bring_in(store, party, rows), True


def rows_in(brought: Brought) -> Sequence[Row]:
    """Return what a file holds."""
    if isinstance(brought, Refusal):
        raise brought
    if brought is None:
        raise NotFetched
    return brought


def keeper(speaker: Speaker) -> Party:
    """Return the party whose register somebody may change."""
    if not speaker.lead:
        raise LeadsOnly
    return owner(speaker)


def owner(speaker: Speaker) -> Party:
    """Return the party whose register somebody may look into."""
    if speaker.party is None:
        raise NobodyHere
    return speaker.party


async def listed(store: Store, party: Party) -> list[Row]:
    """Return a party's register as a file names it."""
    return [row_of(each) for each in await store.register(party) if not each.gone]


# Looking things up


async def find(
    store: Store, speaker: Speaker, words: str, most: int
) -> tuple[Sequence[Equipment], int]:
    """Return the first machines of the chat's own register that have all *words*; how many have."""
    asked = folded(words).split()[:WORDS]
    return await store.find_equipment(owner(speaker), asked, most)


async def overview(store: Store, speaker: Speaker, _: Gettext) -> Post:
    """Say how large the register is, and what can be done with it."""
    _found, count = await find(store, speaker, "", 0)
    kept = _("The register of your equipment is empty.")
    if count:
        kept = _.plural(
            "{n} machine is in your register.", "{n} machines are in your register.", count
        )
    return Post(
        joined(
            "\n\n",
            (
                kept,
                lines(
                    _("/equipment boiler lenina – find a machine by code, name, model, place …"),
                    _("/qr – a sheet of stickers to print; /qr boiler – of some of them"),
                ),
                _(
                    "To fill or change the register, a lead replies to this message with a file "
                    "(XLSX, CSV or TOML) and writes /equipment under it. Its columns are: code, "
                    "name, model, serial, site, region, client. You see what changes before it "
                    "does."
                ),
            ),
        )
    )


async def found(store: Store, speaker: Speaker, words: str, _: Gettext) -> Post:
    """List the machines of the chat's own register that have all *words*, with a button each."""
    shown, count = await find(store, speaker, words, LISTED)
    if not shown:
        said = _("Nothing in your register has “{words}”. /equipment alone says how to search.")
        return Post(fill(said, words=shortened(words, LABEL)))
    more = ""
    if count > len(shown):
        more = _.plural(
            "{n} more: say more words.", "{n} more: say more words.", count - len(shown)
        )
    entries = [joined(" · ", (bold(each.code), each.name, each.site)) for each in shown]
    buttons = [
        [
            Button(
                shortened(joined(" · ", (each.code, each.name)).plain, LABEL), Act.MACHINE, each.id
            )
        ]
        for each in shown
    ]
    return Post(lines(*entries, more), buttons=buttons)


async def show(store: Store, speaker: Speaker, equipment_id: int, _: Gettext) -> Post:
    """Tell all about one machine of the chat's own register, with the chat's tickets about it.

    Raises:
        NoSuchEquipment: there is none, or it is in somebody else's register.
    """
    party = owner(speaker)
    machine = await store.equipment(equipment_id)
    if machine is None or machine.party_id != party.id:
        raise NoSuchEquipment
    tickets = await store.tickets_on(machine, party, TICKETS)
    tickets = sorted(tickets, key=lambda each: not each.open)
    told = [
        fill(
            _("{number} · {state} · {moment}"),
            number=bold(each.number),
            state=ours(each.state, _),
            moment=_.moment(each.since, store.now),
        )
        for each in tickets
    ]
    facts = (
        fill(_("Model: {what}"), what=machine.model) if machine.model else "",
        fill(_("Serial number: {what}"), what=machine.serial) if machine.serial else "",
        fill(_("Place: {what}"), what=machine.site) if machine.site else "",
        fill(_("Region: {what}"), what=machine.region) if machine.region else "",
        fill(_("Client: {name}"), name=machine.client) if machine.client else "",
        _("It is not in the register any more.") if machine.gone else "",
    )
    head = lines(joined(" · ", (bold(machine.code), machine.name)), *facts)
    text = joined("\n\n", (head, lines(*told) or _("No ticket of yours is about it.")))
    return Post(text, buttons=rows([Button(each.number, Act.SHOW, each.id) for each in tickets]))


async def to_print(store: Store, speaker: Speaker, words: str, most: int) -> Sequence[Equipment]:
    """Return the machines of the chat's own register for which stickers are wanted.

    Raises:
        NoStickersHere: clients may not write to the company.
        NothingToPrint, TooManyStickers: none fits, or more than *most* do.
    """
    if not owner(speaker).clients:
        raise NoStickersHere
    shown, count = await find(store, speaker, words, most)
    if not count:
        raise NothingToPrint
    if count > most:
        raise TooManyStickers(count, most)
    return shown


# Scanning


async def scan(store: Store, speaker: Speaker, tag: str) -> tuple[Equipment, Party, Ticket | None]:
    """Note that a client's next request is about the machine whose sticker they scanned.

    Return the machine, the party whose it is, and a case of theirs about it that is open already.

    Raises:
        NoSuchSticker: the machine is gone, or its party takes no requests.
    """
    machine, client = await store.tagged(tag), speaker.client
    party = await store.party(machine.party_id) if machine and not machine.gone else None
    if machine is None or party is None or client is None or not party.clients:
        raise NoSuchSticker
    client.party_id, client.equipment_id = party.id, machine.id
    return machine, party, await open_on(store, client)


async def open_on(store: Store, client: Client) -> Ticket | None:
    """Return the client's open case about what they scanned last."""
    still_open = await store.client_tickets(client, still_open=True)
    asked = client.equipment_id
    return next((each for each in still_open if asked and each.case.equipment_id == asked), None)


async def meant(store: Store, client: Client, party: Party) -> Equipment | None:
    """Return what a client's new request to a party is about; a sticker counts for one request."""
    scanned, client.equipment_id = client.equipment_id, None
    machine = await store.equipment(scanned) if scanned else None
    return machine if machine and machine.party_id == party.id and not machine.gone else None
