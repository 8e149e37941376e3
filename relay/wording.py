"""How deliveries read: words are found when a delivery is made, for one reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from relay import prices, topics
from relay.billing import LINE
from relay.card import Reader, result_buttons, rows, showable, subject, to_client, told
from relay.card import card as card_post
from relay.channel import Act, Button, Post, Reaction, Reason, Ref, Spare, Topic
from relay.content import LIVE, TOLD, Content, Medium
from relay.holding import CLIENT
from relay.language import Gettext, speak
from relay.moves import Move, State
from relay.notices import PREVIEW, heard, notice_post, outdated, question_words, replying
from relay.offers import candidates
from relay.pages import ask_words
from relay.pages import subject as subject_of
from relay.reading import Shown
from relay.store import Store
from relay.tables import Case, Copy, Delivery, Doing, Message, Purpose, Question, Sees, Ticket
from relay.text import (
    PERSON,
    TICKET,
    Text,
    bold,
    fill,
    joined,
    lines,
    marked,
    quote,
    shortened,
)
from relay.values import label as label_of
from relay.values import setting_of
from relay.words import bad_value, code_taken, kind, label, so_already


@dataclass(frozen=True)
class Say:
    """Send a post. Plain ones that are alike in *merges* may be said in one go."""

    post: Post
    merges: tuple[int, bool, bool] | None = None

    def __add__(self, other: Say) -> Say:
        """Say both at once, each under its own header."""
        text = joined("\n\n", (self.post.words, other.post.words))
        return replace(self, post=replace(self.post, head=Text(), text=text))


@dataclass(frozen=True)
class Change:
    """Make what stands at *refs* read as the post."""

    post: Post
    refs: Sequence[Ref]


@dataclass(frozen=True)
class Remove:
    """Take away what stands at *refs*; where that cannot be, *words* stand there instead."""

    refs: Sequence[Ref]
    words: str


@dataclass(frozen=True)
class React:
    """Show a reaction under somebody's own message."""

    ref: Ref
    reaction: Reaction


@dataclass(frozen=True)
class Retitle:
    """Let a topic look otherwise."""

    topic: Topic
    look: str = ""  #: what tells how it looks then


@dataclass(frozen=True)
class Nothing:
    """There is nothing to do any more."""

    reason: Reason


Errand = Say | Change | Remove | Retitle | React | Nothing


async def errand(store: Store, line: Delivery) -> Errand:
    """Return what the channel is to do for a delivery now."""
    ticket = await store.ticket(line.ticket_id) if line.ticket_id else None
    _ = await voice(store, line.place, line.payload.get("language", ""))
    match line.doing:
        case Doing.CARD:
            return await card_errand(store, line, ticket, _)
        case Doing.COPY | Doing.EDIT:
            return await copy_errand(store, line, ticket, _)
        case Doing.NOTICE if await outdated(store, line):
            return Nothing(Reason.NEWER)
        case Doing.NOTICE:
            post = await notice_post(store, line, ticket, _)
            return Say(possibly(line, post, _)) if post else Nothing(Reason.ENDED)
        case Doing.QUESTION:
            return await question_errand(store, line, ticket, _)
        case Doing.TOPIC:
            return await topic_errand(store, line, ticket)
        case Doing.RECEIPT:
            return await receipt_errand(store, line)
        case _:
            assert_never(line.doing)


async def voice(store: Store, place: str, stranger: str = "") -> Gettext:
    """Return what speaks to a chat, in its language and time zone; or to a *stranger* in theirs."""
    party = await store.party_at(place)
    if party:
        return speak(party.language, party.timezone)
    client = await store.client_at(place)
    if client is None:
        return speak(stranger)
    asked = await store.party(client.party_id) if client.party_id else None
    return speak(client.language, asked.timezone if asked else "UTC")


