"""What the members of a party do in its chat: reply, note, say, look."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message

from handlers.filters import command_like, of_party, replies, when
from handlers.forms import Press, replied
from handlers.replies import Lookup, Reply, answer, done, instead, looking, shown, told
from handlers.words import after_command, known, number_first
from relay import making, questions, status, talk, timelines
from relay.channel import Act
from relay.language import Gettext
from relay.refusals import Elsewhere, NoSuchTicket, NothingThere, Refusal
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Party, Ticket
from relay.writing import Said


def router() -> Router:
    """Return these handlers."""
    root = Router(name="party")
    root.message.filter(of_party)
    root.callback_query.filter(of_party)
    root.message.register(came, CommandStart())
    root.message.register(one_status, Command("status"), when(F.text.regexp(r"^\S+\s+\S")))
    root.message.register(all_status, Command("status"))
    root.message.register(note, Command("note"))
    root.message.register(say, Command("say"))
    root.message.register(not_here, Command("new", "cancel"))
    root.message.register(unknown_command, command_like)
    root.message.register(reply, replies)
    root.callback_query.register(page, Press.filter(F.act == Act.PAGE))
    root.callback_query.register(choose_way, Press.filter(F.act == Act.GO))
    root.callback_query.register(pass_message, Press.filter(F.act == Act.RELAY))
    root.callback_query.register(show, Press.filter(F.act == Act.SHOW))
    root.callback_query.register(use_result, Press.filter(F.act == Act.RESULT))
    return root


async def came(message: Message, speaker: Speaker, _: Gettext) -> SendMessage:
    """Greet a party's chat."""
    text = _("This is the chat of {party}. Requests will appear here; /help says how.")
    return answer(message, text.format(party=party_of(speaker).name))


async def all_status(message: Message, speaker: Speaker, _: Gettext) -> Lookup:
    """List the party's open tickets; in the topic of one, tell its story."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        ticket = await store.ticket_in(speaker.topic) if speaker.topic else None
        if ticket:
            return shown(message, await timelines.story(store, ticket, _))
        return answer(message, await status.of_party(store, party_of(speaker), 0, _))

    return looking(message, speaker, _, find)


async def page(query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext) -> Lookup:
    """Turn a page of the list."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        post = await status.of_party(store, party_of(speaker), callback_data.about, _)
        return instead(query, post)

    return looking(query, speaker, _, find)


async def one_status(
    message: Message, command: CommandObject, speaker: Speaker, _: Gettext
) -> Lookup:
    """Tell the story of one ticket."""
    number = (command.args or "").strip()

    async def find(store: Store, speaker: Speaker) -> Reply:
        ticket = await status.of_number(store, speaker, number)
        if ticket is None:
            raise NoSuchTicket(number)
        return shown(message, await timelines.story(store, ticket, _))

    return looking(message, speaker, _, find)


async def show(query: CallbackQuery, callback_data: Press, speaker: Speaker, _: Gettext) -> Lookup:
    """Tell the story of the ticket that stands on a button."""

    async def find(store: Store, speaker: Speaker) -> Reply:
        ticket = await making.find(store, speaker, callback_data.about)
        if ticket.party_id != party_of(speaker).id:
            raise NoSuchTicket
        return told(query, await timelines.story(store, ticket, _))

    return looking(query, speaker, _, find)


async def reply(message: Message, store: Store, speaker: Speaker, heard: Said | None) -> None:
    """Let a reply leave the chat, towards the one it replies to."""
    if heard and heard.elsewhere:
        raise Elsewhere
    if (heard.reply_to if heard else replied(message)) is None:
        return
    await talk.reply(store, speaker, known(heard))


async def note(
    message: Message, store: Store, speaker: Speaker, heard: Said | None, _: Gettext
) -> SendMessage:
    """Keep a note that only this chat can see."""
    ticket, said = await meant(known(heard), store, speaker, "/note")
    await talk.note(store, speaker, ticket, said)
    return answer(message, _("Noted on {number}.").format(number=ticket.number))


async def say(message: Message, store: Store, speaker: Speaker, heard: Said | None) -> None:
    """Say something about a ticket without replying to anything."""
    ticket, said = await meant(known(heard), store, speaker, "/say")
    await talk.say(store, speaker, ticket, said, talk.heading(ticket, None))


async def not_here(message: Message, _: Gettext) -> SendMessage:
    """Say that a client's command has no meaning in a party's chat."""
    return answer(message, _("This is for clients. Here, use the buttons under the cards."))


async def unknown_command(message: Message, _: Gettext) -> SendMessage:
    """Say which commands there are."""
    return answer(message, _("I do not know this command. /help lists what I can do."))


async def choose_way(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Send a reply to the card up, down or both ways."""
    await talk.choose_way(store, speaker, callback_data.about, callback_data.choice or 0)
    return done(query, _("It is on its way."))


async def pass_message(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Let a message go on that waited here."""
    await talk.pass_message(store, speaker, callback_data.about, callback_data.choice or 0)
    return done(query, _("It is on its way."))


async def use_result(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Pass a result up in the words that came from below."""
    ticket = await questions.use_result(store, speaker, callback_data.about)
    return done(query, _("{number} is resolved.").format(number=ticket.number))


async def meant(said: Said, store: Store, speaker: Speaker, command: str) -> tuple[Ticket, Said]:
    """Return the ticket that a command is about, and its words.

    It is the one named, else the one whose card or message is replied to, else the only one.
    """
    number, words = number_first(after_command(said.content))
    if said.reply_to and not number:
        ticket = await making.replied_to(store, speaker, said.reply_to)
    else:
        ticket = await making.only(store, speaker, number, command)
    if not words:
        raise NothingThere(command)
    return ticket, replace(said, content=words)


def party_of(speaker: Speaker) -> Party:
    """Return the party that the router's filter has seen."""
    if speaker.party is None:
        raise Refusal
    return speaker.party
