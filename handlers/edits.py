"""Corrections: an edit changes what was written down, and runs nothing; /retract takes it back."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import Message

from handlers.replies import answer
from handlers.words import after_command, known, number_first
from relay import corrections
from relay.language import Gettext
from relay.speaker import Speaker
from relay.store import Store
from relay.writing import Said

COMMANDS_WITH_NUMBER = ("/note", "/say")


def router() -> Router:
    """Return this handler."""
    root = Router(name="edits")
    root.edited_message.register(edited)
    root.message.register(retract, Command("retract"))
    return root


async def retract(
    message: Message, store: Store, speaker: Speaker, heard: Said | None, _: Gettext
) -> SendMessage:
    """Take a message back everywhere."""
    await corrections.retract(store, speaker, known(heard).reply_to)
    return answer(
        message,
        _("Taken back: it disappears from the other chats. Here you can delete it yourself."),
    )


async def edited(message: Message, store: Store, speaker: Speaker, heard: Said | None) -> None:
    """Let a correction reach every copy."""
    if heard is None:
        return
    words = heard.content
    command = words.text.plain.split("@")[0].split(maxsplit=1)[:1]
    if words.text.plain.startswith("/"):
        words = after_command(words)
    if command and command[0] in COMMANDS_WITH_NUMBER:
        _number, words = number_first(words)
    if words:
        await corrections.edit(store, speaker, words, heard.ref)