async def card_errand(store: Store, line: Delivery, ticket: Ticket | None, _: Gettext) -> Errand:
    """Render a card as the ticket is now."""
    if ticket is None:
        return Nothing(Reason.ENDED)
    client = to_client(ticket, line.place)
    spoke = await store.spoke_for_client(ticket.case)
    below = not client and bool(await candidates(store, ticket))
    owed = ticket.open and not client  # an ended one is not refreshed when somebody is back
    away = await who_is_away(store, ticket.case) if owed else {}
    reader = Reader(ticket, client, store.now, spoke, below, away)
    post = card_post(reader, _)
    there = await store.card(ticket.id, line.place)
    if there is None or line.payload.get("opening"):
        if client:
            request = await store.parts(ticket.case.request.id, line.place)
            post = replying(post, request[0].ref if request else None)
        if not client and ticket.topic is None:
            post = replace(post, topic=topics.topic_of(ticket, subject(reader)))
        again = line.repeat or await store.opened_perhaps(ticket, line.place)
        return Say(repeated(post, _) if again else post)
    if there.digest == post.digest:
        return Nothing(Reason.UNCHANGED)
    return Change(post, [Ref(there.ref)])


async def topic_errand(store: Store, line: Delivery, ticket: Ticket | None) -> Errand:
    """Let a ticket's topic look as the ticket stands now, or close one too many."""
    if ticket is None or not topics.has(ticket):
        return Nothing(Reason.ENDED)
    reader = Reader(ticket, False, store.now, await store.spoke_for_client(ticket.case))
    topic = topics.topic_of(ticket, subject(reader))
    if "surplus" in line.payload:
        return Retitle(replace(topic, closed=True))
    if topics.look(topic) == ticket.topic_look:
        return Nothing(Reason.UNCHANGED)
    return Retitle(topics.since(topic, ticket.topic_look), topics.look(topic))


async def who_is_away(store: Store, case: Case) -> dict[int, datetime]:
    """Return since when the chats of a case cannot be reached, those that cannot."""
    chats = [(each.id, each.party.place) for each in case.tickets if each.open]
    away = {}
    if any(each.open for each in case.tickets):
        chats.append((CLIENT, case.client.place))
    for of, place in chats:
        lane = await store.lane(place)
        if lane and lane.held_since:
            away[of] = lane.held_since
    return away


async def copy_errand(store: Store, line: Delivery, ticket: Ticket | None, _: Gettext) -> Errand:
    """Render a message as one chat gets it, or changes it."""
    message = await store.message(line.message_id) if line.message_id else None
    copy = await store.copy(message.id, line.place) if message else None
    if message is None or copy is None or ticket is None:
        return Nothing(Reason.ENDED)
    if line.doing is Doing.EDIT and not copy.version and not ticket.open:
        return Nothing(Reason.ENDED)  # it never left, and now it must not
    parts = await store.parts(message.id, line.place)
    if message.said.withdrawn and not await together(store, message, copy):
        if not parts:
            return Nothing(Reason.MAY_HAVE_ARRIVED if line.repeat else Reason.WITHDRAWN)
        return Remove([Ref(part.ref) for part in parts], _("(withdrawn)"))
    post = await copy_post(store, message, copy, ticket, _)
    anew = "anew" in line.payload
    if parts and not anew and (not line.repeat or "begun" in line.payload):  # or its beginning
        post = possibly(line, await merged_post(store, message, copy, post, ticket, _), _)
        looks = [part.digest for part in parts]
        if line.doing is Doing.EDIT and look_like(looks, post):
            return Nothing(Reason.UNCHANGED)
        same = (
            replace(item, same=item.digest in looks[n : n + 1]) for n, item in enumerate(post.album)
        )
        return Change(replace(post, album=tuple(same)), [Ref(part.ref) for part in parts])
    if line.doing is Doing.EDIT and copy.version >= message.version:
        return Nothing(Reason.UNCHANGED)
    if line.doing is Doing.EDIT and copy.version:  # it was said where the chat does not live now
        post = await merged_post(store, message, copy, post, ticket, _)
    if anew and parts:
        post = replying(post, parts[0].ref)
    elif message.reply_to_id:
        above = await store.parts(message.reply_to_id, line.place)
        post = replying(post, above[0].ref if above else None)
    post = possibly(line, post, _)
    asks = message.purpose in {Purpose.QUESTION, Purpose.RESULT}  # to be answered one by one
    special = post.media or post.album or post.buttons or post.reply_to or post.lost
    if asks or special or line.doing is not Doing.COPY or "alone" in line.payload:
        return Say(post)
    return Say(post, merges=(ticket.id, from_above(message, ticket), line.repeat))


