"""How everything runs, for operators: what needs a look, why, and what can be done about it.

Operators may know all parties. What people said is not shown to them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from hashlib import blake2b
from typing import Final, assert_never

from relay.channel import Act, Button, Post, Reason
from relay.language import Gettext
from relay.notices import reason_words
from relay.store import MOST, Store, Waiting
from relay.stuck import (
    delivery_title,
    delivery_words,
    silence_buttons,
    silence_words,
    titled,
    update_title,
    update_words,
    whom,
)
from relay.tables import Delivery, Lane, Line, Progress
from relay.text import Text, bold, fill, joined, lines, quote

LATE: Final = timedelta(seconds=60)  #: until what waits is worth a look
PAGE: Final = 5  #: entries on a page, with their buttons side by side


class Sort(IntEnum):
    """What an entry of the list is; the number goes into its button."""

    UNDELIVERED = 1  #: a delivery that is unclear, or failed
    ASIDE = 2  #: an update that was not understood
    HELD = 3  #: a chat that cannot be reached
    LATE = 4  #: a chat for which something waits too long
    UNHANDLED = 5  #: a chat from which something does


@dataclass(frozen=True)
class Entry:
    """One thing that needs a look."""

    sort: Sort
    record: Delivery | Line | Lane | Waiting

    @property
    def id(self) -> int:
        """What stands for it in a button: a chat has no number, so a digest of its name does."""
        if isinstance(self.record, Delivery | Line):
            return self.record.id
        return int.from_bytes(blake2b(self.record.chat.encode(), digest_size=6).digest())


@dataclass(frozen=True)
class Numbers:
    """How a bot stands, for who watches many: seconds and counts."""

    oldest_in: float  #: for how long the oldest update waits to be handled
    oldest_out: float  #: and the oldest that is due for a chat that can be reached
    updates: Mapping[str, int]  #: that are not handled, by state
    deliveries: Mapping[str, int]  #: that have not arrived, by state


async def numbers(store: Store) -> Numbers:
    """Return how the bot stands."""
    first_in, first_out = await store.late_in(store.now), await store.late_out(store.now)
    return Numbers(
        waited(store, first_in),
        waited(store, first_out),
        await store.unhandled(),
        await store.unarrived(),
    )


def waited(store: Store, waiting: Sequence[Waiting]) -> float:
    """Return for how many seconds the first one has waited."""
    return (store.now - waiting[0].since).total_seconds() if waiting else 0.0


async def entries(store: Store) -> list[Entry]:
    """Return all that needs a look: first what waits for somebody's decision."""
    before = store.now - LATE
    late = [] if await store.silent_since() else await store.late_out(before)
    return [
        *(Entry(Sort.UNDELIVERED, each) for each in await store.undelivered()),
        *(Entry(Sort.ASIDE, each) for each in await store.set_aside()),
        *(Entry(Sort.HELD, each) for each in await store.held_lanes()),
        *(Entry(Sort.LATE, each) for each in late),
        *(Entry(Sort.UNHANDLED, each) for each in await store.late_in(before)),
    ]


def is_failed(entry: Entry) -> bool:
    """Say whether an entry is a delivery that failed; one that is unclear waits more for us."""
    return isinstance(entry.record, Delivery) and entry.record.state is Progress.FAILED


async def found(store: Store, sort: int, about: int) -> Entry | None:
    """Return the entry that a button means, if it still needs a look."""
    known = await entries(store)
    return next((each for each in known if (each.sort, each.id) == (sort, about)), None)


async def page_post(store: Store, page: int, operators: Collection[str], _: Gettext) -> Post:
    """Show a page of the list."""
    known = await entries(store)
    trouble = await bot_words(store, _)
    if not known:
        well = "" if trouble else "✅ " + _("All is well: nothing is stuck, nothing waits.")
        return Post(lines(trouble, well), buttons=await silence_buttons(store, _))
    pages = (len(known) + PAGE - 1) // PAGE
    page = min(max(page, 0), pages - 1)
    shown = known[page * PAGE : (page + 1) * PAGE]
    title = fill(
        _("Needs a look: {n}, page {page} of {pages}"), n=len(known), page=page + 1, pages=pages
    )
    parts = [
        lines(
            f"{number}. " + await title_of(store, each, operators, _),
            await why(store, each, _),
        )
        for number, each in enumerate(shown, page * PAGE + 1)
    ]
    show = [
        Button(str(number), Act.STUCK, each.id, each.sort)
        for number, each in enumerate(shown, page * PAGE + 1)
    ]
    turn = [
        Button(arrow, Act.HEALTH, to)
        for arrow, to in (("◀️", page - 1), ("▶️", page + 1))
        if 0 <= to < pages
    ]
    summary = lines(trouble, bold(title), *([] if page else sums(known, _)))
    rows = [*await silence_buttons(store, _), show, turn]
    return Post(joined("\n\n", [summary, *parts]), buttons=[each for each in rows if each])


