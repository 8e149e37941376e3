"""The sentences of ours: facts become words, for one reader."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from relay import alarms, due_reports, lacks, pages, prices, reminders, settling, terms
from relay.blocks import BLOCK
from relay.card import Reader, stars, to_client
from relay.channel import Act, Button, Post, Reason, Ref
from relay.language import Gettext
from relay.moves import Move, State
from relay.outbox import Notice
from relay.ratings import STARS
from relay.store import Store
from relay.tables import Asked, Delivery, Message, Question, Ticket
from relay.text import Text, bold, fill, joined, lines, quote, shortened
from relay.words import gist, kind, label, skip

PREVIEW = 300  #: characters of a result that is offered to be passed on


def replying(post: Post, ref: str | None) -> Post:
    """Return *post* as a reply."""
    return Post(**{**vars(post), "reply_to": Ref(ref) if ref else None})


async def notice_post(
    store: Store, line: Delivery, ticket: Ticket | None, _: Gettext
) -> Post | None:
    """Return a sentence of ours; None: there is no reason any more to say it."""
    message = await store.message(line.message_id) if line.message_id else None
    facts: dict[str, Any] = line.payload
    number = bold(ticket.number) if ticket else Text()
    client = ticket is not None and to_client(ticket, line.place)
    match Notice(facts["what"]):
        case Notice.ACCEPTED if facts.get("unseen"):
            said = _("{number} · Nobody has objected in time: the result counts as accepted.")
            return Post(fill(said, number=number))
        case Notice.ACCEPTED:
            return Post(fill(_("{number} · The result is accepted."), number=number))
        case Notice.UNCHECKED:
            return await unchecked(store, facts, ticket, client, _)
        case Notice.RATED if facts["rated"] == (ticket and ticket.number):
            said = _("{number} · Your work was rated {stars} of 5.")
            return Post(fill(said, number=number, stars=facts["stars"]))
        case Notice.RATED:
            said = _("{number} · {rated} was rated {stars} of 5.")
            return Post(fill(said, number=number, rated=facts["rated"], stars=facts["stars"]))
        case Notice.STARS_WHY:
            said = _("{number} · Why {rated} was rated so:")
            why = await heard(store, message, ticket, client, _)
            return Post(lines(fill(said, number=number, rated=facts["rated"]), quote(why)))
        case Notice.CLIENT_RATED:
            said = _("{number} · The client rated the whole case {stars} of 5.")
            return Post(fill(said, number=number, stars=facts["stars"]))
        case Notice.RATE:
            return rate_post(ticket, client, _)
        case Notice.ENDED:
            return Post(fill(ended_words(State(facts["state"]), _), number=number))
        case Notice.TAKEN_ELSEWHERE:
            said = _("{number} · Somebody else was first: there is nothing to do for you.")
            return Post(fill(said, number=number))
        case Notice.NOT_NEEDED:
            said = _("{number} · The work is closed without it. Please stop.")
            return Post(fill(said, number=number))
        case Notice.NOBODY_LEFT:
            return await reminders.nobody_left_post(store, facts, ticket, _) if ticket else None
        case Notice.LATE_PROMISE:
            return await reminders.late_promise_post(store, facts, ticket, _) if ticket else None
        case Notice.DUE:
            if ticket is None:
                return None
            return await reminders.due_post(store, facts, ticket, line.place, _)
        case Notice.DIGEST:
            return await reminders.digest_post(store, line, _)
        case Notice.REPORT:
            return await due_reports.report_post(store, facts, _)
        case Notice.WHICH_WAY:
            return which_way(message, ticket, _)
        case Notice.WHICH_CASE:
            return which_case(message, facts["choices"], _)
        case Notice.WHICH_PARTY:
            return which_party(message, facts["choices"], _)
        case Notice.ASKS:
            return await asks_post(store, facts, _)
        case Notice.ENOUGH if facts["how"] == "answered":
            return Post(Text(_("Thank you.")), enough=True)
        case Notice.ENOUGH if facts["how"] == "skipped":
            return Post(Text(_("All right, without a telephone number.")), enough=True)
        case Notice.ENOUGH if facts["how"] == "skipped_all":
            return Post(Text(_("All right, without any more questions.")), enough=True)
        case Notice.ENOUGH:
            called_off = _("Your new request is called off: nothing of it was passed on.")
            return Post(Text(called_off), enough=True)
        case Notice.SLOWED:
            return Post(
                Text(
                    _(
                        "You write faster than I pass on. Nothing is lost: all of it is passed on, "
                        "in order, a little later."
                    )
                )
            )
        case Notice.BLOCKED:
            return await blocked_post(store, facts, number, _)
        case Notice.UNBLOCKED:
            said = _("{number} · What {client} writes reaches you again.")
            return Post(fill(said, number=number, client=facts["client"]))
        case Notice.UNDELIVERED:
            return await undelivered(store, message, facts, line.place, _)
        case Notice.NO_TOPICS:
            return Post(
                Text(
                    _(
                        "I cannot use topics here, so tickets come into the chat itself. If you "
                        "want topics, switch them on and give me the right “Manage topics”."
                    )
                )
            )
        case Notice.RIGHTS:
            changed = lacks.change_words(facts["lost"], facts["lacks"], _)
            return Post(joined("\n\n", changed))
        case Notice.PROPOSED | Notice.AGREE | Notice.LEFT:
            return await proposal_post(store, line, _)
        case Notice.CHANGED:
            change = await store.change(facts["change"])
            return await pages.changed_post(store, change, _) if change else Post(Text())
        case Notice.LINK_ENDED:
            return await pages.end_post(store, facts, line.place, _)
        case Notice.LINES:
            of = await store.ticket(facts["of"])
            if ticket is None or of is None:
                return None
            return await prices.lines_post(store, ticket, of, facts.get("change"), _)
        case Notice.SETTLED:
            return await settling.told(store, facts, await store.party_at(line.place), _)
        case Notice.PARTLY:
            return await partly(store, message, facts, line.place, _)
        case Notice.HELD:
            said = _("{number} · {whom} cannot be reached: {reason} Nothing is lost, it waits.")
            about, them = await who_is_away(store, facts, _)
            reason = reason_words(facts.get("reason"), _)
            return Post(fill(said, number=about, whom=them, reason=reason))
        case Notice.UNSEEN:
            said = _("{number} · {whom} may not have got the ticket: {reason}")
            about, them = await who_is_away(store, facts, _)
            reason = reason_words(facts.get("reason"), _)
            return Post(fill(said, number=about, whom=them, reason=reason))
        case Notice.RELEASED:
            said = _("{number} · {whom} can be reached again. What waited is on its way.")
            about, them = await who_is_away(store, facts, _)
            return Post(fill(said, number=about, whom=them))
        case Notice.TERMS | Notice.JOINED | Notice.LINKED | Notice.NOT_JOINED | Notice.WITHDRAWN:
            return terms.post(facts, store.now, _)
        case Notice.ALARM:
            return await alarms.alarm_post(store, line, _)
        case Notice.DAILY:
            return await alarms.daily_post(store, line, _)


async def unchecked(
    store: Store, facts: dict[str, Any], reader: Ticket | None, client: bool, _: Gettext
) -> Post | None:
    """Tell who did not check a result that it counts as accepted, and what can still be done."""
    of = await store.ticket(facts["of"])
    if of is None or reader is None:
        return None
    if client:
        said = _(
            "{number} · We have heard nothing from you, so it counts as done. If something is "
            "wrong, press Reopen."
        )
    else:
        said = _(
            "{number} · The result of {lower} was not checked in time, so it counts as accepted. "
            "If something is wrong, press Reopen."
        )
    lower = f"{of.number} ({of.party.name})"
    again = [[Button(label(Move.REOPEN, _), Move.REOPEN, of.id)]]
    buttons = again if of.state is State.CLOSED else []
    return Post(fill(said, number=bold(reader.number), lower=lower), buttons=buttons)


async def proposal_post(store: Store, line: Delivery, _: Gettext) -> Post:
    """Tell of a change that is proposed, or is not wanted any more."""
    facts, proposal = line.payload, await store.proposal(line.payload["proposal"])
    if proposal is None:
        return Post(Text())
    match Notice(facts["what"]):
        case Notice.PROPOSED:
            return await pages.confirm_post(store, proposal, _)
        case Notice.AGREE:
            return await pages.agree_post(store, proposal, _)
        case _:
            return await pages.left_post(store, proposal, await store.party(facts["by"]), _)


async def partly(
    store: Store, message: Message | None, facts: dict[str, Any], place: str, _: Gettext
) -> Post:
    """Tell an author that not all of a message could be shown to everybody, and what to do."""
    kinds = message.said.kinds if message else []
    what = ", ".join(dict.fromkeys(kind(each, _) for each in kinds))
    match facts.get("reason"):
        case Reason.CONTACT:
            said = _(
                "The contact was not passed on to everybody, as some do not get to know who the "
                "client is. Please write what they need."
            )
        case Reason.NAME:
            said = _(
                "The file was not passed on to everybody: its name tells who the client is, and it "
                "is too large to be renamed here. Please rename it and send it again."
            )
        case _ if message and message.said.text:
            said = _("{what}: this cannot be shown in one of the chats. Your words have arrived.")
        case _:
            said = _("{what}: this cannot be shown in one of the chats. Please say it in words.")
    parts = await store.parts(message.id, place) if message else []
    return replying(Post(fill(said, what=what)), parts[0].ref if parts else None)


async def heard(
    store: Store, message: Message | None, ticket: Ticket | None, client: bool, _: Gettext
) -> Text:
    """Return what a message says as the party of a ticket, or the client, may read it."""
    if message is None or ticket is None:
        return Text()
    spoke = await store.spoke_for_client(ticket.case)
    return Reader(ticket, client, store.now, spoke).told(gist(message.said, _))


def rate_post(ticket: Ticket | None, client: bool, _: Gettext) -> Post:
    """Ask who accepted for stars."""
    if ticket is None:
        return Post(Text())
    if client:
        said = fill(_("{number} · How did we do?"), number=bold(ticket.number))
    else:
        said = fill(
            _("{number} · How good was the work of {party}?"),
            number=bold(ticket.number),
            party=ticket.party.name,
        )
    return Post(said, buttons=stars(ticket))


def ended_words(state: State, _: Gettext) -> str:
    """Tell a party that it need not go on."""
    if state is State.CANCELLED:
        return _("{number} · The case was cancelled. Please stop the work.")
    if state is State.EXPIRED:
        return _("{number} · Nobody has taken it in time, so it went back.")
    return _("{number} · The ticket was taken back. Please stop the work.")


def which_way(message: Message | None, ticket: Ticket | None, _: Gettext) -> Post:
    """Ask an author where a reply to the card is to go."""
    if message is None or ticket is None:
        return Post(Text())
    below = ", ".join(each.number for each in ticket.open_lowers)
    above = ticket.upper.party.name if ticket.upper else _("the client")
    choices = [
        Button(fill(_("⬆️ To {party}"), party=above).plain, Act.GO, message.id, 1),
        Button(fill(_("⬇️ To {party}"), party=below).plain, Act.GO, message.id, 2),
        Button(_("↕️ To both"), Act.GO, message.id, 3),
    ]
    said = fill(_("{number} · Who is to get this?"), number=bold(ticket.number))
    return Post(said, buttons=[[each] for each in choices])


def which_case(message: Message | None, choices: list[list[Any]], _: Gettext) -> Post:
    """Ask a client which case a message belongs to."""
    about = message.id if message else 0
    found = [
        Button(shortened(f"{number} · {subject}", 40), Act.PLACE, about, ticket)
        for ticket, number, subject in choices
    ]
    found.append(Button("➕ " + _("A new request"), Act.PLACE, about, 0))
    return Post(Text(_("What is this about?")), buttons=[[each] for each in found])


def which_party(message: Message | None, choices: list[list[Any]], _: Gettext) -> Post:
    """Ask a client which company the request is for."""
    about = message.id if message else 0
    found = [Button(shortened(name, 40), Act.PARTY, about, party) for party, name in choices]
    return Post(Text(_("Which company is this for?")), buttons=[[each] for each in found])


async def outdated(store: Store, line: Delivery) -> bool:
    """Say whether something need not be said any more: another one came, or it was skipped."""
    if line.payload["what"] == Notice.REPORT:
        of = f"notice:{Notice.REPORT}:{line.payload['subscription']}:"
        return any(each.id > line.id for each in await store.waiting_like(line, of))
    if line.payload["what"] != Notice.ASKS:
        return False
    intake = await store.intake(line.payload["intake"])
    return intake is None or not intake.asks or intake.times != line.payload["times"]


async def asks_post(store: Store, facts: dict[str, Any], _: Gettext) -> Post:
    """Ask a client what the party wants to know before a case is opened."""
    intake = await store.intake(facts["intake"])
    if intake is None or not intake.asks:
        return Post(Text())
    what = Asked(intake.asks[0])
    leave = Button(skip(_), Act.OMIT, intake.id, list(Asked).index(what))
    noted = Text()
    if intake.times == 1:
        said = _("Your request is noted. In a moment it goes to {party}; just this before:")
        noted = fill(said, party=intake.party.name)
    match what:
        case Asked.ADDRESS:
            where = _("Where is help needed? Please reply with the address.")
            return Post(lines(noted, where), buttons=[[leave]])
        case Asked.CONTACT:
            number = _("At which telephone number can you be reached? Please reply with it.")
            if facts["again"]:
                number = _(
                    "That is the contact of somebody else: it goes along with the request. At "
                    "which number can you be reached yourself? Please reply with it."
                )
            button = "📱 " + _("Send my number")
            return Post(lines(noted, number), buttons=[[leave]], asks_contact=button)
        case Asked.KIND:
            found = [
                Button(shortened(each, 40), Act.KIND, intake.id, number)
                for number, each in enumerate(intake.kinds, 1)
            ]
            found.append(Button(_("Something else"), Act.KIND, intake.id, 0))
            which = _("What kind of help is needed?")
            return Post(lines(noted, which), buttons=[[each] for each in (*found, leave)])


async def blocked_post(store: Store, facts: dict[str, Any], number: Text, _: Gettext) -> Post:
    """Tell a party what it means that it has blocked a client."""
    block = await store.block(facts["block"])
    if block is None:
        return Post(Text())
    if block.person:
        said = fill(
            _("{number} · {person} has blocked {client}:"),
            number=number,
            person=block.person.name,
            client=block.client.name,
        )
    else:
        said = fill(_("{number} · {client} is blocked:"), number=number, client=block.client.name)
    still_open = ", ".join(facts["open"])
    return Post(
        lines(
            said,
            quote(block.reason),
            _(
                "What they write is not passed on from now on, and they are told to turn to you "
                "another way."
            ),
            fill(_("Their open cases stay until you end them: {numbers}"), numbers=still_open)
            if still_open
            else "",
            _("To hear them again, reply to this with /unblock."),
        )
    )


async def undelivered(
    store: Store, message: Message | None, facts: dict[str, Any], place: str, _: Gettext
) -> Post:
    """Tell an author that a message will not arrive, and what to do."""
    reason = reason_words(facts.get("reason"), _)
    if message is None and "at" in facts:  # it was never understood: nothing to reply to
        at = _.moment(datetime.fromtimestamp(facts["at"], UTC), store.now)
        unread = _("What you sent at {moment} was not delivered: {reason}")
        return Post(fill(unread, moment=at, reason=reason))
    parts = await store.parts(message.id, place) if message else []
    said = fill(_("This message was not delivered: {reason}"), reason=reason)
    return replying(Post(said), parts[0].ref if parts else None)


async def who_is_away(store: Store, facts: dict[str, Any], _: Gettext) -> tuple[Text, str]:
    """Return the reader's tickets that a notice is about, and who it is that is away."""
    numbers, away = list[Text](), dict[str, None]()
    for own_id, far_id in facts["about"]:
        own, far = await store.ticket(own_id), await store.ticket(far_id)
        if own is None or far is None:
            continue
        numbers.append(bold(own.number))
        near = own.id in {far.upper_id, far.id} or own.upper_id == far.id
        away[f"{far.number} ({far.party.name})" if near else far.number] = None
    if facts["client"]:
        return joined(", ", numbers), _("the client")
    return joined(", ", numbers), "; ".join(away)