def look_like(looks: Sequence[str | None], post: Post) -> bool:
    """Say whether messages that look so show a post."""
    return len(looks) >= len(post.album) and all(
        look == post.look(number) for number, look in enumerate(looks)
    )


async def together(store: Store, message: Message, copy: Copy) -> bool:
    """Say whether a message stands in one with others."""
    head = copy.merged_with_id or message.id
    return head != message.id or bool(await store.merged(head, copy.place))


def from_above(message: Message, ticket: Ticket) -> bool:
    """Say whether a message comes to the party of a ticket from above, or from below."""
    return message.ticket_id is None or message.ticket_id not in {
        each.id for each in ticket.case.tickets if ticket.id in each.position
    }


async def merged_post(
    store: Store, message: Message, copy: Copy, post: Post, ticket: Ticket, _: Gettext
) -> Post:
    """Return how a message reads that was said in one go with others."""
    head = copy.merged_with_id or message.id
    others = await store.merged(head, copy.place)
    if not others:
        return post
    texts = []
    for each in [await store.message(head), *others]:
        mine = await store.copy(each.id, copy.place) if each else None
        if each and mine:
            texts.append((await copy_post(store, each, mine, ticket, _)).words)
    return replace(post, head=Text(), text=joined("\n\n", texts))


async def for_reader(
    store: Store, message: Message, copy: Copy, ticket: Ticket, _: Gettext
) -> tuple[Content, Reason | None, Text]:
    """Return what the reader of a copy may read of a message, why not all, and who said it."""
    said, lost, who = message.said, None, Text(author(message, copy, ticket, _))
    if copy.sees is not Sees.FULL:
        spoke = await store.spoke_for_client(ticket.case)
        said, lost = showable(said, copy.sees, ticket.case, spoke)
        if message.ticket_id is None and copy.shown is Shown.PERSON:  # a name may hold a number
            who = told(who, copy.sees, ticket.case, spoke)
    if said.quote:
        said = replace(said, quote=await quoted(store, message, said.quote, copy.place))
    return said, lost, who


async def copy_post(store: Store, message: Message, copy: Copy, ticket: Ticket, _: Gettext) -> Post:
    """Return a message under its header: the reader's number, and the author as they know them."""
    said, lost, who = await for_reader(store, message, copy, ticket, _)
    head = await number(store, ticket, copy.place) + " · " + who
    purpose = purpose_words(message, _)
    if purpose:
        head = head + " · " + purpose
    if copy.past:
        head = head + " · " + _.moment(message.said_at, store.now)
    edited = _("(edited)") if message.version > 1 else None
    if said.media and said.media.facts.get(LIVE):
        head = head + " · " + _("where it was then")
    spare = Spare(missing(said, _), _("(withdrawn)"), edited)
    post = Post(
        lines(quote(said.quote), in_words(said, lost, _)),
        head,
        about=ticket.id,
        media=said.media if said.media and said.media.kind not in TOLD else None,
        buttons=copy_buttons(message, copy, ticket, _),
        spare=spare,
        lost=lost,
    )
    return replace(post, album=tuple(items(said, post, _))) if said.album else post


async def quoted(store: Store, message: Message, piece: Text, place: str) -> Text:
    """Return the *piece* that a message quotes, if its reader has what it was taken from.

    The header that stood above it was for another reader.
    """
    target = await store.message(message.reply_to_id) if message.reply_to_id else None
    if target is None or not await store.copy(target.id, place):
        return Text()
    quoted = (message.said.quote, message.said.quote[after_line(message.said.quote) :])
    for whole, masked in zip(quoted, (piece, piece[after_line(piece) :]), strict=True):
        if whole and whole.plain.strip() in target.said.text.plain:
            return masked
    return Text()


def after_line(text: Text) -> int:
    """Return where the second line begins."""
    return text.plain.find("\n") + 1 or len(text.plain)


