"""What things are called: moves, states as each side sees them, and kinds of messages."""

from __future__ import annotations

from typing import assert_never

from relay.content import Content, Medium
from relay.language import Gettext
from relay.moves import Move, State
from relay.text import Text


def label(move: Move, _: Gettext) -> str:
    """Return what stands on a move's button."""
    match move:
        case Move.TAKE:
            return "✋ " + _("Take")
        case Move.DECLINE:
            return "🚫 " + _("Decline")
        case Move.PASS_ON:
            return "➡️ " + _("Pass on")
        case Move.ASK:
            return "❓ " + _("Ask")
        case Move.ANSWER:
            return "💬 " + _("Answer")
        case Move.RESOLVE:
            return "✅ " + _("Resolve")
        case Move.ACCEPT:
            return "👍 " + _("Accept")
        case Move.RETURN:
            return "↩️ " + _("Return")
        case Move.RECALL:
            return "⏪ " + _("Recall")
        case Move.CANCEL:
            return "✖️ " + _("Cancel")
        case Move.REOPEN:
            return "🔄 " + _("Reopen")
        case Move.EXPIRE:
            return "⌛ " + _("Expire")
        case _:
            assert_never(move)


def skip(_: Gettext) -> str:
    """Return what stands on the button that leaves a question unanswered."""
    return "⏭ " + _("Skip")


def ours(state: State, _: Gettext, *, passed_on: bool = False) -> str:
    """Return the state in the words of the party that owes the ticket."""
    match state:
        case State.OFFERED:
            return _("waiting to be taken")
        case State.WORKING:
            return _("passed on") if passed_on else _("in work")
        case State.WAITING:
            return _("waiting for an answer")
        case State.RESOLVED:
            return _("waiting to be checked")
        case State.RETURNED:
            return _("passed on for rework") if passed_on else _("sent back for rework")
        case State.CLOSED:
            return _("accepted")
        case State.DECLINED:
            return _("declined")
        case State.EXPIRED:
            return _("not taken in time")
        case State.RECALLED:
            return _("taken back")
        case State.CANCELLED:
            return _("cancelled")
        case _:
            assert_never(state)


def theirs(state: State, _: Gettext) -> str:
    """Return the state in the words of the party above."""
    match state:
        case State.OFFERED:
            return _("not taken yet")
        case State.WORKING:
            return _("in work")
        case State.WAITING:
            return _("has a question: reply to it")
        case State.RESOLVED:
            return _("done, check the result")
        case State.RETURNED:
            return _("in rework")
        case State.CLOSED:
            return _("accepted")
        case State.DECLINED:
            return _("declined")
        case State.EXPIRED:
            return _("not taken in time")
        case State.RECALLED:
            return _("taken back")
        case State.CANCELLED:
            return _("cancelled")
        case _:
            assert_never(state)


def for_client(state: State, _: Gettext) -> str:
    """Return the state of the first ticket in the client's words, to begin a sentence."""
    match state:
        case State.OFFERED:
            return _("Received")
        case State.WORKING:
            return _("In work")
        case State.WAITING:
            return _("Waiting for your answer")
        case State.RESOLVED:
            return _("Done")
        case State.RETURNED:
            return _("In rework")
        case State.CLOSED:
            return _("Finished")
        case State.DECLINED:
            return _("Declined")
        case State.EXPIRED:
            return _("Not taken in time")
        case State.RECALLED:
            return _("Taken back")
        case State.CANCELLED:
            return _("Cancelled")
        case _:
            assert_never(state)


def kind(medium: Medium, _: Gettext) -> str:
    """Return what people call a kind of message."""
    match medium:
        case Medium.PHOTO:
            return "📷 " + _("photo")
        case Medium.LIVE_PHOTO:
            return "📷 " + _("live photo")
        case Medium.VIDEO:
            return "🎬 " + _("video")
        case Medium.ANIMATION:
            return "🎞 " + _("GIF")
        case Medium.AUDIO:
            return "🎵 " + _("music")
        case Medium.DOCUMENT:
            return "📎 " + _("file")
        case Medium.VOICE:
            return "🎤 " + _("voice message")
        case Medium.VIDEO_NOTE:
            return "📹 " + _("video message")
        case Medium.STICKER:
            return "🖼 " + _("sticker")
        case Medium.LOCATION:
            return "📍 " + _("location")
        case Medium.VENUE:
            return "📍 " + _("place")
        case Medium.CONTACT:
            return "👤 " + _("contact")
        case Medium.RICH:
            return "📄 " + _("page")
        case Medium.POLL:
            return "📊 " + _("poll")
        case Medium.DICE:
            return "🎲 " + _("dice")
        case Medium.GAME:
            return "🎮 " + _("game")
        case Medium.CHECKLIST:
            return "☑️ " + _("checklist")
        case Medium.INVOICE:
            return "🧾 " + _("invoice")
        case Medium.PAID_MEDIA:
            return "💰 " + _("paid media")
        case Medium.GIVEAWAY:
            return "🎁 " + _("giveaway")
        case Medium.STORY:
            return "📖 " + _("story")
        case _:
            assert_never(medium)


def gist(said: Content, _: Gettext) -> Text:
    """Return what can be read of a message: its words, else what it is."""
    if said.withdrawn:
        return Text(_("(withdrawn)"))
    return said.text or Text(", ".join(dict.fromkeys(kind(each, _) for each in said.kinds)))