def sums(known: Sequence[Entry], _: Gettext) -> list[Text]:
    """Return how many of what there are."""
    failed = sum(map(is_failed, known))
    count = {sort: sum(each.sort is sort for each in known) for sort in Sort}
    counted = (
        (_("May have arrived, or not: {n}"), count[Sort.UNDELIVERED] - failed),
        (_("Not delivered: {n}"), failed),
        (_("Not understood: {n}"), count[Sort.ASIDE]),
        (_("Chats that cannot be reached: {n}"), count[Sort.HELD]),
        (_("Chats that hear late: {n}"), count[Sort.LATE]),
        (_("Chats whose messages are not handled yet: {n}"), count[Sort.UNHANDLED]),
    )
    said = [fill(sentence, n=n) for sentence, n in counted if n]
    if max(count.values()) >= MOST:
        said.append(fill(_("There may be more: at most {n} of a sort are listed."), n=MOST))
    return said


async def everything(store: Store, _: Gettext) -> list[Text]:
    """Return the whole list, for who has no buttons to press."""
    return [
        lines(await title_of(store, each, (), _), await why(store, each, _))
        for each in await entries(store)
    ]


async def entry_post(store: Store, entry: Entry, operators: Collection[str], _: Gettext) -> Post:
    """Show one entry, with what can be done about it."""
    said = ""
    if isinstance(entry.record, Delivery):
        said = await store.last_answer(entry.record) or ""
    text = lines(
        await title_of(store, entry, operators, _),
        await why(store, entry, _),
        fill(_("The last try ended with: {words}"), words=said) if said else "",
        quote(advice(entry, _)),
    )
    about, sort = entry.id, entry.sort
    buttons = [[Button(label(_), act, about, sort)] for act, label in choices(entry)]
    return Post(text, buttons=[*buttons, [Button("↩️ " + _("Back to the list"), Act.HEALTH, 0)]])


def choices(entry: Entry) -> list[tuple[Act, Callable[[Gettext], str]]]:
    """Return what can be decided about an entry."""
    again = Act.AGAIN, lambda _: "🔁 " + _("Send again")
    skip = Act.SKIP, lambda _: "🗑 " + _("Skip")
    match entry.sort:
        case Sort.UNDELIVERED if is_failed(entry):
            return [again, skip]
        case Sort.UNDELIVERED:
            return [again, (Act.ARRIVED, lambda _: "✅ " + _("It arrived")), skip]
        case Sort.ASIDE:
            return [(Act.AGAIN, lambda _: "🔁 " + _("Try again")), skip]
        case Sort.HELD:
            return [(Act.TRY, lambda _: "📡 " + _("Test chat"))]
        case Sort.LATE | Sort.UNHANDLED:
            return []
        case _:
            assert_never(entry.sort)


def advice(entry: Entry, _: Gettext) -> str:
    """Say what the buttons do."""
    match entry.sort:
        case Sort.UNDELIVERED if is_failed(entry):
            return _("Its author has been told. Skip takes it off this list.")
        case Sort.UNDELIVERED:
            return _(
                "Ask there whether it arrived. Sent again, it is marked as a possible repeat. "
                "If you skip it, its author is told that it will not come."
            )
        case Sort.ASIDE:
            return _(
                "Try again after an update of the bot. If you skip a client's message, the "
                "client is asked to send it again."
            )
        case Sort.HELD:
            return _("Nothing is lost: what waits goes out in order when the chat is open again.")
        case Sort.LATE | Sort.UNHANDLED:
            return _("There is nothing to decide: it goes on by itself, in order.")
        case _:
            assert_never(entry.sort)


