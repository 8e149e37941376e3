"""The buttons under cards and results: every move of a ticket, and the stars."""

from aiogram import F, Router
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message

from handlers.forms import Press
from handlers.replies import Reply, answer, done, toast
from relay import offers, ratings, talk, tickets
from relay.channel import Act, Button, Post, Ref
from relay.language import Gettext
from relay.moves import Move
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Question
from relay.text import Text

MOVES = {move.value for move in Move}


def router() -> Router:
    """Return these handlers."""
    root = Router(name="presses")
    root.callback_query.register(pass_on, Press.filter(F.act == Move.PASS_ON))
    root.callback_query.register(move, Press.filter(F.act.in_(MOVES)))
    root.callback_query.register(rate, Press.filter(F.act == Act.RATE))
    return root


async def pass_on(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> AnswerCallbackQuery | SendMessage:
    """Pass a ticket on: to the one party there is, or to the one that is chosen."""
    about, to = callback_data.about, callback_data.choice
    ways = await offers.ways_on(store, speaker, about) if to is None else []
    if len(ways) > 1 and isinstance(query.message, Message):
        buttons = [[Button(way.lower.name, Move.PASS_ON, about, way.lower_id)] for way in ways]
        return answer(query.message, Post(Text(_("Pass it on to whom?")), buttons=buttons))
    below = await tickets.press(store, speaker, Move.PASS_ON, about, to)
    assert not isinstance(below, Question)  # noqa: S101 - passing on needs no words
    text = _("Passed on to {party} as {number}.")
    return toast(query, text.format(party=below.party.name, number=below.number))


async def move(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Make any other move."""
    made = await tickets.press(store, speaker, Move(callback_data.act), callback_data.about)
    if isinstance(made, Question):
        return toast(query, _("Please reply to the question below."))
    words = done_words(Move(callback_data.act), _).format(number=made.number)
    if query.message and await talk.is_card(store, speaker, Ref(str(query.message.message_id))):
        return toast(query, words)
    return done(query, words)


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
