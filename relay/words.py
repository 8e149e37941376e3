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


def bad_value(what: str, _: Gettext) -> str:
    """Say what is wrong with what somebody wrote, with an example."""
    match what:
        case "name":
            return _("A name has 1 to 100 characters, for example: Iceberg Service.")
        case "code":
            return _("A code has 2 to 6 capital letters from A to Z, for example: VND.")
        case "timezone":
            return _("I do not know this time zone. Write it like this: Europe/Moscow.")
        case "hours":
            return _("I cannot read these hours. Write them like this: Mon-Fri 09:00-18:00.")
        case "country":
            return _("I do not know the holidays of this country. Write two letters, like DE.")
        case "digest":
            return _("I cannot read this time. Write it like this: 09:00.")
        case "rank":
            return _("A rank is a number from 1 to 1000, for example: 2.")
        case "tariff":
            return _(
                "I cannot read these prices. Write one in each line, all in one currency, like "
                "hour: 900 RUB."
            )
        case "penalty":
            return _(
                "I cannot read what is to be deducted. Write a part like 10%, or an amount in the "
                "currency of the tariff, like 500 RUB."
            )
        case "quantity":
            return _("I cannot read this number. Write it like 2 or 2.5; at most 1000.")
        case "amount":
            return _("I cannot read this amount. Write it like 1200 or 1200.50, in your currency.")
        case "extra":
            return _(
                "I cannot read this. Write what it is and what it costs, in the currency of the "
                "tariff, like: spare part 1200. For a discount, change the line that is to cost "
                "less."
            )
        case "match":
            return _(
                "I cannot read these conditions. Write one in each line, like region: msk, spb. "
                "They are about region, kind or equipment."
            )
        case _:
            return _(
                "I cannot read this time. Write minutes, hours or days, like 30m, 8h or 3d; at "
                "most a year."
            )


def code_taken(code: str, _: Gettext) -> str:
    """Say that another party has a code."""
    said = _("The code {code} is somebody else's. Please choose another one.")
    return said.format(code=code)


def so_already(_: Gettext) -> str:
    """Say that something is as it is wanted."""
    return _("It is so already: nothing would change.")