async def number(store: Store, ticket: Ticket, place: str) -> Text:
    """Return a ticket's number, as what leads to its card."""
    card = await store.card(ticket.id, place)
    return marked(TICKET, bold(ticket.number), f"{ticket.number}:{card.ref if card else ''}")


def in_words(said: Content, lost: Reason | None, _: Gettext) -> Text:
    """Return what is to be read of a message."""
    if said.withdrawn:
        return Text(_("(withdrawn)"))
    if said.media and said.media.kind in TOLD:
        return lines(kind(said.media.kind, _), said.text)
    if lost is Reason.CONTACT and not said.album:
        return lines(said.text, _("(a contact, which is not shown here)"))
    return Text() if said.media and said.media.kind is Medium.RICH else said.text


def missing(said: Content, _: Gettext) -> str:
    """Return what is said in place of what cannot be shown."""
    if said.media and said.media.kind is Medium.RICH:
        return said.text.plain
    what = ", ".join(dict.fromkeys(kind(each, _) for each in said.kinds))
    return fill(_("({what}: it cannot be shown here)"), what=what).plain


def items(said: Content, post: Post, _: Gettext) -> Iterator[Post]:
    """Return what is shown as one: the first has the head, and the quotation."""
    for place, each in enumerate(said.album):
        first = place == 0
        yield Post(
            lines(quote(said.quote), each.text) if first else each.text,
            post.head if first else Text(),
            about=post.about if first else None,
            media=each.media,
            spare=Spare(missing(each, _)),
        )


def author(message: Message, copy: Copy, ticket: Ticket, _: Gettext) -> str:
    """Return how the reader of a copy is told who said it."""
    case = ticket.case
    by = next((each for each in case.tickets if each.id == message.ticket_id), None)
    person = message.person.name if message.person else ""
    match copy.shown:
        case Shown.PERSON:
            return person or (by.party.name if by else case.client.name)
        case Shown.BOTH if by:
            return f"{person}, {by.party.name}" if person else by.party.name
        case Shown.PARTY if by:
            return by.party.name
        case Shown.LEVEL if by:
            return fill(_("level {n}"), n=len(by.path)).plain
        case Shown.FIRST_PARTY:
            return ticket.path[0].party.name
        case _:
            return _("the client")


def purpose_words(message: Message, _: Gettext) -> str:
    """Say why something was said, if it was more than talk."""
    match message.purpose, message.move:
        case Purpose.QUESTION, _move:
            return _("question")
        case Purpose.ANSWER, _move:
            return _("answer")
        case Purpose.RESULT, _move:
            return _("result")
        case Purpose.REASON, Move.DECLINE:
            return _("declined")
        case Purpose.REASON, Move.RETURN:
            return _("returned for rework")
        case Purpose.REASON, Move.REOPEN:
            return _("reopened")
        case Purpose.REASON, Move.RECALL:
            return _("taken back")
        case Purpose.REASON, Move.CANCEL:
            return _("cancelled")
        case _:
            return ""


def copy_buttons(message: Message, copy: Copy, ticket: Ticket, _: Gettext) -> list[list[Button]]:
    """Return what the reader of a copy may do about it."""
    about = next((each for each in ticket.case.tickets if each.id == message.about_id), None)
    found: list[list[Button]] = []
    above = about is not None and (about.upper_id == ticket.id or about.id == ticket.id)
    if about and above and message.purpose is Purpose.RESULT:
        found += result_buttons(about, _)
    if about and above and message.purpose is Purpose.QUESTION and about.state is State.WAITING:
        found.append([Button(label(Move.ANSWER, _), Move.ANSWER, about.id)])
    if copy.waits and ticket.open:
        by = next((each for each in ticket.case.tickets if each.id == message.ticket_id), None)
        arrow = "⬆️ " if by and len(by.path) > len(ticket.path) else "⬇️ "
        found.append([Button(arrow + _("Pass on"), Act.RELAY, message.id, ticket.id)])
    return found


def possibly(line: Delivery, post: Post, _: Gettext) -> Post:
    """Mark a post that may be there already."""
    return repeated(post, _) if line.repeat else post


