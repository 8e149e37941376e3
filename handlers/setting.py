"""What leads change in their party's chat: /party, /links, /lead, each change before and after."""

from collections.abc import Awaitable, Callable, Collection
from typing import Final

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message, MessageOriginUser, User

from handlers.filters import of_party, when
from handlers.forms import Press, replied
from handlers.party import party_of
from handlers.replies import Reply, answer, instead, toast
from relay import changing, pages
from relay.channel import Act
from relay.language import Gettext
from relay.refusals import NotSomebody
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Proposal, Question

DECISIONS: Final[dict[str, Callable[[Store, Speaker, int], Awaitable[Proposal]]]] = {
    Act.CONFIRM: changing.confirm,
    Act.CONSENT: changing.agree,
    Act.LEAVE: changing.leave,
}

Page = EditMessageText | AnswerCallbackQuery


def router() -> Router:
    """Return these handlers."""
    root = Router(name="setting")
    root.message.filter(of_party)
    root.callback_query.filter(of_party)
    root.message.register(log, Command("party"), when(F.text.regexp(r"(?i)^\S+\s+log\b")))
    root.message.register(company, Command("party"))
    root.message.register(links, Command("links"))
    root.message.register(lead, Command("lead"))
    root.callback_query.register(company_again, Press.filter(F.act == Act.COMPANY))
    root.callback_query.register(log_again, Press.filter(F.act == Act.LOG))
    root.callback_query.register(links_again, Press.filter(F.act == Act.LINKS))
    root.callback_query.register(link, Press.filter(F.act == Act.LINK))
    root.callback_query.register(choose, Press.filter(F.act.in_({Act.SET, Act.TERM})))
    root.callback_query.register(unlead, Press.filter(F.act == Act.UNLEAD))
    root.callback_query.register(decide, Press.filter(F.act.in_({*DECISIONS})))
    return root


async def company(
    message: Message,
    store: Store,
    speaker: Speaker,
    administrators: Collection[str],
    _: Gettext,
) -> SendMessage:
    """Show how the chat's party is set."""
    return answer(message, await pages.party_page(store, party_of(speaker), administrators, _))


async def company_again(
    query: CallbackQuery,
    store: Store,
    speaker: Speaker,
    administrators: Collection[str],
    _: Gettext,
) -> Page:
    """Go back to that."""
    return instead(query, await pages.party_page(store, party_of(speaker), administrators, _))


async def log(message: Message, store: Store, speaker: Speaker, _: Gettext) -> SendMessage:
    """Show what was changed, and by whom."""
    return answer(message, await pages.log_page(store, party_of(speaker), _))


async def log_again(query: CallbackQuery, store: Store, speaker: Speaker, _: Gettext) -> Page:
    """Show the same at the press of a button."""
    return instead(query, await pages.log_page(store, party_of(speaker), _))


async def links(message: Message, store: Store, speaker: Speaker, _: Gettext) -> SendMessage:
    """List from whom work comes, and to whom it goes."""
    return answer(message, await pages.links_page(store, party_of(speaker), 0, _))


async def links_again(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Page:
    """Turn a page of that list."""
    return instead(query, await pages.links_page(store, party_of(speaker), callback_data.about, _))


async def link(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Page:
    """Show the terms of one link."""
    found = await changing.link_of(store, speaker, callback_data.about)
    return instead(query, pages.link_page(found, party_of(speaker), _))


async def choose(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Show what can be chosen, or what a choice would change; or ask for words."""
    about, choice, of_link = (
        callback_data.about,
        callback_data.choice,
        callback_data.act == Act.TERM,
    )
    record, setting, more = await changing.chosen(store, speaker, about, choice or 0, link=of_link)
    if isinstance(more, Question):
        return toast(query, _("Please reply to the question below."))
    if more is None:
        return instead(query, pages.choices_page(record, setting, _))
    return instead(query, await pages.confirm_post(store, more, _))


async def decide(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Page:
    """Make a change, agree to it, or leave all as it was."""
    proposal = await DECISIONS[callback_data.act](store, speaker, callback_data.about)
    who = speaker.person.name if speaker.person else party_of(speaker).name
    return instead(query, await pages.made_post(store, proposal, who, _))


async def lead(
    message: Message,
    store: Store,
    speaker: Speaker,
    administrators: Collection[str],
    _: Gettext,
) -> SendMessage:
    """Name whoever is replied to a lead, or list who leads."""
    if replied(message) is None:
        return answer(message, await pages.leads_page(store, party_of(speaker), administrators, _))
    person = replied_person(message)
    if person is None:
        raise NotSomebody
    named = await changing.name_lead(
        store, speaker, str(person.id), person.full_name, person.username
    )
    return answer(message, await pages.confirm_post(store, named, _))


def replied_person(message: Message) -> User | None:
    """Return the person whose message is replied to; None: it is nobody's in particular."""
    target, outside = message.reply_to_message, message.external_reply
    if outside and isinstance(outside.origin, MessageOriginUser):
        person: User | None = outside.origin.sender_user
    else:
        person = target.from_user if target else None
    return None if person is None or person.is_bot else person


async def unlead(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Page:
    """Ask whether somebody shall lead no more."""
    proposal = await changing.dismiss(store, speaker, callback_data.about)
    return instead(query, await pages.confirm_post(store, proposal, _))