async def title_of(store: Store, entry: Entry, operators: Collection[str], _: Gettext) -> Text:
    """Return whom an entry concerns: a chat by its party, and the tickets."""
    match entry.record:
        case Delivery() as line:
            return await delivery_title(store, line, _, operators)
        case Line() as line:
            return await update_title(store, line, _, operators)
        case Lane(chat=chat) | Waiting(chat=chat):
            numbers = await store.numbers_waiting(chat)
            return titled(await whom(store, await store.home(chat), _, operators), numbers)


async def why(store: Store, entry: Entry, _: Gettext) -> Text:
    """Say what is the matter, since when, and why."""
    match entry.record:
        case Delivery() as line:
            said = _("{what}, {moment} – not delivered: {reason}")
            if line.state is Progress.UNCLEAR:
                said = _("{what}, {moment} – may have arrived, or not: the connection broke.")
            what, since = delivery_words(line.doing, _), _.moment(line.queued_at, store.now)
            return fill(said, what=what, moment=since, reason=failed_words(line.reason, _))
        case Line() as line:
            return aside_words(line, store.now, _)
        case Lane() as lane:
            return await held_words(store, lane, _)
        case Waiting() as waiting if entry.sort is Sort.LATE:
            return await late_words(store, waiting, _)
        case Waiting(count=count, since=start):
            said = _("Not handled yet: {n}, the first of {moment}.")
            return fill(said, n=count, moment=_.moment(start, store.now))


def failed_words(reason: str | None, _: Gettext) -> str:
    """Say why something was not delivered, to whoever runs the bot."""
    if reason == Reason.OUR_FAULT:
        return _("something went wrong on our side; the log says what.")
    return reason_words(reason, _)


def aside_words(line: Line, now: datetime, _: Gettext) -> Text:
    """Say why an update was set aside."""
    said = _("{what}, {moment} – of a form that this version does not understand ({reason}).")
    if line.tries > 1:
        said = _("{what}, {moment} – could not be handled, after {n} tries ({reason}).")
    what, since = update_words(line.kind, _), _.moment(line.arrived_at, now)
    return fill(said, what=what, moment=since, n=line.tries, reason=line.reason or "?")


async def held_words(store: Store, lane: Lane, _: Gettext) -> Text:
    """Say why a chat cannot be reached, what waits, and when it is tried again."""
    waiting = await store.waiting_for(lane.chat)
    return lines(
        fill(
            _("It cannot be reached since {moment}: {reason}"),
            moment=_.moment(lane.held_since or store.now, store.now),
            reason=reason_words(lane.held, _),
        ),
        fill(_("Waiting: {n}."), n=waiting.count) if waiting else "",
        fill(_("I try it again at {moment}."), moment=_.moment(lane.retry_at, store.now))
        if lane.retry_at
        else "",
    )


async def late_words(store: Store, waiting: Waiting, _: Gettext) -> Text:
    """Say why what is for a chat waits."""
    said = fill(
        _("Waiting: {n}, the first since {moment}."),
        n=waiting.count,
        moment=_.moment(waiting.since, store.now),
    )
    lane = await store.lane(waiting.chat)
    if lane and lane.paused_until and lane.paused_until > store.now:
        until = _.moment(lane.paused_until, store.now)
        return said + " " + fill(_("The messenger wants a pause until {moment}."), moment=until)
    if await bot_words(store, _):
        return said  # the whole bot is silent, and the list begins with why
    if await store.sending_to(waiting.chat):
        return said + " " + _("It is being sent right now, one after another.")
    return said + " " + _("The messenger takes only so many a minute, one after another.")


async def bot_words(store: Store, _: Gettext) -> Text:
    """Say why the whole bot is silent, if it is."""
    lease = await store.lease()
    if lease and lease.stopped:
        return Text("⛔ " + _("The messenger does not accept the bot's token."))
    if lease is None or lease.until <= await store.moment():
        return Text("⛔ " + _("The bot is not running."))
    if silent := await silence_words(store, _):
        return "🔇 " + silent
    if lease.paused_until and lease.paused_until > store.now:
        until = _.moment(lease.paused_until, store.now)
        said = _("The messenger wants a pause of the whole bot until {moment}.")
        return fill("⏸ " + said, moment=until)
    return Text()
