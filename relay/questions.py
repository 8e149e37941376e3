"""Questions of the bot: a reply gives the words that a move needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from relay import billing, blocks, changing, making, outbox, ratings, tickets, writing
from relay.channel import Ref
from relay.content import Content
from relay.moves import RULES, Move, Who
from relay.refusals import (
    Already,
    BadValue,
    CodeTaken,
    NoSuchTicket,
    NotYours,
    SoAlready,
)
from relay.speaker import Speaker, who_is
from relay.store import Store
from relay.tables import Part, Purpose, Question, Ticket

FRESH = timedelta(minutes=15)  #: how long a client answers a question without replying to it


async def pending(store: Store, speaker: Speaker, part: Part | None) -> Question | None:
    """Return the question of the bot that is being answered.

    A client may answer without a reply, if they were asked just now.
    """
    question = None
    if part and part.question_id:
        question = await store.question(part.question_id)
    elif part is None and speaker.client and not speaker.party:
        question = await store.open_question(speaker.place)
        if question and not await fits(store, question):
            return None
    if question is None or question.answered or question.until <= store.now:
        return None
    return question


def asked_at(question: Question) -> datetime:
    """Return when something was asked."""
    return question.until - making.ANSWER_WITHIN


async def fits(store: Store, question: Question) -> bool:
    """Say whether plain words may answer a question: asked just now, and still to be answered."""
    ticket = await store.ticket(question.ticket_id or 0)
    fresh = store.now <= asked_at(question) + FRESH
    return fresh and ticket is not None and ticket.state in RULES[Move(question.what)].before


async def take(
    store: Store, speaker: Speaker, question: Question, words: Content, refs: Sequence[Ref]
) -> None:
    """Take words as the answer to a question, whatever it is about; else it is asked once more."""
    try:
        if question.proposal_id:
            await changing.answer(store, speaker, question, words)
        else:
            await answer(store, speaker, question, words, refs)
    except BadValue as wrong:
        outbox.question(store, question, wrong=wrong.what, answer=refs[0])
    except CodeTaken as taken:
        outbox.question(store, question, taken=taken.code, answer=refs[0])
    except SoAlready:
        outbox.question(store, question, same=question.what, answer=refs[0])


async def use_result(store: Store, speaker: Speaker, question_id: int) -> Ticket:
    """Resolve with the words that came from below, as they are.

    Raises:
        NoSuchTicket: no such question was asked here.
        Already: it is answered.
    """
    question = await store.question(question_id)
    if question is None or question.place != speaker.place or question.message is None:
        raise NoSuchTicket
    if question.answered or question.message.said.withdrawn:
        raise Already
    return await answer(store, speaker, question, question.message.said, ())


async def answer(
    store: Store, speaker: Speaker, question: Question, words: Content, refs: Sequence[Ref]
) -> Ticket:
    """Take words as the answer to a question: write them down, and make the move they are for."""
    if question.what.startswith(billing.LINE):
        return await billing.answer(store, speaker, question, words)
    ticket = await making.find(store, speaker, question.ticket_id or 0)
    await making.admit(store, speaker, ticket.party)
    if question.what == blocks.BLOCK:
        question.answered = True
        await blocks.block(store, speaker, ticket, words)
        return ticket
    who = who_is(speaker, ticket)
    mine = ticket if who & Who.MEMBER else ticket.upper
    rating = question.what == ratings.STARS
    move = None if rating else Move(question.what)
    message = writing.write(
        store,
        speaker,
        words,
        purpose=tickets.PURPOSES.get(move, Purpose.REASON) if move else Purpose.REASON,
        case=ticket.case,
        ticket=None if who & Who.CLIENT else mine,
        refs=refs,
        about=ticket,
        move=question.what,
    )
    question.answered = True
    if move is None:
        if ticket.stars is None or not who & (Who.UPPER_LEAD | Who.CLIENT):
            raise NotYours(ticket.number, Move.ACCEPT, lead=True)
        return await ratings.explain_stars(store, speaker, ticket, message)
    return await tickets.USE_CASES[move](store, speaker, ticket, message)
