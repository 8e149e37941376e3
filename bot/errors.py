"""What the answers of the Bot API mean for the relay: each is sorted by what to do next.

Code and parameters are asked first, the beginning of the text second; what is not listed falls
to the code: any other 403 is held, any other 4xx refused, anything else unclear. All of it is
pure: ``session`` makes the calls, ``telegram`` does what is said here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Final

from relay.channel import Astray, Held, Moved, Place, Reason, Refused, Retry, Unclear, Undelivered

NO_WAY: Final = timedelta(seconds=1)  #: until a server that was not reached is tried again
ASKED: Final = timedelta(seconds=5)  #: a pause that the server wants without saying how long
LONGEST: Final = timedelta(seconds=60)  #: that either of them grows to
ABSURD: Final = timedelta(days=1)  #: we wait no longer, whatever the server says


@dataclass(frozen=True)
class Answer:
    """What came of a call: as much of it as we could read, and nothing of a gateway's page."""

    status: int = 0  #: of HTTP; 0: no answer came
    code: int = 0  #: the Bot API's own; where it gave none, that of HTTP
    ok: bool | None = None  #: None: this is not the Bot API speaking
    text: str = ""  #: what it said; without an answer, the name of the trouble
    parameters: Mapping[str, Any] = field(default_factory=dict)
    asked: timedelta | None = None  #: the pause that it wants
    written: bool = True  #: False: surely not a byte has left
    body: str = ""  #: of a good answer
    result: Any = None  #: what a good answer holds


def read(status: int, body: bytes, retry_after: str | None = None) -> Answer:
    """Return what an answer says; *retry_after* is its header of that name."""
    try:
        text = body.decode()
        found = json.loads(text)
    except (ValueError, RecursionError):
        text, found = body.decode(errors="replace"), None
    good = 200 <= status < 300
    if isinstance(found, dict) and found.get("ok") is True and good:
        return Answer(status, status, ok=True, body=text, result=found.get("result"))
    if not isinstance(found, dict) or found.get("ok") is not False:
        asked = seconds(retry_after) or said_in(text)
        return Answer(status, status, text=f"HTTP {status}", asked=asked)
    said, code = found.get("description"), found.get("error_code")
    said = said if isinstance(said, str) else ""
    kept = found.get("parameters")
    parameters = kept if isinstance(kept, dict) else {}
    return Answer(
        status,
        code if isinstance(code, int) else status,
        ok=False,
        text=said,
        parameters=parameters,
        asked=seconds(parameters.get("retry_after")) or seconds(retry_after) or said_in(said),
    )


def seconds(number: Any) -> timedelta | None:
    """Read a pause; what is no number, or no pause, is none."""
    try:
        whole = int(number)
    except (TypeError, ValueError, OverflowError):
        return None
    return timedelta(seconds=min(whole, ABSURD.total_seconds())) if whole > 0 else None


def said_in(text: str) -> timedelta | None:
    """Find a pause in a text."""
    found = re.search(r"retry after (\d{1,12})", text, re.IGNORECASE)
    return seconds(found[1]) if found else None


class Adapt(StrEnum):
    """Surely not sent: what has to be changed before it is tried again."""

    TARGET = "target"  #: it is said without being a reply
    BUTTONS = "buttons"  #: it is said without buttons
    MEDIA = "media"  #: its words are said, with a line about what did not pass
    METHOD = "method"  #: it is edited by the other method
    ANEW = "anew"  #: it cannot be edited, and is said anew
    REOPEN = "reopen"  #: its topic is opened again first
    FLAT = "flat"  #: it comes into the chat itself: there can be no topic
    APART = "apart"  #: its items are said one by one
    EMPTY = "empty"  #: it cannot be deleted, and is emptied


#: What an answer means, given what was said; None: there is nothing left to do.
Meaning = Callable[[str], Undelivered] | Adapt | None

