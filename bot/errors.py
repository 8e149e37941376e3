"""What an error of the Bot API means for the relay: sorted by what to do next.

Code and parameters are asked first, the beginning of the text second; what is not listed falls
to the code: any other 403 is held, any other 4xx refused, anything else unclear.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import aiohttp
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from relay.channel import (
    Held,
    Moved,
    Place,
    Reason,
    Refused,
    Retry,
    Unclear,
    Undelivered,
)

NO_WAY: Final = timedelta(seconds=1)  #: until a connection that was refused is tried again
LONGEST: Final = timedelta(days=1)  #: that we wait, however absurd the number is
ASKED: Final = timedelta(seconds=5)  #: a pause that the server wants without saying how long

#: As good as done: there is nothing left to do (beginning of the text, without "Bad Request: ").
DONE: Final = (
    "message is not modified",
    "message to delete not found",
    "message to react not found",
    "REACTION_INVALID",
    "query is too old",
    "not enough rights to manage pinned messages",
    "TOPIC_NOT_MODIFIED",
    "not enough rights to edit the topic",
    "not enough rights to close or open the topic",
    "not enough rights to delete the topic",
    "message to pin not found",
)

#: The message to be edited is not there, or of another kind: it is said anew.
ANEW: Final = (
    "message to edit not found",
    "MESSAGE_ID_INVALID",
    "message can't be edited",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "message media can't be edited",
    "MEDIA_EDIT_INVALID",
    "MESSAGE_EDIT_TIME_EXPIRED",
    "EDIT_TIME_EXPIRED",
)

HOLDS: Final = {
    "chat not found": Reason.REMOVED,
    "private chat not found": Reason.REMOVED,
    "PEER_ID_INVALID": Reason.REMOVED,
    "group chat was deactivated": Reason.REMOVED,
    "CHAT_RESTRICTED": Reason.MUTED,
    "CHAT_ADMIN_REQUIRED": Reason.MUTED,
    "CHAT_WRITE_FORBIDDEN": Reason.MUTED,
    "have no write access to the chat": Reason.MUTED,
    "not enough rights to send text messages": Reason.MUTED,
    "need administrator rights": Reason.MUTED,
}

FORBIDDEN: Final = {
    "bot was blocked by the user": Reason.BLOCKED,
    "bot can't initiate conversation": Reason.BLOCKED,
    "bot was kicked": Reason.REMOVED,
    "bot is not a member": Reason.REMOVED,
    "the group chat was deleted": Reason.REMOVED,
}

GONE: Final = ("user is deactivated", "the bot can't send messages to the bot")

FILES: Final = (
    "wrong file identifier",
    "wrong file_id",
    "file is temporarily unavailable",
    "file is too big",
    "wrong remote file",
)


def text_of(error: TelegramAPIError) -> str:
    """Return what the server said, without the code's name before it."""
    said = error.message or ""
    for prefix in ("Bad Request: ", "Forbidden: ", "Unauthorized: ", "Not Found: "):
        said = said.removeprefix(prefix)
    return said


def begins(text: str, beginnings: tuple[str, ...]) -> bool:
    """Say whether *text* begins with one of them, in capitals or not."""
    return text.lower().startswith(tuple(each.lower() for each in beginnings))


def is_done(error: Exception) -> bool:
    """Say whether an error means that there is nothing left to do."""
    return isinstance(error, TelegramBadRequest) and begins(text_of(error), DONE)


def is_anew(error: Exception) -> bool:
    """Say whether a message has to be said anew, because it cannot be edited."""
    return isinstance(error, TelegramBadRequest) and begins(text_of(error), ANEW)


def sort(error: BaseException) -> Undelivered:
    """Return what an error of a call means."""
    if isinstance(error, TelegramAPIError) and error.message is None:
        error.message = ""
    match error:
        case ClientDecodeError() | asyncio.CancelledError():
            return Unclear(type(error).__name__)
        case TelegramRetryAfter(retry_after=seconds):
            return Retry(
                min(timedelta(seconds=min(seconds, 10**6)) or ASKED, LONGEST), error.message
            )
        case TelegramMigrateToChat(migrate_to_chat_id=chat):
            return Moved(Place(str(chat)), error.message)
        case TelegramEntityTooLarge():
            return Refused(Reason.FILE, error.message)
        case TelegramNetworkError():
            return network(error)
        case TelegramNotFound() if "method" in error.message:
            return Refused(Reason.OUR_FAULT, error.message)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Held(Reason.STOPPED, error.message)
        case TelegramForbiddenError():
            return forbidden(text_of(error), error.message)
        case TelegramBadRequest():
            return bad_request(text_of(error), error.message)
        case TelegramConflictError():
            return Refused(Reason.NOT_ACCEPTED, error.message)
        case TelegramServerError():
            return Unclear(error.message)
        case TelegramAPIError() if "Too Many Requests" in (error.message or ""):
            return Retry(ASKED, error.message)
        case _:
            return Unclear(type(error).__name__)


def network(error: TelegramNetworkError) -> Undelivered:
    """Tell what was never written from what may have been read."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Retry(NO_WAY, type(cause).__name__)
    return Unclear(type(cause).__name__)


def forbidden(text: str, said: str) -> Undelivered:
    """Sort a 403: the chat waits, unless the person is gone for good."""
    if begins(text, GONE):
        return Refused(Reason.GONE, said)
    found = (reason for start, reason in FORBIDDEN.items() if begins(text, (start,)))
    return Held(next(found, Reason.MUTED), said)


def bad_request(text: str, said: str) -> Undelivered:
    """Sort a 400: odd codes of the server end up here, so it is asked by its text."""
    if begins(text, ("Bad Gateway",)):
        return Unclear(said)
    if begins(text, ("Logged out",)):
        return Held(Reason.STOPPED, said)
    if begins(text, ("failed to send message #",)):
        return Unclear(said)
    if begins(text, FILES):
        return Refused(Reason.FILE, said)
    for start, reason in HOLDS.items():
        if begins(text, (start,)):
            return Held(reason, said)
    return Refused(Reason.NOT_ACCEPTED, said)