def reason_words(reason: str | None, _: Gettext) -> str:
    """Say why something did not arrive, and what to do about it."""
    match reason:
        case Reason.BLOCKED:
            return _("the bot is blocked there. Please ask them to unblock it.")
        case Reason.REMOVED:
            return _("the bot is no member of that chat. Please ask them to add it again.")
        case Reason.MUTED:
            return _("the bot may not write in that chat. Please ask them to allow it.")
        case Reason.STOPPED:
            return _("the bot is stopped.")
        case Reason.GONE:
            return _("that account was deleted.")
        case Reason.FILE:
            return _("the file could not be passed on. Please send it again.")
        case Reason.ENDED:
            return _("the ticket has ended before it could leave.")
        case Reason.MAY_HAVE_ARRIVED:
            return _("the connection broke, and it may have arrived. Please ask there.")
        case Reason.OUR_FAULT:
            return _("something went wrong on our side. Please tell whoever runs the bot.")
        case Reason.SKIPPED:
            return _("whoever runs the bot has given it up. Please say it again if it matters.")
        case _:
            return _("the messenger did not accept it. Please say it in other words.")


def question_words(asked: Question, _: Gettext) -> str:
    """Return what is asked, for the move that it is about."""
    match asked.what:
        case Move.DECLINE:
            return _("{number} · Why do you decline it?")
        case Move.ASK:
            return _("{number} · What do you need to know?")
        case Move.ANSWER:
            return _("{number} · What is the answer?")
        case Move.RESOLVE:
            return _("{number} · What was done?")
        case Move.RETURN:
            return _("{number} · What is missing or wrong?")
        case Move.REOPEN:
            return _("{number} · Why should it be reopened?")
        case Move.RECALL:
            return _("{number} · Why do you take it back?")
        case Move.CANCEL:
            return _("{number} · Why is it cancelled?")
        case _ if asked.what == BLOCK:
            return _("{number} · Why is the client blocked? Only your chat reads the reason.")
        case _ if asked.what == STARS:
            return _("{number} · What went wrong? Your answer helps to do better.")
        case _:
            return _("{number} · Please say why.")