def repeated(post: Post, _: Gettext) -> Post:
    """Say of a post that it may be a repeat."""
    mark = _("(possibly a repeat)")
    if post.media or post.album:  # what does not fit under it comes apart after the head
        album = tuple(replace(each, head=each.head + " " + mark) for each in post.album[:1])
        return replace(post, head=post.head + " " + mark, album=(*album, *post.album[1:]))
    if post.head:
        return replace(post, text=lines(mark, post.text))
    end = post.text.plain.find("\n")
    if end < 0:
        return replace(post, text=lines(post.text, mark))
    # Below the first line: however long it is, and wherever it is cut, people see it at once.
    return replace(post, text=lines(post.text[:end], mark, post.text[end + 1 :]))


async def question_errand(
    store: Store, line: Delivery, ticket: Ticket | None, _: Gettext
) -> Errand:
    """Ask for the words that a move needs."""
    asked = await store.question(line.question_id) if line.question_id else None
    if asked and asked.proposal_id and not asked.answered:
        return await change_errand(store, line, asked, _)
    if asked is None or ticket is None or asked.answered:
        return Nothing(Reason.ENDED)
    number = bold(ticket.number)
    text = fill(question_words(asked, _), number=number)
    if asked.what.startswith(LINE):
        text = await prices.ask_words(store, asked, ticket, asked.what.removeprefix(LINE), _)
    if asked.message:
        said = shortened((await heard(store, asked.message, ticket, False, _)).plain, PREVIEW)
        text = lines(
            fill(_("{number} · Pass this result on as yours?"), number=number),
            quote(said) if said else "",
            _("Press the button, or reply with your own words."),
        )
    elif asked.person and ticket.case.client.place != line.place:
        who = marked(PERSON, asked.person.name, asked.person.address)
        text = lines(text, fill(_("{name}, please reply to this message."), name=who))
    buttons = []
    if asked.message:
        buttons = rows([Button("⬆️ " + _("Pass on"), Act.RESULT, asked.id)])
    return Say(
        possibly(line, asked_again(line, Post(text, buttons=buttons, asks=_("Your words")), _), _)
    )


def asked_again(line: Delivery, post: Post, _: Gettext) -> Post:
    """Return a question as it is asked once more: with what was amiss, in reply to that."""
    match line.payload:
        case {"wrong": str(what), "answer": str(ref)}:
            amiss = bad_value(what, _)
        case {"taken": str(code), "answer": str(ref)}:
            amiss = code_taken(code, _)
        case {"same": _what, "answer": str(ref)}:
            amiss = so_already(_)
        case _:
            return post
    return replying(replace(post, text=lines(amiss, post.text)), ref)


async def change_errand(store: Store, line: Delivery, asked: Question, _: Gettext) -> Errand:
    """Ask a lead what something of their party or a link is to be."""
    proposal = await store.proposal(asked.proposal_id or 0)
    setting = setting_of(proposal) if proposal else None
    if proposal is None or setting is None:
        return Nothing(Reason.ENDED)
    text = ask_words(await subject_of(store, proposal), setting, _)
    if asked.person:
        who = marked(PERSON, asked.person.name, asked.person.address)
        text = lines(text, fill(_("{name}, please reply to this message."), name=who))
    else:
        text = lines(text, _("Please reply to this message."))
    return Say(possibly(line, asked_again(line, Post(text, asks=label_of(setting.name, _)), _), _))


async def receipt_errand(store: Store, line: Delivery) -> Errand:
    """Show an author whether every chat has their message."""
    message = await store.message(line.message_id) if line.message_id else None
    parts = await store.parts(message.id, line.place) if message else []
    if message is None or not parts:
        return Nothing(Reason.ENDED)
    made = [copy for copy in await store.copies(message) if not copy.origin]
    everywhere = all(copy.version > 0 for copy in made)
    reaction = Reaction.DELIVERED if everywhere else Reaction.QUEUED
    if message.said.withdrawn or message.receipt in {reaction, Reaction.DELIVERED}:
        return Nothing(Reason.UNCHANGED)
    return React(Ref(parts[0].ref), reaction)