DONE: Final = None
BLOCKED: Final = partial(Held, Reason.BLOCKED)
REMOVED: Final = partial(Held, Reason.REMOVED)
MUTED: Final = partial(Held, Reason.MUTED)
STOPPED: Final = partial(Held, Reason.STOPPED)
GONE: Final = partial(Refused, Reason.GONE)
ASTRAY: Final = Astray
FILE: Final = partial(Refused, Reason.FILE)
NOT_ACCEPTED: Final = partial(Refused, Reason.NOT_ACCEPTED)
OUR_FAULT: Final = partial(Refused, Reason.OUR_FAULT)

#: By the beginning of the text, without "Bad Request: " or "Forbidden: "; the longest one counts.
MEANINGS: Final[Mapping[str, Meaning]] = {
    # the person, or the chat, cannot be reached
    "bot was blocked by the user": BLOCKED,
    "bot can't initiate conversation": BLOCKED,
    "bot was kicked": REMOVED,
    "bot is not a member": REMOVED,
    "the group chat was deleted": REMOVED,
    "group chat was deactivated": REMOVED,
    "group chat was upgraded": REMOVED,  # and it does not say where to
    "chat not found": REMOVED,
    "private chat not found": REMOVED,
    "PEER_ID_INVALID": REMOVED,
    "user is deactivated": GONE,
    "the bot can't send messages to the bot": GONE,
    # the bot may not write there
    "CHAT_ADMIN_REQUIRED": MUTED,
    "CHAT_RESTRICTED": MUTED,
    "CHAT_SEND_PLAIN_FORBIDDEN": MUTED,
    "CHAT_WRITE_FORBIDDEN": MUTED,
    "have no write access to the chat": MUTED,
    "need administrator rights": MUTED,
    "not enough rights to send text messages": MUTED,
    # but something less will pass
    "not enough rights to send ": Adapt.MEDIA,
    "CHAT_SEND_": Adapt.MEDIA,
    "user restricted receiving of ": Adapt.MEDIA,
    "VOICE_MESSAGES_FORBIDDEN": Adapt.MEDIA,
    "message to be replied not found": Adapt.TARGET,
    "group send failed": Adapt.APART,
    "message to copy not found": Adapt.MEDIA,
    "message can't be copied": Adapt.MEDIA,
    "the message can't be copied": Adapt.MEDIA,
    "BUTTON_USER_PRIVACY_RESTRICTED": Adapt.BUTTONS,
    # topics
    "TOPIC_CLOSED": Adapt.REOPEN,
    "not enough rights to create a topic": Adapt.FLAT,
    "the chat is not a forum": Adapt.FLAT,
    "the chat is not a supergroup forum": Adapt.FLAT,
    "message thread not found": ASTRAY,
    "TOPIC_DELETED": ASTRAY,
    "TOPIC_ID_INVALID": ASTRAY,
    # edits
    "message is not modified": DONE,
    "there is no text in the message to edit": Adapt.METHOD,
    "there is no caption in the message to edit": Adapt.METHOD,
    "message to edit not found": Adapt.ANEW,
    "message can't be edited": Adapt.ANEW,
    "message media can't be edited": Adapt.ANEW,
    "MEDIA_EDIT_INVALID": Adapt.ANEW,
    "MESSAGE_EDIT_TIME_EXPIRED": Adapt.ANEW,
    "EDIT_TIME_EXPIRED": Adapt.ANEW,
    "MESSAGE_ID_INVALID": Adapt.ANEW,
    "message can't be deleted": Adapt.EMPTY,
    # already so, or not worth a word
    "message to delete not found": DONE,
    "message to react not found": DONE,
    "message to pin not found": DONE,
    "REACTION_INVALID": DONE,
    "query is too old": DONE,
    "not enough rights to manage pinned messages": DONE,
    "TOPIC_NOT_MODIFIED": DONE,
    "not enough rights to edit the topic": DONE,
    "not enough rights to close or open the topic": DONE,
    "not enough rights to delete the topic": DONE,
    # files
    "wrong file identifier": FILE,
    "wrong file_id": FILE,
    "wrong remote file": FILE,
    "file is temporarily unavailable": FILE,
    "file is too big": FILE,
    # what we should not have asked for
    "BUTTON_DATA_INVALID": OUR_FAULT,
    "BUTTON_URL_INVALID": OUR_FAULT,
    "can't parse entities": OUR_FAULT,
    "can't use the media of the specified type in the album": OUR_FAULT,
    "ENTITY_BOUNDS_INVALID": OUR_FAULT,
    "failed to get HTTP URL content": OUR_FAULT,
    "message caption is too long": OUR_FAULT,
    "message has protected content": OUR_FAULT,
    "message identifiers must be in a strictly increasing order": OUR_FAULT,
    "message is too long": OUR_FAULT,
    "message text is empty": OUR_FAULT,
    "message to forward not found": OUR_FAULT,
    "messages can't be forwarded": OUR_FAULT,
    "method not found": OUR_FAULT,
    "REACTIONS_TOO_MANY": OUR_FAULT,
    "reply markup is too long": OUR_FAULT,
    "text is too long": OUR_FAULT,
    "the message can't be forwarded": OUR_FAULT,
    "too many message identifiers": OUR_FAULT,
    # odd ones that come with a 400
    "Bad Gateway": Unclear,
    "failed to send message #": Unclear,
    "Logged out": STOPPED,
}

