"""The buttons under cards and results: every move of a ticket, and the stars."""

from typing import Any

from aiogram import F, Router
from aiogram.methods.base import TelegramMethod
from aiogram.types import CallbackQuery, Message

from handlers.forms import Press
from handlers.replies import Reply, answer, done, toast, told
from relay import offers, ratings, talk, tickets
from relay.channel import Act, Button, Post, Ref
from relay.language import Gettext
from relay.moves import Move
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Link, Question, Ticket
from relay.text import Text

MOVES = {move.value for move in Move}
SOME = 5  #: messages that "the last few" are


def router() -> Router:
    """Return these handlers."""
    root = Router(name="presses")
    root.callback_query.register(pass_on, Press.filter(F.act == Move.PASS_ON))
    root.callback_query.register(
        pass_on_with, Press.filter(F.act.in_({Act.ALL, Act.SOME, Act.NONE}))
    )
    root.callback_query.register(everybody, Press.filter(F.act == Act.EVERYBODY))
    root.callback_query.register(wait_for, Press.filter(F.act == Act.REQUIRE))
    root.callback_query.register(move, Press.filter(F.act.in_(MOVES)))
    root.callback_query.register(rate, Press.filter(F.act == Act.RATE))
    return root


async def pass_on(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Pass a ticket on: to the one party there is, or to the one that is chosen."""
    about, to = callback_data.about, callback_data.choice
    ways = await offers.ways_on(store, speaker, about)
    if to is None and len(ways) > 1 and isinstance(query.message, Message):
        return told(query, to_whom(about, ways, _))
    way = next((way for way in ways if to in {None, way.lower_id}), None)
    said = await offers.story(store, speaker, about, way.lower_id) if way else 0
    if way and said and isinstance(query.message, Message):
        return told(query, how_much(about, way, said, _))
    return await passed_on(query, store, speaker, about, to, None, _)


def to_whom(about: int, ways: list[Link], _: Gettext) -> Post:
    """Ask to whom a ticket is to be passed on: to one, or to all, of whom the first has it."""
    buttons = [[Button(way.lower.name, Move.PASS_ON, about, way.lower_id)] for way in ways]
    buttons.append([Button("👥 " + _("To all: the first to take it"), Act.EVERYBODY, about)])
    return Post(Text(_("Pass it on to whom?")), buttons=buttons)


async def everybody(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Offer a ticket to all whom it is for."""
    below = await offers.offer_to_all(store, speaker, callback_data.about)
    words = _.plural("Offered to {n} partner.", "Offered to {n} partners.", len(below))
    return done(query, words)


async def wait_for(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Let one's own result wait for that of a party below, or not."""
    needed = bool(callback_data.choice)
    below = await offers.wait_for(store, speaker, callback_data.about, needed=needed)
    words = _("{number} need not be finished before you resolve.")
    if needed:
        words = _("You can resolve once {number} is finished.")
    return done(query, words.format(number=below.number))


def whether_to_wait(below: Ticket, _: Gettext) -> Post:
    """Ask whether the result has to wait for one of several parties below."""
    text = _("Do you have to wait for the result of {party}, {number}, before you resolve?")
    choices = ((_("Yes, wait"), 1), (_("No, go ahead without"), 0))
    return Post(
        Text(text.format(party=below.party.name, number=below.number)),
        buttons=[[Button(label, Act.REQUIRE, below.id, choice)] for label, choice in choices],
    )


def how_much(about: int, way: Link, said: int, _: Gettext) -> Post:
    """Ask how much of what was said so far goes along."""
    to = way.lower_id
    everything = _.plural("The one message", "All {n} messages", said).format(n=said)
    choices = [Button(everything, Act.ALL, about, to)]
    if said > SOME:
        choices.append(Button(_("The last {n}").format(n=SOME), Act.SOME, about, to))
    choices.append(Button(_("The request alone"), Act.NONE, about, to))
    text = _("What is {party} to read of what was said so far?").format(party=way.lower.name)
    return Post(Text(text), buttons=[[each] for each in choices])


async def pass_on_with(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Pass a ticket on with as much of the story as was chosen."""
    most = {Act.ALL: None, Act.SOME: SOME, Act.NONE: 0}[Act(callback_data.act)]
    about, to = callback_data.about, callback_data.choice
    return await passed_on(query, store, speaker, about, to, most, _)


async def passed_on(
    query: CallbackQuery,
    store: Store,
    speaker: Speaker,
    about: int,
    to: int | None,
    most: int | None,
    _: Gettext,
) -> Reply:
    """Pass a ticket on, and say to whom."""
    below = await tickets.press(store, speaker, Move.PASS_ON, about, to, most)
    assert not isinstance(below, Question)  # noqa: S101 - passing on needs no words
    words = _("Passed on to {party} as {number}.")
    words = words.format(party=below.party.name, number=below.number)
    replies = await said_at(query, store, speaker, words)
    beside = below.upper and len(below.upper.open_lowers) > 1
    if beside and isinstance(query.message, Message):
        return *replies, answer(query.message, whether_to_wait(below, _))
    return replies


async def said_at(
    query: CallbackQuery, store: Store, speaker: Speaker, words: str
) -> tuple[TelegramMethod[Any], ...]:
    """Say what a press has done; what it was pressed on has no buttons then, but for cards."""
    if query.message and await talk.is_card(store, speaker, Ref(str(query.message.message_id))):
        return (toast(query, words),)
    said = done(query, words)
    return said if isinstance(said, tuple) else (said,)


async def move(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Make any other move."""
    made = await tickets.press(store, speaker, Move(callback_data.act), callback_data.about)
    if isinstance(made, Question):
        return toast(query, _("Please reply to the question below."))
    words = done_words(Move(callback_data.act), _).format(number=made.number)
    return await said_at(query, store, speaker, words)


async def rate(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Give stars."""
    stars = callback_data.choice or 0
    await ratings.rate(store, speaker, callback_data.about, stars)
    return done(query, _("Thank you: {stars} of 5.").format(stars=stars))


def done_words(made: Move, _: Gettext) -> str:
    """Say what a press has done."""
    match made:
        case Move.TAKE:
            return _("{number} is yours.")
        case Move.ACCEPT:
            return _("{number} is accepted.")
        case Move.CANCEL:
            return _("{number} is cancelled.")
        case _:
            return _("{number}: done.")
