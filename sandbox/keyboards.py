"""Keyboards, as far as Telegram looks at them before it shows them."""

import re
from typing import Any, Final

from aiogram.types import (
    ForceReply,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from sandbox.refusals import bad
from sandbox.text import Json

DATA: Final = 64  #: bytes of a button's data
BUTTONS: Final = 100  #: buttons of an inline keyboard; more are "too long"
PLACEHOLDER: Final = 64  #: characters
URL: Final = re.compile(r"(?:https?://|tg://)\S+|(?:[\w-]+\.)+[a-z]{2,}(?:[/?]\S*)?", re.IGNORECASE)

#: What a key of a keyboard may ask for, beside its words (Bot API, KeyboardButton).
ASKED: Final = {
    "request_contact": "phone number",
    "request_location": "location",
    "request_poll": "poll",
}

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply


def checked(markup: Markup | None, *, private: bool = True) -> Json | None:
    """Return a keyboard as it is kept, or None where there are no buttons.

    Raises:
        ApiError: Telegram would not show it.

    """
    if markup is None:
        return None
    kept = markup.model_dump(mode="json", exclude_none=True)
    if isinstance(markup, InlineKeyboardMarkup):
        return _inline(kept)
    if isinstance(markup, ReplyKeyboardMarkup):
        rows = [row for row in kept["keyboard"] if row]
        if any(not button["text"] for row in rows for button in row):
            raise bad("keyboard button text must be non-empty")
        for row in rows if not private else ():
            for what, asked in ASKED.items():
                if any(button.get(what) for button in row):
                    raise bad(f"{asked} can be requested in private chats only")
        kept["keyboard"] = rows
    if len(kept.get("input_field_placeholder", "")) > PLACEHOLDER:
        raise bad("input field placeholder is too long")
    return kept


def _inline(kept: Json) -> Json | None:
    rows: list[list[dict[str, Any]]] = [row for row in kept["inline_keyboard"] if row]
    if sum(map(len, rows)) > BUTTONS:
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            if not button["text"]:
                raise bad("inline keyboard button text must be non-empty")
            kinds = button.keys() - {"text", "icon_custom_emoji_id", "style"}
            if len(kinds) != 1:
                raise bad("text buttons are unallowed in the inline keyboard")
            if not 0 < len(button.get("callback_data", "x").encode()) <= DATA:
                raise bad("BUTTON_DATA_INVALID")
            if not URL.fullmatch(button.get("url", "http://x")):
                raise bad("BUTTON_URL_INVALID")
    return {"inline_keyboard": rows} if rows else None
