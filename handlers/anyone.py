"""What everybody may do, wherever they are: /id, /lang, /help."""

from collections.abc import Collection

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message

from handlers.filters import when
from handlers.forms import Press
from handlers.replies import answer, toast
from relay import people
from relay.channel import Act, Button, Post
from relay.language import LANGUAGES, Gettext, speak
from relay.speaker import Speaker
from relay.store import Store
from relay.text import Text, lines


def router() -> Router:
    """Return these handlers."""
    root = Router(name="anyone")
    root.message.register(where, Command("id"))
    root.message.register(languages, Command("lang"))
    root.message.register(help_party, Command("help"), when(F.chat.type != ChatType.PRIVATE))
    root.message.register(help_client, Command("help"))
    root.callback_query.register(language, Press.filter(F.act == Act.LANGUAGE))
    return root


async def where(message: Message, _: Gettext) -> SendMessage:
    """Say the chat's id, as the chain file needs it."""
    return answer(message, _("The id of this chat is {id}.").format(id=message.chat.id))


async def languages(message: Message, _: Gettext) -> SendMessage:
    """Offer the languages there are."""
    choices = [Button(name, Act.LANGUAGE, place) for place, name in enumerate(LANGUAGES.values())]
    return answer(message, Post(Text(_("Which language shall I speak here?")), buttons=[choices]))


async def language(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker
) -> AnswerCallbackQuery:
    """Speak another language in this chat."""
    chosen = people.speaks(speaker, callback_data.about)
    await people.reworded(store, speaker, chosen)
    _ = speak(chosen)
    return toast(query, _("I speak English here now."))


async def help_party(message: Message, speaker: Speaker, _: Gettext) -> SendMessage:
    """Say what can be done in a group."""
    if speaker.party is None:
        return await help_group(message, _)
    return answer(
        message,
        lines(
            _("Each request comes here as a card with buttons. Press Take to start on it."),
            _(
                "Only replies leave this chat, and a reply goes towards the one you reply to. "
                "Everything else you write here stays among yourselves."
            ),
            "",
            _("/status – open tickets, yours to move first"),
            _("/status 17 – the story of one ticket, with a picture"),
            _("/overdue – what is past its deadline, here and with your partners"),
            _("/mine – open tickets that you took or moved last"),
            _("/subscribe report weekly Mon 09:00 – a report that comes by itself; alone: which"),
            _("/report month – what was done, how fast and how well; also for one partner"),
            _("/partners – how your partners do, ranked"),
            _("/contribution 17 – who had which share in a case"),
            _("/say 17 text – say something about a ticket without replying"),
            _("/note 17 text – a note that only this chat can see"),
            _("/equipment words – find a machine in your register; alone: how to fill it"),
            _("/qr – stickers for your equipment, to print"),
            _("/check – what I may do in this chat, and what I lack"),
            _("/retract – in reply to a message of yours: take it back everywhere"),
            _("/invite Name – bring a partner in, to whom you can pass requests on"),
            _("/party – name, code, working hours and more of your company"),
            _("/links – your partners and what you agreed; pause or end it"),
            _("/lead – who leads here; in reply to somebody: name them"),
            _("/block 17 reason, /unblock 17 – hear the client of a ticket no more, or again"),
            _("/link – the link by which clients write to you, also as a picture"),
            _("/lang – another language"),
            "",
            _(
                "An edited message is corrected everywhere. I cannot see that you deleted a "
                "message: use /retract. Nor can I see whether one was read."
            ),
        ),
    )


async def help_group(message: Message, _: Gettext) -> SendMessage:
    """Say what can be done in a client's group."""
    return answer(
        message,
        lines(
            _("Write /new and what happened, and it becomes a request."),
            _("Reply to my messages to go on with it."),
            "",
            _("/status – your requests and how they stand"),
            _("/retract – in reply to a message of yours: take it back everywhere"),
            _("/lang – another language"),
        ),
    )


async def help_client(message: Message, operators: Collection[str], _: Gettext) -> SendMessage:
    """Say what a client can do, and an operator beside that."""
    own = [_("/health – what needs a look"), _("/invite Name – bring a first company in"), ""]
    return answer(
        message,
        lines(
            *(own if str(message.chat.id) in operators else ()),
            _("Just write what happened; a photo helps. You will read here how it goes on."),
            "",
            _("/new text – another request beside an open one"),
            _("/status – your requests and how they stand"),
            _("/cancel – call a request off"),
            _("/skip – go on without answering what I ask before a request"),
            _("/retract – in reply to a message of yours: take it back everywhere"),
            _("/lang – another language"),
            "",
            _(
                "An edited message is corrected everywhere. I cannot see that you deleted a "
                "message: use /retract. Nor can I see whether one was read."
            ),
        ),
    )
