"""What operators are told without asking: an alarm when something needs a look, a line a day.

Each alarm is promised by itself, so that a thing is said once. Those that wait together are told
as one: the first takes the facts of the others along.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from relay import outbox
from relay.channel import Post, Reason
from relay.language import Gettext
from relay.outbox import Notice
from relay.room import Room
from relay.store import Store
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
from relay.tables import Delivery, Handling, Progress
from relay.text import Text, fill, lines

LISTED: Final = 10  #: things that one alarm names
KEPT: Final = 100  #: facts that an alarm takes along; the list has them all anyway


class Alarm(StrEnum):
    """What an alarm is about."""

    DELIVERY = "delivery"  #: unclear, or failed by our fault
    UPDATE = "update"  #: set aside
    LATE = "late"  #: a chat
    MANY_LATE = "many_late"  #: so many that they are not named
    SILENT = "silent"  #: nothing is sent since a start from a backup
    DISK = "disk"  #: little room, none, or enough again
    AWAY = "away"  #: we did not listen for so long that something may be lost
    PENDING = "pending"  #: too much waits to be taken in
    RIVAL = "rival"  #: somebody else takes in what is for us


def raised(store: Store, of: Alarm, cause: str, place: str, **facts: Any) -> None:
    """Owe an operator an alarm."""
    outbox.alarm(store, Notice.ALARM, cause, place, [{"of": of, **facts}])


async def alarm_post(store: Store, line: Delivery, _: Gettext) -> Post:
    """Tell an operator what needs a look, with whatever else waits to be told."""
    facts = [*line.payload["facts"]]
    for other in await store.waiting_like(line, "alarm:"):
        facts += other.payload["facts"]
        other.state, other.reason = Progress.SUPERSEDED, Reason.NEWER
    line.payload = {**line.payload, "facts": facts[:KEPT]}
    told = [said for each in facts if (said := await in_words(store, each, _))]
    if not told:
        return Post(Text(_("What needed a look is settled by now. /health shows the rest.")))
    more = len(told) - LISTED
    silent = any(each["of"] == Alarm.SILENT for each in facts)
    return Post(
        lines(
            "⚠️ " + _("Please have a look. /health shows the whole list."),
            *told[:LISTED],
            _.plural("and {n} thing more", "and {n} things more", more) if more > 0 else "",
        ),
        buttons=await silence_buttons(store, _) if silent else (),
    )


async def in_words(store: Store, fact: dict[str, Any], _: Gettext) -> Text | None:
    """Return one thing that needs a look; nothing, if it is settled."""
    match Alarm(fact["of"]):
        case Alarm.DELIVERY:
            return await about_delivery(store, fact["id"], _)
        case Alarm.UPDATE:
            found = await store.line(fact["id"])
            if found is None or found.state is not Handling.ASIDE:
                return None
            said = _("{whom} · {what}: not understood, set aside.")
            title = await update_title(store, found, _)
            return fill(said, whom=title, what=update_words(found.kind, _))
        case Alarm.LATE:
            said = _("{whom}: what is for them is late, the first waits since {moment}.")
            name = await whom(store, fact["chat"], _)
            title = titled(name, await store.numbers_waiting(fact["chat"]))
            return fill(said, whom=title, moment=at(store, fact["since"], _))
        case Alarm.MANY_LATE:
            return Text(
                _.plural("{n} chat is served late.", "{n} chats are served late.", fact["n"])
            )
        case Alarm.SILENT:
            return await silence_words(store, _) or None
        case Alarm.DISK:
            return Text(room_words(Room(fact["room"]), _))
        case Alarm.AWAY:
            said = _("I heard nothing from {start} to {end}: buttons pressed then may be lost.")
            if fact["messages"]:
                said = _(
                    "I heard nothing from {start} to {end}: what was written or pressed then "
                    "may be lost."
                )
            return fill(said, start=at(store, fact["start"], _), end=at(store, fact["end"], _))
        case Alarm.PENDING:
            said = _("{n} updates wait to be fetched; the messenger drops what is too much.")
            return fill(said, n=fact["n"])
        case Alarm.RIVAL:
            said = _(
                "Somebody else fetches what people write to me: another program runs with my "
                "token, or has set a webhook for it. What it fetches I never hear. Stop it; if "
                "nobody knows where it runs, let BotFather revoke the token, and set the new one "
                "in BOT_TOKEN."
            )
            return Text(said)


def room_words(room: Room, _: Gettext) -> str:
    """Say what comes of how full the disk is."""
    match room:
        case Room.ENOUGH:
            return _("The disk that holds the database has room again.")
        case Room.LITTLE:
            return _(
                "The disk that holds the database is 80 percent full: cards are not brought up to "
                "date. At 95 percent I take nothing in any more. Please make room."
            )
        case Room.NONE:
            return _(
                "The disk that holds the database is 95 percent full: I take nothing in until "
                "there is room. The messenger keeps what people write for 24 hours."
            )


async def about_delivery(store: Store, delivery_id: int, _: Gettext) -> Text | None:
    """Return what became of a delivery, if it still needs a look."""
    found = (await store.deliveries([delivery_id])).get(delivery_id)
    if found is None or found.state not in {Progress.UNCLEAR, Progress.FAILED}:
        return None
    said = _("{whom} · {what}: not sent, by a fault of ours.")
    if found.state is Progress.UNCLEAR:
        said = _("{whom} · {what}: it may have arrived, or not.")
    title = await delivery_title(store, found, _)
    return fill(said, whom=title, what=delivery_words(found.doing, _))


def at(store: Store, seconds: int, _: Gettext) -> Text:
    """Return a moment that a fact names."""
    return _.moment(datetime.fromtimestamp(seconds, UTC), store.now)


async def daily_post(store: Store, line: Delivery, _: Gettext) -> Post:
    """Tell an operator what the last day brought; of several days that wait, the last one."""
    for other in await store.waiting_like(line, "daily:"):
        line.payload = other.payload
        other.state, other.reason = Progress.SUPERSEDED, Reason.NEWER
    facts = line.payload["facts"]
    came, told = facts["came"], facts["told"]
    taken_in = _(
        "Taken in: {n} = {done} handled + {ignored} not for us + {aside} set aside + {new} waiting"
    )
    sent = _(
        "To be told: {n} = {sent} told + {open} waiting + {failed} not delivered + "
        "{superseded} replaced by newer ones + {cancelled} called off"
    )
    return Post(
        lines(
            fill(_("The day until {moment}"), moment=at(store, facts["until"], _)),
            fill(taken_in, n=sum(came.values()), **came),
            fill(sent, n=sum(told.values()), **told),
            _("Nothing needs a look.")
            if not facts["stuck"]
            else fill(_("Needs a look: {n}. /health shows the list."), n=facts["stuck"]),
        )
    )
