"""Reports that come by themselves: leads subscribe to them, and stop them."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message
from babel.dates import get_day_names

from handlers.filters import of_party
from handlers.forms import Press
from handlers.refusals import how_to_subscribe
from handlers.replies import Reply, answer, instead, toast
from relay import subscriptions
from relay.channel import Act, Button, Post
from relay.language import Gettext
from relay.rhythms import Every, Rhythm
from relay.speaker import Speaker
from relay.store import Store
from relay.text import fill, lines

SHORTEST = 28  #: days that every month has


def router() -> Router:
    """Return these handlers."""
    root = Router(name="subscriptions")
    root.message.filter(of_party)
    root.callback_query.filter(of_party)
    root.message.register(subscribe, Command("subscribe", magic=F.args))
    root.message.register(show, Command("subscribe", "unsubscribe"))
    root.callback_query.register(stop, Press.filter(F.act == Act.UNSUBSCRIBE))
    return root


async def subscribe(
    message: Message, command: CommandObject, store: Store, speaker: Speaker, _: Gettext
) -> SendMessage:
    """Let a report come by itself."""
    made = await subscriptions.subscribe(store, speaker, command.args or "")
    first = _.moment(made.next_at, store.now)
    return answer(
        message,
        lines(
            promise(made.rhythm, _),
            fill(_("The first one comes {moment}. /subscribe shows and stops them."), moment=first),
        ),
    )


async def show(message: Message, store: Store, speaker: Speaker, _: Gettext) -> SendMessage:
    """Say which reports come by themselves."""
    return answer(message, await listed(store, speaker, _))


async def stop(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Let a report come no more, and show which still do."""
    await subscriptions.stop(store, speaker, callback_data.about)
    said = toast(query, _("This report comes no more."))
    return said, instead(query, await listed(store, speaker, _))


async def listed(store: Store, speaker: Speaker, _: Gettext) -> Post:
    """Return what comes by itself, each with a button that stops it."""
    found = await subscriptions.of_party(store, speaker)
    title = _("No report comes here by itself.")
    if found:
        title = _("These reports come here by themselves. Press one to stop it.")
    return Post(
        lines(title, "", _("To have one more, write what and when:"), *how_to_subscribe(_)),
        buttons=[[Button("✖️ " + when(each.rhythm, _), Act.UNSUBSCRIBE, each.id)] for each in found],
    )


def when(rhythm: Rhythm, _: Gettext) -> str:
    """Return when something comes, in words that fit a button."""
    match rhythm.every:
        case Every.DAY:
            return _("every day, {time}").format(time=rhythm.at)
        case Every.WEEK:
            said = _("every week, {weekday} {time}")
            return said.format(weekday=weekday(rhythm, _), time=rhythm.at)
        case Every.MONTH:
            said = _("every month, day {day}, {time}")
            return said.format(day=rhythm.day, time=rhythm.at)


def promise(rhythm: Rhythm, _: Gettext) -> str:
    """Say what comes from now on, and when."""
    match rhythm.every:
        case Every.DAY:
            said = _("Every day at {time} the report of the day before comes here.")
            return said.format(time=rhythm.at)
        case Every.WEEK:
            said = _("Every week the report of the week before comes here: {weekday} at {time}.")
            return said.format(weekday=weekday(rhythm, _), time=rhythm.at)
        case Every.MONTH if rhythm.day > SHORTEST:
            said = _(
                "Every month the report of the month before comes here: on day {day} at {time}, in "
                "shorter months on their last day."
            )
            return said.format(day=rhythm.day, time=rhythm.at)
        case Every.MONTH:
            said = _("Every month the report of the month before comes here: day {day} at {time}.")
            return said.format(day=rhythm.day, time=rhythm.at)


def weekday(rhythm: Rhythm, _: Gettext) -> str:
    """Return the name of a day of the week."""
    return str(get_day_names("wide", context="stand-alone", locale=_.language)[rhythm.day])