PREFIXES: Final = ("Bad Request: ", "Forbidden: ", "Not Found: ")


def beginning(text: str) -> str | None:
    """Return the line of the table that a text falls under."""
    for prefix in PREFIXES:
        text = text.removeprefix(prefix)
    lowered = text.lower()
    found = (each for each in MEANINGS if lowered.startswith(each.lower()))
    return max(found, key=len, default=None)


def sort(answer: Answer, so_far: timedelta = timedelta()) -> Undelivered | Adapt | None:
    """Return what an answer means; None: it is as good as done.

    Where the server does not say how long to wait, it is a little longer than that has been
    going on *so_far*, and so it doubles.
    """
    known = beginning(answer.text) if answer.ok is False else None
    match answer:
        case Answer(written=False):
            return Retry(min(so_far + NO_WAY, LONGEST), answer.text)
        case Answer(ok=True):
            return None
        case Answer() if known and MEANINGS[known] is Unclear:
            return Unclear(answer.text)
        case Answer() if throttled(answer):
            return Retry(answer.asked or min(so_far + ASKED, LONGEST), answer.text, asked=True)
        case Answer(status=413):
            return FILE(answer.text)
        case Answer(ok=None):
            return Unclear(answer.text)
        case Answer(status=status) if status >= 500:
            return Unclear(answer.text)
        case Answer(parameters={"migrate_to_chat_id": int(chat)}):
            return Moved(Place(str(chat)), answer.text)
        case Answer(code=401):
            return STOPPED(answer.text)
        case Answer(code=code) if known and 400 <= code < 500:
            meaning = MEANINGS[known]
            return meaning(answer.text) if callable(meaning) else meaning
        case _:
            return default(answer)


def throttled(answer: Answer) -> bool:
    """Say whether the server wants a pause, in whatever form it says so."""
    if 429 in {answer.status, answer.code}:
        return True
    if answer.ok is not False or answer.status >= 500:
        return False
    return "retry_after" in answer.parameters or answer.text.startswith("Too Many Requests")


def default(answer: Answer) -> Undelivered:
    """Return what an answer means by its code alone."""
    match answer.code:
        case 401 | 404:
            return STOPPED(answer.text)
        case 403:
            return MUTED(answer.text)
        case code if 400 <= code < 500:
            return NOT_ACCEPTED(answer.text)
        case _:
            return Unclear(answer.text)


def stops(answer: Answer) -> bool:
    """Say whether an answer means that the token is not accepted."""
    match sort(answer):
        case Held(reason=Reason.STOPPED):
            return True
        case _:
            return False


def polling(status: int, body: bytes, retry_after: str | None = None) -> Held | Retry | None:
    """Return what an answer to ``getUpdates`` means.

    None: it brings updates. Held: the token is not accepted. Retry: come back later; whatever
    it was, a gateway's page or another poller, changes nothing.
    """
    answer = read(status, body, retry_after)
    match sort(answer):
        case None if answer.ok:
            return None
        case Held(reason=Reason.STOPPED) as stopped:
            return stopped
        case Retry() as retry:
            return retry
        case _:
            return Retry(ASKED if answer.code == 409 else NO_WAY, answer.text)
