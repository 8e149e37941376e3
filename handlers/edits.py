"""Corrections: an edit changes what was written down from its message, and runs nothing."""

from aiogram import Router
from aiogram.types import Message

from handlers.words import after_command, number_first
from relay import corrections
from relay.speaker import Speaker
from relay.store import Store
from relay.writing import Said

COMMANDS_WITH_NUMBER = ("/note", "/say")


def router() -> Router:
    """Return this handler."""
    root = Router(name="edits")
    root.edited_message.register(edited)
    return root


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
