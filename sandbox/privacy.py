"""Which messages a bot hears (TELEGRAM.md, 1.2)."""

from sandbox.cast import BotPart
from sandbox.chats import Message
from sandbox.text import Json, piece


def hears(message: Message, bot: BotPart) -> bool:
    """Return whether the bot is told of a message that somebody else wrote."""
    chat = message.chat
    if chat.private:
        return not chat.blocked
    me = chat.members[bot.id]
    if not me.inside:
        return False
    if me.leads or not chat.privacy or message.service:
        return True
    if message.target is not None and message.target.author["id"] == bot.id:
        return True
    body = message.body
    return any(_is_meant(body, entity, bot, chat.bot_spoke) for entity in message.marks)


def _is_meant(body: str, entity: Json, bot: BotPart, spoke: bool) -> bool:
    """Return whether a piece of a text calls the bot: its name, or a command for it."""
    match entity["type"]:
        case "mention":
            return piece(body, entity).lower() == f"@{bot.username}".lower()
        case "text_mention":
            return bool(entity["user"]["id"] == bot.id)
        case "bot_command":
            _, at, name = piece(body, entity).partition("@")
            if at:
                return name.lower() == bot.username.lower()
            return spoke and entity["offset"] == 0
        case _:
            return False
