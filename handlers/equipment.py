"""What people do about equipment: members look up, leads bring in, clients scan."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import SendDocument, SendMessage
from aiogram.types import CallbackQuery, Message

from handlers.filters import of_client, of_party, when
from handlers.forms import Press
from handlers.registers import report
from handlers.replies import Reply, answer, document, instead, toast, told
from handlers.stickers import Sheet, Sticker
from relay import equipment
from relay.chain import STICKER
from relay.channel import Act
from relay.equipment import Brought
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store
from relay.text import Text, bold, fill

SHEET = 500  #: stickers of one file


def router() -> Router:
    """Return these handlers."""
    root = Router(name="equipment")
    root.include_router(of_parties())
    root.include_router(of_clients())
    return root


def of_parties() -> Router:
    """Return what members do."""
    root = Router(name="registers")
    root.message.filter(of_party)
    root.callback_query.filter(of_party)
    root.message.register(offer, Command("equipment"), when(F.document))
    root.message.register(look_up, Command("equipment"))
    root.message.register(stickers, Command("qr"))
    root.callback_query.register(confirm, Press.filter(F.act == Act.REGISTER))
    root.callback_query.register(show, Press.filter(F.act == Act.MACHINE))
    return root


def of_clients() -> Router:
    """Return what clients do."""
    root = Router(name="stickers")
    root.message.filter(of_client)
    root.message.register(scanned, CommandStart(deep_link=True, magic=F.args.startswith(STICKER)))
    return root


async def offer(
    message: Message, store: Store, speaker: Speaker, brought: Brought, _: Gettext
) -> SendMessage:
    """Say what a lead's file changes in the register, and ask."""
    return answer(message, report(await equipment.offer(store, speaker, brought), _))


async def confirm(
    query: CallbackQuery,
    callback_data: Press,
    store: Store,
    speaker: Speaker,
    brought: Brought,
    _: Gettext,
) -> Reply:
    """Bring a file in, if it still changes what was said."""
    asked = callback_data.about
    changes, made = await equipment.confirm(store, speaker, brought, asked)
    if made:
        by = speaker.person.name if speaker.person else ""
        said = _("The register is changed.")
        return toast(query, said), instead(query, report(changes, _, by=by))
    said = _("The register has changed meanwhile. Please look once more.")
    return toast(query, said), instead(query, report(changes, _))


async def look_up(
    message: Message, command: CommandObject, store: Store, speaker: Speaker, _: Gettext
) -> SendMessage:
    """Find machines of the register; without words, say what can be done with it."""
    if not command.args:
        return answer(message, await equipment.overview(store, speaker, _))
    return answer(message, await equipment.found(store, speaker, command.args, _))


async def show(
    query: CallbackQuery, callback_data: Press, store: Store, speaker: Speaker, _: Gettext
) -> Reply:
    """Tell all about the machine that stands on a button."""
    return told(query, await equipment.show(store, speaker, callback_data.about, _))


async def stickers(
    message: Message, command: CommandObject, store: Store, speaker: Speaker, _: Gettext
) -> SendDocument:
    """Print stickers: for the whole register, or for what the words find."""
    machines = await equipment.to_print(store, speaker, command.args or "", SHEET)
    sheet = [Sticker(STICKER + each.tag, each.code, each.name, each.site) for each in machines]
    said = _.plural(
        "{n} sticker. Print it in its real size, on paper or on labels of 70 × 37 mm.",
        "{n} stickers. Print them in their real size, on paper or on labels of 70 × 37 mm.",
        len(sheet),
    )
    return document(message, Sheet(sheet, _("Something wrong? Scan and write.")), said)


async def scanned(
    message: Message, command: CommandObject, store: Store, speaker: Speaker, _: Gettext
) -> SendMessage:
    """Greet somebody who scanned a sticker: they say what happened, and we know to what."""
    tag = (command.args or "").removeprefix(STICKER)
    machine, party, ticket = await equipment.scan(store, speaker, tag)
    called = Text(equipment.called(machine))
    if ticket:
        said = _(
            "This is {party}. About {machine} your request {number} is open: what you write now is "
            "added to it. For another one write /new and what happened."
        )
        return answer(
            message, fill(said, party=party.name, machine=called, number=bold(ticket.number))
        )
    said = _(
        "Hello! This is {party}. It is about: {machine}. Write what happened; a photo helps. You "
        "will read here how it goes on."
    )
    return answer(message, fill(said, party=party.name, machine=called))
