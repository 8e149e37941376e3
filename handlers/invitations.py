"""How a chain sets itself up: a lead invites, a group is brought the link, a lead there accepts."""

from collections.abc import Callable
from typing import Final

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import SendMessage, SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeChat, CallbackQuery, Message

from handlers.filters import of_operator, of_party, when
from handlers.forms import Press
from handlers.refusals import words
from handlers.replies import Reply, answer, done, instead, toast
from relay import invitations
from relay.channel import Act, Button, Post
from relay.invitations import Issued
from relay.language import Gettext, speak
from relay.refusals import NotInvited
from relay.speaker import Speaker
from relay.store import Store
from relay.text import Text, bold, fill, lines, shortened

SHAPE: Final = r"^[A-Za-z0-9_-]{22}$"  #: of a token: 128 bits
RIGHTS: Final = "manage_topics+pin_messages"  #: that the app offers to give on the way; Bot API

#: What can be called in a party's chat, in its language.
Menu = Callable[[Gettext], list[BotCommand]]


def router() -> Router:
    """Return these handlers."""
    root = Router(name="invitations")
    for who in (of_party, of_operator):
        root.message.register(invite, Command("invite", magic=F.args), who)
        root.message.register(sent_out, Command("invite"), who)
        root.callback_query.register(revoke, Press.filter(F.act == Act.REVOKE), who)
    root.message.register(
        come,
        CommandStart(deep_link=True, magic=F.args.regexp(SHAPE)),
        when(F.chat.type != ChatType.PRIVATE),
    )
    root.callback_query.register(accept, Press.filter(F.act == Act.AGREE))
    root.callback_query.register(decline, Press.filter(F.act == Act.REFUSE))
    return root


async def invite(
    message: Message, command: CommandObject, store: Store, speaker: Speaker, _: Gettext
) -> SendMessage:
    """Make an invitation: its link stands in this answer, and nowhere else."""
    issued = await invitations.invite(store, speaker, command.args or "")
    revoking = [[Button(_("Take it back"), Act.REVOKE, issued.id)]]
    return answer(message, Post(links(issued, await username(message), _), buttons=revoking))


async def sent_out(message: Message, store: Store, speaker: Speaker, _: Gettext) -> SendMessage:
    """Say how to invite, and which invitations are open."""
    return answer(message, await listed(store, speaker, _))


async def listed(store: Store, speaker: Speaker, _: Gettext) -> Post:
    """Return the open invitations, each with a button that takes it back."""
    found = await invitations.sent_out(store, speaker)
    how = _(
        "To bring a partner in, write /invite and the name of their company: /invite Cold Repair"
    )
    if not found:
        return Post(Text(how))
    told = _("• {name}, until {moment}")
    return Post(
        lines(
            how,
            _("These invitations are open. Press one to take it back:"),
            *(fill(told, name=each.name, moment=_.moment(each.until, store.now)) for each in found),
        ),
        buttons=[
            [Button("✖️ " + shortened(each.name, 40), Act.REVOKE, each.id, 1)] for each in found
        ],
    )


async def revoke(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Take an invitation back; choice: 1, from the list, which is shown anew."""
    invitation = await invitations.revoke(store, speaker, callback_data.about)
    said = _("The invitation for {name} is not valid any more.").format(name=invitation.name)
    if callback_data.choice:
        return toast(query, said), instead(query, await listed(store, speaker, _))
    return done(query, said)


async def come(
    message: Message, command: CommandObject, store: Store, speaker: Speaker, _: Gettext
) -> SendMessage | None:
    """Bring an invitation into a group; its terms come by themselves."""
    refused = await invitations.come(store, speaker, command.args or "")
    return answer(message, words(refused, _)) if refused else None


async def accept(
    query: CallbackQuery,
    callback_data: Press,
    store: Store,
    speaker: Speaker,
    menu: Menu,
    _: Gettext,
) -> Reply:
    """Agree to the terms: the chat is a party from now on, and gets its menu."""
    known = speaker.party
    party = await invitations.accept(store, speaker, callback_data.about)
    if isinstance(party, NotInvited):
        return toast(query, words(party, _), alert=True)
    scope = BotCommandScopeChat(chat_id=int(party.place))
    commands = SetMyCommands(commands=menu(speak(party.language)), scope=scope)
    replies = done(query, _("Accepted."))
    told = replies if isinstance(replies, tuple) else (replies,)
    if party.clients and not known and isinstance(query.message, Message):
        link = f"https://t.me/{await username(query.message)}?start={party.key}"
        said = _("Clients of {party} come through this link: {link}")
        told = (*told, answer(query.message, said.format(party=party.name, link=link)))
    return (*told, commands)


async def decline(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Decline the terms."""
    await invitations.decline(store, speaker, callback_data.about)
    return done(query, _("Declined."))


async def username(message: Message) -> str:
    """Return the bot's username: it is known since the start, so nobody is asked."""
    me = await message.bot.me() if message.bot else None
    return (me.username if me else None) or ""


def links(issued: Issued, bot: str, _: Gettext) -> Text:
    """Say what a partner has to do, with both links."""
    bare = f"https://t.me/{bot}?startgroup={issued.token}"
    return lines(
        fill(
            _("Send this to {name}. It works once, for 7 days, for whoever has it:"),
            name=bold(issued.name),
        ),
        f"{bare}&admin={RIGHTS}",
        "",
        _(
            "There they open the link, choose the group in which they want to work or make a new "
            "one, and an administrator of it presses Accept below what I say there."
        ),
        "",
        _("If they may not give me rights in the group, this link asks for none:"),
        bare,
        "",
        fill(
            _("If no link works: add {bot} to the group, and write there {command}"),
            bot=f"@{bot}",
            command=f"/start@{bot} {issued.token}",
        ),
    )
