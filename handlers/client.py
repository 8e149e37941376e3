"""What clients do: ask, add, answer, look, call off."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message

from handlers.filters import command_like, of_client, when
from handlers.forms import Press
from handlers.replies import Reply, answer, done, told
from handlers.words import after_command, known, number_first
from relay import intake, making, requests, status
from relay.channel import Act
from relay.language import Gettext
from relay.refusals import NoSuchTicket, NothingThere, Refusal
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Client
from relay.writing import Said

NUMBER = r"^[A-Z]{2,6}-\d+$"  #: of a ticket: a link to its card, where cards have no address


def router() -> Router:
    """Return these handlers."""
    root = Router(name="client")
    root.message.filter(of_client)
    root.callback_query.filter(of_client)
    root.message.register(one_status, CommandStart(deep_link=True, magic=F.args.regexp(NUMBER)))
    root.message.register(came_for, CommandStart(deep_link=True))
    root.message.register(came, CommandStart())
    root.message.register(new, Command("new"))
    root.message.register(one_status, Command("status"), when(F.text.regexp(r"^\S+\s+\S")))
    root.message.register(all_status, Command("status"))
    root.message.register(cancel, Command("cancel"))
    root.message.register(unknown_command, command_like)
    root.message.register(says)
    root.callback_query.register(choose_case, Press.filter(F.act == Act.PLACE))
    root.callback_query.register(show, Press.filter(F.act == Act.SHOW))
    root.callback_query.register(choose_party, Press.filter(F.act == Act.PARTY))
    return root


async def came_for(
    message: Message, command: CommandObject, store: Store, speaker: Speaker, _: Gettext
) -> SendMessage:
    """Greet somebody who followed a party's link."""
    party = await requests.meet(store, speaker, command.args or "")
    text = _(
        "Hello! This is {party}. Write what happened; a photo helps. You will read here "
        "how it goes on."
    )
    return answer(message, text.format(party=party.name))


async def came(message: Message, _: Gettext) -> SendMessage:
    """Greet somebody who came by themselves."""
    return answer(
        message, _("Hello! Write what happened; a photo helps. You will read here how it goes on.")
    )


async def new(message: Message, store: Store, speaker: Speaker, heard: Said | None) -> None:
    """Open another case beside those that are open."""
    words = after_command(known(heard).content)
    if not words:
        raise NothingThere("/new")
    await requests.ask(store, speaker, replace(known(heard), content=words), new=True)


async def says(message: Message, store: Store, speaker: Speaker, heard: Said | None) -> None:
    """Take what a client writes; in a group only replies are meant for us."""
    said = known(heard)
    private = message.chat.type == ChatType.PRIVATE
    if private or await requests.meant_for_us(store, speaker, said):
        await requests.ask(store, speaker, said)


async def all_status(message: Message, store: Store, speaker: Speaker, _: Gettext) -> SendMessage:
    """List the client's own cases."""
    return answer(message, await status.of_client(store, client_of(speaker), _))


async def one_status(
    message: Message, command: CommandObject, store: Store, speaker: Speaker, _: Gettext
) -> SendMessage:
    """Tell how one case stands."""
    ticket = await status.of_number(store, speaker, (command.args or "").strip())
    if ticket is None:
        raise NoSuchTicket((command.args or "").strip())
    return answer(message, await status.of_client_ticket(store, ticket, _))


async def show(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Tell how the case stands whose number is on a button."""
    ticket = await making.find(store, speaker, callback_data.about)
    return told(query, await status.of_client_ticket(store, ticket, _))


async def cancel(
    message: Message, store: Store, speaker: Speaker, heard: Said | None, _: Gettext
) -> SendMessage | None:
    """Call a case off: the one named, what is asked about just now, or the only one there is.

    Who likes says why, in several words: one alone is taken for a number that is none.
    """
    said = known(heard)
    number, words = number_first(after_command(said.content))
    if not number and not words and await intake.call_off(store, speaker):
        return None
    if not number and len(words.text.plain.split()) == 1:
        raise NoSuchTicket(words.text.plain)
    ticket = await making.only(store, speaker, number, "/cancel")
    await requests.call_off(store, speaker, ticket, replace(said, content=words))
    return answer(message, _("{number} is cancelled.").format(number=ticket.number))


async def unknown_command(message: Message, _: Gettext) -> SendMessage:
    """Say which commands there are, rather than send nonsense to a company."""
    return answer(message, _("I do not know this command. /help lists what I can do."))


async def choose_case(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Put a message where its client says that it belongs."""
    await requests.choose_case(store, speaker, callback_data.about, callback_data.choice or 0)
    return done(query, _("Thank you, it is on its way."))


async def choose_party(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Ask the party that the client chose."""
    about, choice = callback_data.about, callback_data.choice or 0
    party = await requests.choose_party(store, speaker, about, choice)
    if party is None:
        return done(query, _("Thank you."))
    return done(query, _("Thank you, {party} has it.").format(party=party.name))


def client_of(speaker: Speaker) -> Client:
    """Return the client that the router's filter has seen."""
    if speaker.client is None:
        raise Refusal
    return speaker.client
